public import CellCanvas

/// What is known about the terminal before it is opened.
public struct TerminalOptions: Sendable {
  /// The most colours wanted; nil is as many as the terminal has.
  public var depth: ColorDepth?
  /// The environment of the process: TERM, TMUX, STY, NO_COLOR and ESCDELAY are looked at.
  public var environment: [String: String]

  /// Makes options.
  public init(depth: ColorDepth? = nil, environment: [String: String]) {
    self.depth = depth
    self.environment = environment
  }

  /// How long a lone Esc waits for the rest of a key.
  var escapeDelay: Duration {
    .milliseconds(environment["ESCDELAY"].flatMap(Int.init).map { min(max($0, 1), 2000) } ?? 25)
  }

  /// The colours to use on a terminal that has `colors`; a choice wins over NO_COLOR.
  func depth(of colors: Int) -> ColorDepth {
    let noColor = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
    let wanted = depth ?? (noColor ? .mono : .twoHundredFiftySix)
    return min(wanted, ColorDepth(colors: colors))
  }
}
