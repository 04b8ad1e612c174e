import CellCanvas
import PlaybackFacts
import QueryCore

/// All sources at once: whether they answer, how old their data is, and who watches there.
struct SourcesScreen: Screen {
  static let meaning = "all sources: state, data age, watching now; Enter switches"
  static let traits = ScreenTraits(
    time: .none,
    hasTab: false,
    comparesPeriods: false,
    observes: .sources
  )
  static let panels: [ScreenPanel] = [.sources]

  /// The source under the cursor; nil for the one that is shown.
  private var chosen: Int?

  func questions(_ selection: Selection) -> Questions { Questions() }

  func view(of panel: ScreenPanel, _ context: ScreenContext) -> any View { table(context) }

  private func table(_ context: ScreenContext) -> SourceTable {
    SourceTable(
      rows: context.sources.enumerated().map { index, source in
        SourceTable.Row(
          source: source,
          status: context.sourceStatuses[index] ?? SourceStatus(),
          environment: environment(of: index, context),
          isShown: index == context.sourceIndex
        )
      },
      cursor: cursor(context),
      now: context.now,
      uptime: context.uptime,
      isFocused: context.focus.panel == .sources,
      symbols: context.symbols
    )
  }

  /// What a source says of its facts itself; the settings are about the first one alone.
  private func environment(of index: Int, _ context: ScreenContext) -> StoreEnvironment? {
    let reported = context.sourceStatuses[index]?.reading?.data.retention
    let shown = index == context.sourceIndex ? context.data?.retention : nil
    let first = index == 0 ? context.sources.first?.retention : nil
    return (reported ?? shown ?? first)?.environment
  }

  private func cursor(_ context: ScreenContext) -> Int {
    min(chosen ?? context.sourceIndex, context.sources.count - 1)
  }

  func table(of panel: ScreenPanel, _ context: ScreenContext) -> ExportTable {
    var table = ExportTable(["source", "environment", "state", "dataAgeSeconds", "watching"])
    for row in self.table(context).rows {
      let newest = row.status.reading?.data.newestReceipt
      table.add([
        .text(row.source.name), .text(row.environment?.rawValue ?? ""),
        .text(row.status.failure ?? (row.status.reading == nil ? "" : "ok")),
        .number(newest.map { Double(max(0, context.now - $0)) / 1000 }),
        .number(row.status.failure == nil ? row.status.reading?.watching : nil),
      ])
    }
    return table
  }

  // MARK: - Keys

  func hint(of command: Command, _ context: ScreenContext) -> String? {
    command == .chooseRow ? "switch" : nil
  }

  mutating func perform(_ command: Command, _ context: ScreenContext) -> [ScreenEffect]? {
    switch command {
    case .moveRow(let count):
      chosen = min(max(0, cursor(context) + count), context.sources.count - 1)
      return []
    case .chooseRow: return open(cursor(context))
    case .dismiss where chosen != nil:
      chosen = nil
      return []
    default: return nil
    }
  }

  /// Shows another source on the screen that shows most.
  private mutating func open(_ index: Int) -> [ScreenEffect] {
    chosen = nil
    return [.command(.useSource(index)), .command(.show(.overview))]
  }

  mutating func click(
    x: Int,
    y: Int,
    in place: Arrangement.Place,
    _ context: ScreenContext
  ) -> [ScreenEffect]? {
    let area = ShellLayout.content(of: place.area)
    guard let index = table(context).row(atY: y, in: area) else { return [] }
    if chosen == index { return open(index) }
    chosen = index
    return []
  }
}

extension ScreenPanel {
  static let sources = ScreenPanel("sources", .plain)
}
