import PlaybackFacts
import QueryCore

/// What rows have to satisfy to be looked at.
struct FactConditions {
  /// What is asked of a row as it is stored.
  private var ofRows: [SQL] = []
  /// What is asked of the rows that are left, or of the single facts in them.
  private var ofFacts: [SQL] = []

  /// The conditions as one expression, of rows as they are stored.
  var condition: SQL { Self.all(ofRows + ofFacts) }

  private static func all(_ parts: [SQL]) -> SQL {
    parts.isEmpty ? "1" : parts.map { "(\($0))" }.joined(by: " AND ")
  }

  /// The conditions as the end of a statement; rows that are spread into facts are looked at before.
  func sql(spreading: Bool) -> SQL {
    spreading
      ? "PREWHERE \(Self.all(ofRows)) WHERE \(Self.all(ofFacts))" : "WHERE \(condition)"
  }

  /// Those of rows as they are stored, and one more of them, as the end of a statement.
  func sql(ofRowsAnd part: SQL) -> SQL { "PREWHERE \(Self.all(ofRows)) WHERE \(part)" }

  /// Makes the conditions of single facts in a timeframe, of some kinds.
  init(ofFactsIn timeframe: Timeframe, kinds: Set<FactKind>) {
    let (first, last) = (timeframe.from.hourNumber, (timeframe.to - 1).hourNumber)
    ofRows.append("hour >= \(first) AND hour <= \(last)")
    let numbers = kinds.map(\.rawValue).sorted().map { "\($0)" as SQL }.joined(by: ", ")
    ofFacts.append("kind IN (\(numbers))")
    let start = timeframe.from.milliseconds - first * Milliseconds.hour
    if start > 0 { ofFacts.append("hour > \(first) OR offset >= \(start)") }
    let end = timeframe.to.milliseconds - last * Milliseconds.hour
    if end < Milliseconds.hour { ofFacts.append("hour < \(last) OR offset < \(end)") }
  }

  /// Makes the conditions of rows in whole hours; where they are of `hourly`, of those of a dimension.
  init(ofHours timeframe: Timeframe, dimension: UInt8? = nil) {
    if let dimension { ofRows.append("dimension = \(dimension)") }
    ofRows.append("hour >= \(timeframe.from.hourNumber) AND hour < \(timeframe.to.hourNumber)")
  }

  /// Makes the conditions of rows of a dimension; with 0, of those of all facts.
  init(ofDimension number: UInt8) {
    ofRows.append("dimension = \(number)")
  }

  /// Adds a condition of rows.
  mutating func add(_ part: SQL) { ofRows.append(part) }

  /// Adds a condition of single facts.
  mutating func addOfFacts(_ part: SQL) { ofFacts.append(part) }

  /// Adds those of a filter.
  mutating func add(_ filter: Filter, _ columns: DimensionColumns, mediaItems: SQL) {
    for clause in filter.clauses {
      if let column = columns[clause.dimension] {
        ofRows.append(Self.condition(clause, column))
      } else {
        let negation: SQL = clause.isNegated ? "NOT " : ""
        ofFacts.append(
          """
          \(columns.media) GLOBAL \(negation)IN (SELECT id FROM (SELECT id, argMax(tags, version) AS tags \
          FROM \(mediaItems) GROUP BY id) AS items WHERE hasAny(tags, [\(clause.values.literals)]))
          """
        )
      }
    }
  }

  private static func condition(_ clause: Filter.Clause, _ column: SQL) -> SQL {
    let values: [SQL] =
      clause.dimension == .bots
      ? clause.values.compactMap { value in
        switch value {
        case Dimension.bot: "1"
        case Dimension.person: "0"
        default: nil
        }
      } : clause.values.map(SQL.literal)
    guard !values.isEmpty else { return clause.isNegated ? "1" : "0" }
    return "\(column) \(clause.isNegated ? "NOT IN" as SQL : "IN") (\(values.joined(by: ", ")))"
  }
}

/// Where a table has the values of dimensions.
struct DimensionColumns {
  /// The dimension whose values are in the column `name`; nil where each has a column of its own.
  let named: Dimension?

  /// The column of media ids.
  var media: SQL { named == nil ? "media" : "name" }

  /// The column of a dimension, or an expression; nil of tags, which are the media item's.
  subscript(dimension: Dimension) -> SQL? {
    guard let named, dimension != .bots else { return dimension.column }
    if dimension == named { return "name" }
    // Types follow from media ids.
    guard named == .mediaID, dimension == .mediaType else { return dimension.column }
    return SumTable.mediaType(of: "name")
  }
}
