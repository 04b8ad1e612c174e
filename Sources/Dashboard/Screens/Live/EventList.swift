import CellCanvas
import PlaybackFacts
import QueryCore
import TextAndBytes

/// Live facts, the newest on top, without viewers.
struct FactStream: View {
  /// The newest first.
  let facts: [Fact]
  /// How many arrived since they are watched.
  var passed = 0
  /// Why there are none; nil where nothing is wrong.
  var fault: String?
  /// Whether a range in the past is shown, and the key that leaves it.
  var isInPast = false
  var liveKey: String?
  /// What facts are searched for; empty for all.
  var search = ""
  var names = ValueNames()
  var zone = Zone.utc
  var isFocused = false
  var symbols = Symbols.blocks

  func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    let found = search.isEmpty ? [] : [TextRun(" with '\(search.scrubbed)'", .dim)]
    let panel = Panel(
      title: [TextRun("Passing by", .title)] + found,
      right: isInPast ? [] : [TextRun("\(passed) new", .dim)],
      isFocused: isFocused,
      symbols: symbols
    )
    canvas.draw(panel, in: rect)
    let body = RankingPanel.body(of: rect).inset(top: 1)
    if let nothing {
      canvas.draw(TextLine(nothing, .dim), in: body.row(0))
      return
    }
    let table = DataTable(
      columns: [
        DataTable.Column("time", .fixed(8)), DataTable.Column("what", .fixed(10)),
        DataTable.Column("", .fixed(8).optional(rank: 3), .right),
        DataTable.Column("where", .fixed(7).optional(rank: 2)),
        DataTable.Column("device", .fixed(9).optional(rank: 1)),
        DataTable.Column("browser", .flexible(min: 10, weight: 1, upTo: 20).optional(rank: 4)),
        DataTable.Column("title", .flexible(min: 8, weight: 3)),
      ],
      count: facts.count,
      symbols: symbols
    ) { index in fields(of: facts[index]) }
    canvas.draw(table, in: body)
  }

  /// What stands in place of facts; nil where there are some.
  private var nothing: String? {
    if isInPast {
      let key = liveKey.map { "; \($0) goes back to LIVE" } ?? ""
      return "\(NumberText.noData) told as it happens\(key)"
    }
    if let fault { return "\(NumberText.unknown) \(fault)" }
    return facts.isEmpty ? "\(NumberText.noData) nothing yet" : nil
  }

  private func fields(of fact: Fact) -> [DataTable.Field] {
    let time = zone.civil(fact.time)
    let playback = fact.playback
    return [
      .text(TimeText.clock(time) + ":" + Numbers.padded(time.second), .dim),
      .text(fact.kind.name, Self.style(of: fact.kind)),
      .text(Self.value(of: fact), .dim),
      .text(playback.country == Dimension.unknown ? "" : playback.country),
      .text(playback.deviceType),
      .text(playback.browser, .dim),
      .text(names[playback.mediaID, in: .mediaID]),
    ]
  }

  private static func style(of kind: FactKind) -> Style {
    switch kind {
    case .play, .start: .accent
    case .error: .bad
    case .stall: .warn
    case .end: .good
    case .impression, .watch, .view: .text
    }
  }

  private static func value(of fact: Fact) -> String {
    guard let value = fact.value else { return "" }
    switch fact.kind {
    case .watch, .stall, .impression: return NumberText.text(Double(value), .milliseconds, width: 8)
    case .view: return "\(value) s"
    case .error: return "code \(value)"
    case .play, .start, .end: return ""
    }
  }
}

extension FactStream {
  /// The facts as the screen shows them.
  init(facts: [Fact], _ context: ScreenContext) {
    self.init(
      facts: facts,
      passed: context.observed.passed,
      fault: context.observed.fault,
      isInPast: context.isInPast,
      liveKey: context.keyMap.label(of: .goLive),
      search: context.search(in: .facts),
      names: context.names,
      zone: context.zone,
      isFocused: context.focus.panel == .facts,
      symbols: context.symbols
    )
  }
}
