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

/// What happened at the terminal.
public enum TerminalEvent: Hashable, Sendable {
  /// A mouse button or wheel, at a cell counted from 0.
  public enum MouseAction: Hashable, Sendable {
    /// The left button went down.
    case press
    /// A button went up.
    case release
    /// The pointer was moved with the left button down, or with none.
    case drag, move
    /// The wheel was turned one notch.
    case wheelUp, wheelDown
  }

  /// A key was pressed.
  case key(Key)
  /// Text was pasted; control characters are gone, line breaks are `\n`.
  case paste(String)
  /// A mouse button or wheel was used; only after reporting was asked for.
  case mouse(MouseAction, x: Int, y: Int)
  /// The terminal has another size now.
  case resized(Size)
  /// The program was stopped, and goes on: whatever is shown may be old.
  case resumed
  /// Somebody asked the program to end: Ctrl-C, Ctrl-\ or a signal.
  case interrupted
  /// The terminal is gone: nothing can be shown or read any more.
  case hangUp
}

/// A key the user pressed.
public enum Key: Hashable, Sendable {
  /// A printable character.
  case character(Character)
  /// A letter with Ctrl, in lower case, or one of `@ [ \ ] ^ _`.
  case control(Character)
  /// A printable character with Alt, or after Esc.
  case alt(Character)
  /// An arrow.
  case up, down, left, right
  /// An arrow with Shift.
  case shiftUp, shiftDown, shiftLeft, shiftRight
  /// Keys that edit or confirm.
  case enter, backspace, delete, insert, tab, backTab, escape
  /// Keys that jump.
  case home, end, pageUp, pageDown
  /// F1 is 1.
  case function(Int)
}
