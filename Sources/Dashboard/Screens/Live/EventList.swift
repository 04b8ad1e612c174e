import CellCanvas
import PlaybackFacts
import QueryCore
import TextAndBytes

/// Live events without their viewers, the newest on top.
struct EventList: View {
  /// How the list follows what happens.
  enum Following: Hashable, Sendable {
    /// New events are put on top.
    case live
    /// It stands still to be read; so many events came since, or more than are known.
    case held(new: Int, orMore: Bool)
  }

  /// The newest first.
  let facts: [Fact]
  /// The event that is on top.
  var firstLine = 0
  var following = Following.live
  /// Whether heartbeats are among them, and the key that changes that.
  var showsHeartbeats = false
  var heartbeatKey: String?
  /// The key that goes back to following.
  var followKey: String?
  /// Why there are none; nil where nothing is wrong.
  var fault: String?
  /// Whether a range in the past is shown, and the key that leaves it.
  var isInPast = false
  var liveKey: String?
  /// What events are searched for; empty for all.
  var search = ""
  var names = ValueNames()
  var zone = Zone.utc
  var isFocused = false
  var symbols = Symbols.blocks

  /// The rows of events in so much room.
  static func visibleRows(in height: Int) -> Int { max(1, height - 2) }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    let found = search.isEmpty ? [] : [TextRun(" with '\(search.scrubbed)'", .dim)]
    let title = [TextRun("Events", .title)] + found
    let room = rect.width - 5 - title.reduce(0) { $0 + $1.width }
    let right = states.first { $0.reduce(0) { $0 + $1.width } <= room } ?? []
    canvas.draw(
      Panel(
        title: title,
        right: isInPast ? [] : right,
        isFocused: isFocused,
        symbols: symbols
      ),
      in: rect
    )
    let body = RankingPanel.body(of: rect).inset(top: 1)
    if let nothing {
      canvas.draw(TextLine(nothing, .dim), in: body.row(0))
      return
    }
    let table = DataTable(
      columns: [
        DataTable.Column("time", .fixed(8)), DataTable.Column("event", .fixed(10)),
        DataTable.Column("", .fixed(8).optional(rank: 4), .right),
        DataTable.Column("country", .fixed(7).optional(rank: 2)),
        DataTable.Column("device", .fixed(9).optional(rank: 1)),
        DataTable.Column("system", .fixed(10).optional(rank: 6)),
        DataTable.Column("browser", .flexible(min: 10, weight: 3, upTo: 18).optional(rank: 5)),
        DataTable.Column("title", .flexible(min: rect.width < 56 ? 8 : 20, weight: 3)),
      ],
      count: facts.count,
      firstRow: max(0, min(firstLine, facts.count - Self.visibleRows(in: rect.height))),
      symbols: symbols
    ) { index in fields(of: facts[index]) }
    canvas.draw(table, in: body)
  }

  /// Ways to say how the list goes on and what is not in it, the longest first.
  private var states: [[TextRun]] {
    let key = heartbeatKey.map { " \($0) \(showsHeartbeats ? "hides" : "shows")" } ?? ""
    let heartbeats = TextRun(
      showsHeartbeats
        ? "with heartbeats\(key.isEmpty ? "" : ",\(key)")"
        : "heartbeats hidden"
          + (key.isEmpty ? "" : ",\(key)"),
      .dim
    )
    guard case .held(let new, let isMore) = following else { return [[heartbeats]] }
    let count = TextRun("\(new)\(isMore ? "+" : "") new", .accent)
    let follow = followKey.map { [TextRun(", \($0) follows", .dim)] } ?? []
    let held = [TextRun("held  ", Style(.warn, .bold)), count]
    return [held + follow + [TextRun("   ")] + [heartbeats], held + follow, held, [count]]
  }

  /// What stands in place of events; nil where there are some.
  private var nothing: String? {
    if isInPast {
      let key = liveKey.map { "; \($0) goes back to LIVE" } ?? ""
      return "\(NumberText.noData) live only\(key)"
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
      .text(playback.operatingSystem, .dim),
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
    case .impression, .view: .text
    case .watch: .dim
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
