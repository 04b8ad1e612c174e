/// Why the dashboard cannot be shown on a terminal.
public enum TerminalError: Error, Hashable, Sendable {
  /// The program has no terminal.
  case noTerminal
  /// The terminal type says that it cannot move its cursor.
  case dumbTerminal(type: String)
  /// None of the terminal types that were tried is known to this machine.
  case unknownTypes(tried: [String])
  /// The system refused a pipe or the terminal's modes.
  case systemFailure(reason: String)
}

extension TerminalError: CustomStringConvertible {
  /// One sentence for the user.
  public var description: String {
    switch self {
    case .noTerminal:
      "there is no terminal to draw on; run this in one, or ask for one screen as text"
    case .dumbTerminal(let type):
      "the terminal type '\(type)' cannot show a screen; set TERM, or ask for one screen as text"
    case .unknownTypes(let tried):
      "none of the terminal types \(tried.joined(separator: ", ")) is known here; install ncurses-base"
    case .systemFailure(let reason):
      "the terminal cannot be used: \(reason)"
    }
  }
}
