import CNCurses
import Glibc
import TextAndBytes

/// The byte sequences and terminal settings that the screen needs, and those that undo them.
struct TerminalModes {
  /// Ends whatever sequence was cut off: cancel, and the end of a string.
  private static let cut = "\u{18}\u{1B}\\"
  /// Buttons, any motion, and cells beyond column 223.
  private static let mouseOn = "\u{1B}[?1000h\u{1B}[?1003h\u{1B}[?1006h"
  private static let mouseOff = "\u{1B}[?1006l\u{1B}[?1003l\u{1B}[?1000l"

  private let type: TerminalType
  private let plainStyle: String
  private let backToShell: String
  /// The settings found, and put back at the end.
  let saved: termios

  /// Asks the terminal type, which must have been started, and the terminal for its settings.
  init(of type: TerminalType, saved: termios) {
    self.type = type
    self.saved = saved
    plainStyle = Self.capability("sgr0")
    let leave = Self.capability("rmcup")
    backToShell = Self.capability("cnorm") + (leave.isEmpty ? "\r\n" : leave)
  }

  /// Settings for keys at once and unseen; signals and Ctrl-S stay as the user has them.
  var keyByKey: termios {
    var modes = saved
    modes.c_lflag &= ~tcflag_t(ICANON | ECHO | ECHONL)
    modes.c_iflag &= ~tcflag_t(ICRNL | INLCR | IGNCR)
    modes.c_oflag &= ~tcflag_t(ONLCR)
    withUnsafeMutableBytes(of: &modes.c_cc) { bytes in
      bytes[Int(VMIN)] = 1
      bytes[Int(VTIME)] = 0
    }
    return modes
  }

  /// Sent when the screen is taken.
  var on: String { type.hasPrivateModes ? "\u{1B}[?2004h" : "" }

  /// Sent before the screen is given back.
  var off: String { type.hasPrivateModes ? Self.mouseOff + "\u{1B}[?2004l" : "" }

  /// Sent where a frame was cut off.
  var afterCut: String { Self.cut + frameEnd + plainStyle }

  /// Everything that gives the terminal back, from any state.
  var restore: String { afterCut + off + backToShell }

  var frameStart: String { type.synchronizes ? "\u{1B}[?2026h" : "" }
  var frameEnd: String { type.synchronizes ? "\u{1B}[?2026l" : "" }

  func mouse(isOn: Bool) -> String {
    type.hasPrivateModes ? (isOn ? Self.mouseOn : Self.mouseOff) : ""
  }

  /// Sets the clipboard of the user's machine; nil where the terminal would print it.
  func clipboard(_ text: String) -> String? {
    type.hasPrivateModes ? "\u{1B}]52;c;\(Base64.text(of: text.utf8))\u{07}" : nil
  }

  private static func capability(_ name: String) -> String {
    cnc_capability(name).map { withoutDelays(String(cString: $0)) } ?? ""
  }

  /// A capability without its delays, `$<5>`, which no terminal of today needs.
  static func withoutDelays(_ capability: String) -> String {
    var text = ""
    var rest = Substring(capability)
    while let start = rest.firstRange(of: "$<"),
      let end = rest[start.upperBound...].firstIndex(of: ">")
    {
      text += rest[..<start.lowerBound]
      rest = rest[rest.index(after: end)...]
    }
    return text + rest
  }
}
