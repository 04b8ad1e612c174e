/// What happened at the terminal.
public enum TerminalEvent: Hashable, Sendable {
  /// A mouse button or wheel, at a cell counted from 0.
  public enum MouseAction: Hashable, Sendable {
    /// The left button went down.
    case press
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
