public import CellCanvas

/// What every key does: the one table that keys, help and the key bar are made from.
public enum KeyMap {
  /// Keys with the same effect.
  public struct Binding: Hashable, Sendable {
    /// The keys.
    public let keys: [Key]
    /// What a press says.
    public let message: DashboardMessage
    /// How the keys are written in the help; empty where another line tells of them.
    public let label: String
    /// What they do, as a line of the help.
    public let help: String
    /// A key and a word for the key bar, `p pause`; empty where they are not on it.
    public let hint: String

    init(
      _ keys: [Key],
      _ message: DashboardMessage,
      _ label: String = "",
      _ help: String = "",
      hint: String = ""
    ) {
      self.keys = keys
      self.message = message
      self.label = label
      self.help = help
      self.hint = hint
    }
  }

  /// All bindings, in the order of the help.
  public static let bindings: [Binding] =
    ranges + [
      Binding([.left], .shifted(halves: -1), "← →", "back or on by half a range", hint: "←→ shift"),
      Binding([.right], .shifted(halves: 1)),
      Binding([.character("l")], .liveChosen, "l", "back to LIVE, from anywhere", hint: "l live"),
      Binding(
        [.character("p"), .character(" ")],
        .pauseToggled,
        "p Space",
        "freeze the screen for reading, or go on",
        hint: "p pause"
      ),
      Binding(
        [.character("c")],
        .comparisonToggled,
        "c",
        "compare with the period before, or not"
      ),
      Binding([.tab], .focusMoved(1), "Tab", "to the next panel; Shift-Tab to the one before"),
      Binding([.backTab], .focusMoved(-1)),
      Binding(
        [.up, .character("k")],
        .rowMoved(-1),
        "↑ ↓  k j",
        "rows of the panel; on the chart, its metric"
      ),
      Binding([.down, .character("j")], .rowMoved(1)),
      Binding([.pageUp], .rowMoved(-10), "PgUp PgDn", "ten rows; Home and End for first and last"),
      Binding([.pageDown], .rowMoved(10)),
      Binding([.home], .rowMoved(-10_000)),
      Binding([.end], .rowMoved(10_000)),
      Binding(
        [.enter],
        .rowChosen,
        "Enter",
        "only what the row under the cursor says",
        hint: "Enter filter"
      ),
      Binding([.backspace, .delete], .wentBack, "Backspace", "take the last filter off"),
      Binding(
        [.character("m")],
        .measuresOpened,
        "m",
        "choose the metric of the chart",
        hint: "m metric"
      ),
      Binding(
        [.character("z")],
        .zoomToggled,
        "z",
        "the panel fills the screen, or not",
        hint: "z zoom"
      ),
      Binding([.escape], .dismissed, "Esc", "close, zoom out, let go of the row"),
      Binding([.character("g")], .symbolsCycled, "g", "graphs of blocks, braille or ASCII"),
      Binding([.character("T")], .themeCycled, "T", "the next theme"),
      Binding([.character("r")], .refreshRequested, "r", "ask the source again now"),
      Binding([.control("l")], .repaintRequested, "Ctrl-L", "draw the screen anew"),
      Binding([.character("?"), .function(1)], .helpToggled, "?", "these keys", hint: "? keys"),
      Binding([.character("q")], .quitRequested, "q", "quit; Ctrl-C from anywhere", hint: "q quit"),
      Binding([.control("c"), .control("\\")], .interrupted),
    ]

  private static let ranges: [Binding] = TimeRange.allCases.enumerated().map { index, range in
    Binding(
      [.character(Character("\(index + 1)"))],
      .rangeChosen(range),
      index == 0 ? "1 – \(TimeRange.allCases.count)" : "",
      index == 0 ? "the last " + TimeRange.allCases.map(\.title).joined(separator: ", ") : ""
    )
  }

  private static let messages: [Key: DashboardMessage] = Dictionary(
    bindings.flatMap { binding in binding.keys.map { ($0, binding.message) } }
  ) { first, _ in first }

  /// What a key says; nil for keys without a meaning.
  public static func message(for key: Key) -> DashboardMessage? { messages[key] }

  /// What an event of the terminal says, in order; empty where the dashboard does not care.
  ///
  /// A new size needs no message: every frame is drawn to the size of its canvas. Esc with a
  /// character right after it looks like that character with Alt: where that means nothing, it is
  /// taken as the two keys.
  public static func messages(for event: TerminalEvent) -> [DashboardMessage] {
    switch event {
    case .key(let key):
      if let message = message(for: key) { return [message] }
      guard case .alt(let character) = key else { return [] }
      return [message(for: .escape), message(for: .character(character))].compactMap { $0 }
    case .resumed: return [.repaintRequested]
    case .interrupted, .hangUp: return [.interrupted]
    case .paste, .mouse, .resized: return []
    }
  }

  /// Whether a message's key stays on the key bar as long as there is any room.
  static func isVital(_ message: DashboardMessage) -> Bool {
    [.helpToggled, .quitRequested, .liveChosen].contains(message)
  }

  /// The lines of the help.
  static var helpLines: [Binding] { bindings.filter { !$0.label.isEmpty } }

  /// The entries of the key bar.
  static var hints: [Binding] { bindings.filter { !$0.hint.isEmpty } }
}
