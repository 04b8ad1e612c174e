import PlaybackFacts
import QueryCore

/// The answers that movers are found by: totals and breakdowns, now and before.
struct MoverAnswers {
  let measures: [Measure]
  private let snapshot: Snapshot
  private let request: Movers.Request

  /// So many values of a dimension are looked at.
  private static let mostValues = 1000
  /// So many rows are shown.
  private static let mostRows = 200

  /// Nil where the change can't be split, or there is nothing to compare with.
  init?(_ snapshot: Snapshot) {
    let selection = snapshot.request.selection
    measures = MoverSearch.measures(of: selection.measure)
    guard !measures.isEmpty, let before = snapshot.request.comparedTimeframe,
      snapshot.data.reaches(backTo: before.from)
    else { return nil }
    self.snapshot = snapshot
    request = Movers.Request(
      selection.measure,
      in: snapshot.request.shownTimeframe,
      comparedWith: before,
      filter: selection.filter,
      limit: Self.mostRows
    )
  }

  /// What is asked in both times, of all playbacks or of those with one value.
  static func questions(
    _ measures: [Measure],
    _ shape: Query.Shape,
    of value: Movers.Value? = nil
  ) -> [Question] {
    [Question.Span.window, .compared].flatMap { span in
      measures.map { measure in
        Question(
          measure: measure,
          shape: shape,
          span: span,
          clause: value.map { Filter.Clause($0.dimension, [$0.value]) },
          rows: mostValues
        )
      }
    }
  }

  /// The values of all dimensions; nil where the answer lacks the totals.
  func search() -> MoverSearch? {
    let results = Self.questions(measures, .number).map { snapshot.results(of: $0).first?.rows }
    let numbers = results.compactMap { rows -> Double? in
      guard case .number(let value)? = rows else { return nil }
      return value.double
    }
    guard numbers.count == results.count,
      var search = MoverSearch(request, total: halves(numbers))
    else { return nil }
    for dimension in search.dimensions { add(dimension, of: nil, to: &search) }
    return search
  }

  /// Adds the values of a dimension, of all playbacks or of those with one value.
  func add(_ dimension: Dimension, of first: Movers.Value?, to search: inout MoverSearch) {
    let results = Self.questions(measures, .buckets(dimension), of: first)
      .compactMap { snapshot.results(of: $0).first }
    guard results.count == 2 * measures.count else { return }
    let known = results.map(Breakdown.init)
    for value in Set(known.flatMap(\.values.keys)) {
      let numbers = known.compactMap { $0[value] }
      // What one of the answers has left out, because it has so many, is not known.
      guard numbers.count == known.count else { continue }
      search.add([first, Movers.Value(dimension, value)].compactMap { $0 }, halves(numbers))
    }
  }

  private func halves(_ numbers: [Double]) -> MoverSearch.Numbers {
    (Array(numbers.prefix(measures.count)), Array(numbers.dropFirst(measures.count)))
  }

  /// One answer by value.
  private struct Breakdown {
    let values: [String: Double]
    let isWhole: Bool

    init(_ result: QueryResult) {
      var values: [String: Double] = [:]
      if case .buckets(let buckets) = result.rows {
        for bucket in buckets { values[bucket.dimensionValue] = bucket.value.double }
      }
      self.values = values
      isWhole = result.itemsTotal <= values.count
    }

    /// Nil where it is not known.
    subscript(value: String) -> Double? { values[value] ?? (isWhole ? 0 : nil) }
  }
}
