import PlaybackFacts
import QueryCore

/// What facts have to satisfy to be looked at, as the end of a statement.
struct FactConditions {
  private var parts: [SQL] = []

  /// All of them, behind `WHERE`.
  var sql: SQL { parts.isEmpty ? "1" : parts.map { "(\($0))" }.joined(by: " AND ") }

  /// Makes the conditions of facts in a timeframe, of some kinds.
  init(of timeframe: Timeframe, kinds: Set<FactKind>) {
    let numbers = kinds.map(\.rawValue).sorted().map { "\($0)" as SQL }.joined(by: ", ")
    parts.append("kind IN (\(numbers))")
    let (first, last) = (timeframe.from.hourNumber, (timeframe.to - 1).hourNumber)
    parts.append("hour >= \(first) AND hour <= \(last)")
    let start = timeframe.from.milliseconds - first * Milliseconds.hour
    if start > 0 { parts.append("hour > \(first) OR offset >= \(start)") }
    let end = timeframe.to.milliseconds - last * Milliseconds.hour
    if end < Milliseconds.hour { parts.append("hour < \(last) OR offset < \(end)") }
  }

  /// Makes the conditions of rows of `hourly` in whole hours.
  init(ofHours timeframe: Timeframe, dimension: UInt8) {
    self.init(ofDimension: dimension)
    parts.append("hour >= \(timeframe.from.hourNumber) AND hour < \(timeframe.to.hourNumber)")
  }

  /// Makes the conditions of rows of a dimension; with 0, of those of all facts.
  init(ofDimension number: UInt8) {
    parts.append("dimension = \(number)")
  }

  /// Adds a condition.
  mutating func add(_ part: SQL) { parts.append(part) }

  /// Adds those of a filter; where a table has the values of one dimension in a column, `name` is that column.
  mutating func add(
    _ filter: Filter,
    name: (dimension: Dimension, column: SQL)? = nil,
    _ media: SQL
  ) {
    for clause in filter.clauses {
      let column = Self.column(of: clause.dimension, where: name)
      parts.append(Self.condition(clause, column, media, name))
    }
  }

  /// The column that has the values of a dimension, or an expression for them; nil of tags.
  static func column(
    of dimension: Dimension,
    where name: (dimension: Dimension, column: SQL)?
  ) -> SQL? {
    guard let name else { return dimension.column }
    if dimension == name.dimension { return name.column }
    guard name.dimension == .mediaID, dimension == .mediaType else { return dimension.column }
    return SumTable.mediaType(of: name.column)
  }

  private static func condition(
    _ clause: Filter.Clause,
    _ column: SQL?,
    _ mediaItems: SQL,
    _ name: (dimension: Dimension, column: SQL)?
  ) -> SQL {
    let negation: SQL = clause.isNegated ? "NOT " : ""
    guard !clause.values.isEmpty else { return clause.isNegated ? "1" : "0" }
    if clause.dimension == .bots {
      let values = clause.values.compactMap { (value: String) -> SQL? in
        switch value {
        case Dimension.bot: "1"
        case Dimension.person: "0"
        default: nil
        }
      }
      guard !values.isEmpty else { return clause.isNegated ? "1" : "0" }
      return "bot \(negation)IN (\(values.joined(by: ", ")))"
    }
    guard let column else {
      let media = name?.dimension == .mediaID ? name?.column ?? "media" : "media"
      return """
        \(media) GLOBAL \(negation)IN (SELECT id FROM (SELECT id, argMax(tags, version) AS tags \
        FROM \(mediaItems) GROUP BY id) AS items WHERE hasAny(tags, [\(clause.values.literals)]))
        """
    }
    return "\(column) \(negation)IN (\(clause.values.literals))"
  }
}
