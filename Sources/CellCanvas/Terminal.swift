/// A place to show canvases and to hear from the user, owned by one thread.
public protocol Terminal: AnyObject {
  /// Columns and rows right now.
  var size: Size { get }
  /// The colours that can be shown.
  var depth: ColorDepth { get }
  /// Whether glyphs beyond ASCII can be shown.
  var hasUnicode: Bool { get }
  /// Whether something that was shown is still on its way, for want of room.
  var isBusy: Bool { get }
  /// Ends the current or next wait for events early; may be called from any thread.
  var wake: @Sendable () -> Void { get }

  /// Shows a canvas; while the last one is still on its way, only the newest is kept.
  func present(_ canvas: Canvas, palette: Palette)
  /// Waits for events; none means that the time is over or that somebody called ``wake``.
  ///
  /// - Parameter timeout: how long to wait; nil is for ever.
  /// - Returns: what happened, in order.
  func nextEvents(within timeout: Duration?) -> [TerminalEvent]
  /// Draws everything anew with the next canvas.
  func repaint()
  /// Turns mouse reporting on or off; it is off at first.
  func reportMouse(_ isOn: Bool)
  /// Hands text to the clipboard of the user's machine (OSC 52).
  ///
  /// - Returns: whether it was sent; the terminal does not say what became of it.
  @discardableResult
  func copy(_ text: String) -> Bool
}
