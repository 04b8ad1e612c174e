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

/// Names of terminal types, and what follows from them.
struct TerminalType: Hashable {
  let name: String
  private let isMultiplexed: Bool

  init(_ name: String, environment: [String: String]) {
    self.name = name
    isMultiplexed =
      environment["TMUX"] != nil || environment["STY"] != nil
      || ["screen", "tmux"].contains { name.hasPrefix($0) }
  }

  /// The types to try, most specific first.
  static func candidates(environment: [String: String]) -> [TerminalType] {
    let isInside = environment["TMUX"] != nil || environment["STY"] != nil
    let fallbacks = [isInside ? "screen-256color" : "xterm-256color", "xterm", "vt100"]
    let own = environment["TERM"].flatMap { $0.isEmpty ? nil : $0 }
    return ((own.map { [$0] } ?? []) + fallbacks).map { Self($0, environment: environment) }
  }

  /// Whether it shows nothing but lines of text.
  var isDumb: Bool { ["dumb", "unknown"].contains(name) }

  /// Whether it takes xterm's private modes, such as bracketed paste.
  var hasPrivateModes: Bool { !["linux", "vt", "ansi"].contains { name.hasPrefix($0) } }

  /// Whether a frame may be marked so that it is shown at once.
  ///
  /// Not inside tmux and screen, which drop the marks or lose what is between them:
  /// https://github.com/tmux/tmux/issues/5340.
  var synchronizes: Bool { hasPrivateModes && !isMultiplexed }
}
