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
