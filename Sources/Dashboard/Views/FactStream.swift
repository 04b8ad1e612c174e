import TextAndBytes
import CellCanvas
import PlaybackFacts
import QueryCore

/// The facts that pass by, the newest on top; of whom they are is not told.
struct FactStream: View {
  let state: DashboardState

  func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    let facts = state.shownFacts
    let title = [TextRun("Passing by", .title)] + filterRuns
    let panel = Panel(
      title: title,
      right: state.isInPast ? [] : [TextRun("\(state.observed.passed) new", .dim)],
      isFocused: state.focus == .facts,
      symbols: state.symbols
    )
    canvas.draw(panel, in: rect)
    let body = rect.inset(left: FittingLine.gap, top: 1)
    guard !state.isInPast else {
      let key = state.keyMap.label(of: .goLive).map { "; \($0) goes back to LIVE" } ?? ""
      canvas.draw(TextLine("\(NumberText.noData) told as it happens\(key)", .dim), in: body.row(0))
      return
    }
    if let fault = state.observed.fault {
      canvas.draw(TextLine("\(NumberText.unknown) \(fault)", .dim), in: body.row(0))
      return
    }
    if facts.isEmpty {
      canvas.draw(TextLine("\(NumberText.noData) nothing yet", .dim), in: body.row(0))
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
      symbols: state.symbols
    ) { index in fields(of: facts[index]) }
    canvas.draw(table, in: body)
  }

  private var filterRuns: [TextRun] {
    guard !state.search.isEmpty, state.focus == .facts else { return [] }
    return [TextRun(" with '\(state.search.scrubbed)'", .dim)]
  }

  private func fields(of fact: Fact) -> [DataTable.Field] {
    let time = state.zone.civil(fact.time)
    let playback = fact.playback
    return [
      .text(TimeText.clock(time) + ":" + Numbers.padded(time.second), .dim),
      .text(fact.kind.name, Self.style(of: fact.kind)),
      .text(Self.value(of: fact), .dim),
      .text(playback.country == Dimension.unknown ? "" : playback.country),
      .text(playback.deviceType),
      .text(playback.browser, .dim),
      .text(state.name(of: playback.mediaID, in: .mediaID)),
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

extension DashboardState {
  /// The facts that passed by, the newest first: those that the filters let through, and of those
  /// the ones that were searched for.
  var shownFacts: [Fact] {
    let filter = Filter(filters)
    return observed.facts.reversed().filter { fact in
      guard filter.matches(fact.playback, tags: media.tags) else { return false }
      guard !search.isEmpty, focus == .facts else { return true }
      let words = [
        fact.kind.name, fact.playback.country, fact.playback.deviceType, fact.playback.browser,
        fact.playback.operatingSystem, name(of: fact.playback.mediaID, in: .mediaID),
      ]
      return words.contains { $0.lowercased().contains(search.lowercased()) }
    }
  }
}
