import PlaybackFacts
import QueryCore

/// One value of the dimension with all that is said of it.
struct BreakdownRow: Hashable, Sendable {
  /// The number of a row in one column of the second dimension.
  struct Cell: Hashable, Sendable {
    /// Nil where there was nothing to measure.
    var value: Double?
    /// Nil where it is not known.
    var previous: Double?
    /// Whether there is too little behind it.
    var isThin = false
  }

  let id: String
  var value: Double?
  var previous: Double?
  /// The ratio beside it.
  var companion: Double?
  /// How much is behind the number or the ratio beside it; nil where that is not asked for.
  var sampleSize: Double?
  /// One for each column of the second dimension.
  var cells: [Cell] = []
  /// Whether there is too little behind it to rank it.
  var isThin = false

  /// By how much it is more than before.
  var delta: Double? { value.flatMap { value in previous.map { value - $0 } } }
}

/// The rows of a breakdown as an answer has them, in the order in which they are shown.
struct BreakdownRows: Sendable {
  /// Fewer facts than this say little of a ratio.
  static let fewest = 30.0

  let questions: BreakdownQuestions
  private(set) var rows: [BreakdownRow] = []
  /// The values of the second dimension that are columns, the largest first.
  private(set) var columns: [String] = []
  /// The three rows that changed most, apart from what chance alone may do.
  private(set) var movers: Set<String> = []

  /// No rows, before there is an answer.
  init(_ questions: BreakdownQuestions) {
    self.questions = questions
  }

  init(_ snapshot: Snapshot, _ ranking: Snapshot.Ranking, _ questions: BreakdownQuestions) {
    self.questions = questions
    let sizes = snapshot.largestValues(of: questions.sampleSizes.map(questions.values))
    let companions = snapshot.values(of: questions.companion.map(questions.values))
    columns = Self.columns(snapshot, questions)
    let none: Double? = questions.measure.isZeroWhereAbsent ? 0 : nil
    let cells = columns.map { column in
      let (now, before) = (questions.cells(column, .window), questions.cells(column, .compared))
      return (
        now: snapshot.values(of: now),
        noneNow: snapshot.hasAllValues(of: now) ? none : nil,
        before: Self.before(snapshot, before),
        noneBefore: snapshot.hasAllValues(of: before) ? none : nil,
        sizes: snapshot.largestValues(of: questions.sizes(column))
      )
    }
    let hasSizes = questions.sampleSize != nil && !sizes.isEmpty
    let isRatio = questions.measure.sampleSize != nil
    rows = ranking.rows.map { row in
      let id = row.dimensionValue
      let size = hasSizes ? sizes[id] ?? 0 : nil
      return BreakdownRow(
        id: id,
        value: row.value,
        previous: row.previous,
        companion: companions[id],
        sampleSize: size,
        cells: cells.map { column in
          BreakdownRow.Cell(
            value: column.now[id] ?? (column.now.isEmpty ? nil : column.noneNow),
            previous: column.before.flatMap { $0[id] ?? column.noneBefore },
            isThin: isRatio && (column.sizes[id] ?? 0) < Self.fewest
          )
        },
        isThin: isRatio && size.map { $0 < Self.fewest } ?? false
      )
    }
    movers = Set(
      rows.filter { row in
        Change(from: row.previous, to: row.value, of: questions.measure)
          .map { $0.verdict != .neutral } ?? false
      }.sorted { abs($0.delta ?? 0) > abs($1.delta ?? 0) }.prefix(3).map(\.id)
    )
  }

  /// The values of the second dimension that an answer has shown to be the largest.
  static func columns(_ snapshot: Snapshot, _ questions: BreakdownQuestions) -> [String] {
    guard let question = questions.columns,
      case .buckets(let rows)? = snapshot.results(of: question).first?.rows
    else { return [] }
    return rows.map(\.dimensionValue)
  }

  private static func before(_ snapshot: Snapshot, _ question: Question?) -> [String: Double]? {
    guard let question, !snapshot.results(of: question).isEmpty,
      let comparable = snapshot.request.comparable, snapshot.data.reaches(backTo: comparable.from)
    else { return nil }
    return snapshot.values(of: question)
  }

  /// The rows that are found, in order: those with too little behind them come last.
  func shown(_ sort: RowSort, search: SearchText?, _ names: ValueNames) -> [BreakdownRow] {
    let dimension = questions.dimension
    let found =
      search.map { search in rows.filter { search.isIn(names[$0.id, in: dimension]) } } ?? rows
    let sorted =
      switch sort.column {
      case .name: sort.sorted(found, byName: { names[$0.id, in: dimension] }, id: \.id)
      case .delta: sort.sorted(found) { $0.delta }
      case .change:
        sort.sorted(found) { Change.amount(from: $0.previous, to: $0.value, of: questions.measure) }
      case .sampleSize: sort.sorted(found) { $0.sampleSize }
      // A ranking comes in that order.
      default: sort.directed(found) { _ in true }
      }
    return sorted.filter { !$0.isThin } + sorted.filter(\.isThin)
  }
}

extension RowSort.Column {
  /// By how much a number is more than before.
  static let delta = RowSort.Column("difference")
  static let sampleSize = RowSort.Column("n")
}
