import CellCanvas
import PlaybackFacts
import QueryCore

/// Who moved it: the values of all dimensions, and pairs of them, by what they contribute to the change from the
/// compared time.
struct MoversScreen: Screen {
  static let meaning = "who moved it: which values explain the change, or that of one hour or row"
  static let traits = ScreenTraits(narrowsToCursor: true)
  static let shortTitle: String? = "Move"
  static let panels: [ScreenPanel] = [.movers]

  /// What the newest answer shows; nil before there is one to compare.
  private(set) var movers: Movers?
  /// What the newest answer makes worth asking: the parts of the values that contribute most.
  private var parts: [Question] = []
  /// The row under the cursor; nil where that is on the first one, whichever it is.
  private(set) var selected: SelectedRow?

  /// So many values are taken apart: more would ask hundreds of questions for each answer.
  private static let mostPairs = 3

  // MARK: - Asking

  func questions(_ selection: Selection) -> Questions {
    let measures = MoverSearch.measures(of: selection.measure)
    guard !measures.isEmpty, selection.comparison != nil else {
      return Questions(others: [Question(measure: selection.measure, shape: .number)])
    }
    let dimensions = MoverSearch.dimensions(of: selection.filter)
    let shapes = [.number] + dimensions.map { Query.Shape.buckets($0) }
    return Questions(
      others: shapes.flatMap { shape in MoverAnswers.questions(measures, shape) }
    )
  }

  func detail(_ context: ScreenContext) -> ScreenRequest.Detail {
    ScreenRequest.Detail(others: parts)
  }

  mutating func rowsChanged(_ context: ScreenContext) {
    (movers, parts) = (nil, [])
    guard let snapshot = context.snapshot, snapshot.request.subject.screen == .movers,
      let answers = MoverAnswers(snapshot), var search = answers.search()
    else { return }
    let pairs = search.pairs.prefix(Self.mostPairs)
    for pair in pairs {
      for dimension in pair.dimensions {
        answers.add(dimension, of: pair.value, to: &search)
        parts += MoverAnswers.questions(answers.measures, .buckets(dimension), of: pair.value)
      }
    }
    movers = search.movers(snapshot.data)
  }

  // MARK: - Drawing

  /// The rows as they are shown: the one under the cursor keeps its place.
  var rows: [Movers.Row] {
    let rows = movers?.rows ?? []
    guard let selected, rows.contains(where: { $0.id == selected.id }) else { return rows }
    return selected.pinned(in: rows, id: \.id) { rows[0] }
  }

  private var cursor: Int { min(selected?.index ?? 0, max(0, rows.count - 1)) }

  func view(of panel: ScreenPanel, _ context: ScreenContext) -> any View {
    MoversTable(
      measure: context.request.selection.measure,
      movers: movers,
      rows: rows,
      nothing: nothing(context),
      interval: context.request.intervalIndex.map {
        TimeText.interval(context.request.window, $0, in: context.zone)
      },
      hint: context.keyMap.label(of: .dismiss).map { "\($0) shows the whole range" },
      comparison: context.request.selection.comparison?.title(
        of: context.request.selection.range
      ),
      names: context.names,
      cursor: cursor,
      isFocused: context.focus.panel == panel,
      symbols: context.symbols
    )
  }

  /// Why there are no rows.
  private func nothing(_ context: ScreenContext) -> String {
    let measure = context.selection.measure
    guard !MoverSearch.measures(of: measure).isEmpty else {
      return "\(measure.title) is not made of parts, so no value has a part in its change."
        + Self.hint(context.keyMap, .openMeasures, "chooses another metric")
    }
    guard context.selection.comparison != nil else {
      return "There is nothing to compare with."
        + Self.hint(context.keyMap, .nextComparison, "chooses a time to compare with")
    }
    guard context.asked.previous != nil else {
      return "\(NumberText.noData) the time to compare with is older than the retention"
    }
    guard context.asked.comparedTimeframe != nil else {
      return
        "\(NumberText.noData) this interval has just begun: there is nothing to compare it with"
    }
    guard let snapshot = context.snapshot, snapshot.request.subject.screen == .movers else {
      return NumberText.unknown
    }
    guard movers != nil else {
      return "\(NumberText.noData) not collected in the time to compare with"
    }
    return "\(NumberText.noData) no value changed"
  }

  private static func hint(_ keyMap: KeyMap, _ command: Command, _ what: String) -> String {
    keyMap.label(of: command).map { " \($0) \(what)." } ?? ""
  }

  func table(of panel: ScreenPanel, _ context: ScreenContext) -> ExportTable {
    var table = ExportTable([
      "dimension", "value", "dimension2", "value2", "metricValue", "comparedValue", "contribution",
      "share", "n", "comparedN", "noise",
    ])
    for row in rows {
      let second = row.values.dropFirst().first
      let numbers = [
        row.now.value, row.before.value, row.contribution, movers?.share(of: row),
        row.now.sampleSize, row.before.sampleSize, row.isNoise ? 1 : 0,
      ]
      table.add(
        [
          .text(row.values[0].dimension.breakdownName), .text(row.values[0].value),
          .text(second?.dimension.breakdownName ?? ""), .text(second?.value ?? ""),
        ] + numbers.map { .number($0) }
      )
    }
    return table
  }

  // MARK: - Keys

  func hint(of command: Command, _ context: ScreenContext) -> String? {
    command == .chooseRow ? "filter" : nil
  }

  mutating func perform(_ command: Command, _ context: ScreenContext) -> [ScreenEffect]? {
    switch command {
    case .moveRow(let count):
      select(cursor + count)
      return []
    case .chooseRow: return filter()
    case .excludeRow:
      guard rows.indices.contains(cursor), rows[cursor].values.count == 1 else {
        return [.notice("only one value can be left out, not a pair")]
      }
      return filter(isNegated: true)
    case .dismiss where selected != nil:
      selected = nil
      return []
    default: return nil
    }
  }

  private mutating func select(_ index: Int) {
    let rows = rows
    guard !rows.isEmpty else { return }
    let index = min(max(0, index), rows.count - 1)
    let row = rows[index]
    selected = SelectedRow(id: row.id, index: index, dimension: row.values[0].dimension)
  }

  private mutating func filter(isNegated: Bool = false) -> [ScreenEffect] {
    guard rows.indices.contains(cursor) else { return [.notice("there are no rows here")] }
    let values = rows[cursor].values
    selected = nil
    return [
      .filter(values.map { Filter.Clause($0.dimension, [$0.value], isNegated: isNegated) })
    ]
  }

  mutating func click(
    x: Int,
    y: Int,
    in place: Arrangement.Place,
    _ context: ScreenContext
  ) -> [ScreenEffect]? {
    let area = ShellLayout.content(of: place.area)
    guard let index = MoversTable.row(atY: y, in: area, count: rows.count, cursor: cursor) else {
      return []
    }
    if selected?.index == index { return filter() }
    select(index)
    return []
  }
}

extension Movers.Row {
  /// Its values, as one text.
  var id: String { values.map { "\($0.dimension.rawValue)=\($0.value)" }.joined(separator: "\n") }
}

extension ScreenPanel {
  static let movers = ScreenPanel("movers", .plain)
}
