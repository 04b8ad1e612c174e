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
