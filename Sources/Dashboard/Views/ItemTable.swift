import CellCanvas
import PlaybackFacts
import QueryCore

/// The table of media items: what they are called, their numbers and the shape of their plays.
struct ItemTable: View {
  let state: DashboardState

  private var items: [Snapshot.Item] { state.shownItems }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let area = rect.inset(left: FittingLine.gap)
    let items = items
    let held = state.focus == .items ? state.pointedRow?.index : nil
    let first = state.firstRow(of: .items, in: area)
    let table = DataTable(
      columns: columns(count: items.count, in: area.width),
      count: items.count,
      firstRow: first,
      selected: held,
      symbols: state.symbols
    ) { index in
      fields(of: items[index])
    }
    canvas.draw(table, in: area)
    if let held, rect.height > 1 {
      let row = rect.row(held - first + 1)
      canvas.draw(TextLine("\(state.symbols.pointer)", .accent), in: row)
    }
    if items.isEmpty {
      let text =
        state.snapshot?.request.subject.view != .media
        ? NumberText.unknown
        : state.search.isEmpty
          ? "\(NumberText.noData) \(isCollected ? "none in this time" : "not collected")"
          : "\(NumberText.noData) nothing with '\(state.search.scrubbed)' in its title"
      canvas.draw(TextLine(text, .dim), in: area.row(1))
    }
  }

  /// Whether somebody listened in the time that the items are of, or nobody knows.
  private var isCollected: Bool {
    state.snapshot.map { $0.data.isCollected($0.request.window.timeframe) } ?? true
  }

  private func columns(count: Int, in room: Int) -> [DataTable.Column] {
    let known = state.snapshot.flatMap { $0.request.subject.view == .media ? $0 : nil }
    let total = known.map { max($0.itemCount, $0.items.count) }
    // A search in lists that are cut off finds items that nobody played in this time.
    let isOfAll = state.search.isEmpty || !(known?.hasAllItems ?? true)
    let found =
      total.map { isOfAll ? " \(state.search.isEmpty ? $0 : count)" : " \(count) of \($0)" } ?? ""
    let measures = ScreenRequest.itemMeasures
    let titles = ["plays", "play rate", "to end", "avg watch", "errors"]
    let numbers = zip(measures, titles).enumerated().map { index, column in
      DataTable.Column(
        state.heading(column.1, ofColumn: index),
        .fixed(max(9, column.1.count + 2)).optional(rank: index == 0 ? 0 : index),
        .right
      )
    }
    return [
      DataTable.Column(
        state.heading("Title\(found)", ofColumn: measures.count, isName: true),
        .flexible(min: 16, weight: 2, upTo: 60)
      )
    ]
      + [
        numbers[0],
        DataTable.Column(
          state.heading("change", ofColumn: measures.count + 1),
          .fixed(10).optional(rank: 6),
          .right
        ),
      ]
      + numbers.dropFirst()
      + [DataTable.Column("  plays over time", .flexible(min: 18, weight: 1).optional(rank: 5))]
  }

  private func fields(of item: Snapshot.Item) -> [DataTable.Field] {
    let isAnswered =
      state.snapshot.map {
        $0.hasAllItems || $0.request.detail.values.contains(item.mediaID)
      } ?? false
    let none = isAnswered ? NumberText.noData : ""
    let texts = zip(ScreenRequest.itemMeasures, item.values).map { measure, value in
      value.map { NumberText.aligned($0, measure, width: 9) } ?? none
    }
    let shape = state.snapshot?.itemShapes[item.mediaID]
    return [.text(state.name(of: item.mediaID, in: .mediaID))]
      + [.text(texts[0], .title), change(of: item)]
      + texts.dropFirst().map { .text($0) }
      + [shape.map { .sparkline([nil] + $0, .area) } ?? .text("")]
  }

  private func change(of item: Snapshot.Item) -> DataTable.Field {
    guard state.shownRequest.isComparing, let measure = ScreenRequest.itemMeasures.first else {
      return .text("")
    }
    let value = item.values.first ?? nil
    if item.previous == 0, (value ?? 0) > 0 { return .text("new", .dim) }
    guard let change = Change(from: item.previous, to: value, of: measure) else {
      return .text(NumberText.noData, .dim)
    }
    return .text(change.text(state.symbols), change.style)
  }
}
