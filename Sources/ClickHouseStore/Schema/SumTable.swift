import PlaybackFacts
import QueryCore

/// A table of sums that follow from facts: a view fills it with each block.
///
/// Beside the sums it names each block whose sums are in it, in a row of ``blockDimension``. Both come with one
/// insertion, so that the name says for sure that the sums are there.
struct SumTable: Sendable {
  let name: String
  /// The columns without those of ``sums``.
  let columns: SQL
  /// What its rows are told apart by, and the order of its rows.
  let keys: [SQL]
  /// What is added up, as columns of numbers.
  let sums: [SQL]
  /// What is added up value by value, as a nested column, if there is one.
  var map: (name: SQL, columns: SQL)?
  /// Into which parts it falls.
  let partition: SQL
  /// Its rows, of groups of facts: behind `FROM` stands what has the columns of a group.
  let ofGroups: @Sendable (_ groups: SQL) -> SQL

  static let all = [hourly, totals]

  /// The number under which rows name blocks, which is no dimension's.
  static let blockDimension: UInt8 = 255

  /// The sums by hour, dimension and value, and the first frames of impressions by their bucket of `Histogram`.
  static let hourly = SumTable(
    name: "hourly",
    columns: "dimension UInt8, hour UInt32, name String, bot UInt8",
    keys: ["dimension", "hour", "name", "bot"],
    sums: Sum.allCases.map(\.column) + ["facts"],
    map: ("firstFramesMap", "firstFramesMap Nested(bucket UInt16, impressions Int64)"),
    partition: "PARTITION BY \(monthOfHour)"
  ) { groups in
    let sums = Sum.allCases.map { "toInt64(sum(\($0.overGroup))) AS \($0.column)" as SQL }
    let known: SQL = """
      arrayFilter((a, b) -> b = \(FactKind.impression.rawValue) AND a != \(FactBlock.noValue), \
      values, kinds)
      """
    let frames: SQL = """
      sumMap(arrayMap(a -> \(FirstFrameBucket.of("a")), \(known)), arrayMap(a -> toInt64(1), \(known)))
      """
    return """
      SELECT \(dimensions(Dimension.numbered)), hour, pair.2 AS name, bot, \
      \(sums.joined(by: ", ")), toInt64(sum(length(kinds))) AS facts, \
      \(frames).1 AS `firstFramesMap.bucket`, \(frames).2 AS `firstFramesMap.impressions` \
      FROM \(groups) GROUP BY pair, hour, bot
      """
  }

  /// The plays of each media item by month, which are kept when facts expire; those of referrers tell which are
  /// known.
  static let totals = SumTable(
    name: "totals",
    columns: "month UInt32, dimension UInt8, name String, bot UInt8",
    keys: ["month", "dimension", "name", "bot"],
    sums: ["plays", "facts"],
    partition: "PARTITION BY month"
  ) { groups in
    """
    SELECT \(monthOfHour) AS month, \
    \(dimensions(Dimension.numbered.filter { openValues.contains($0.number) })), \
    pair.2 AS name, bot, toInt64(sum(\(Sum.plays.overGroup))) AS plays, \
    toInt64(sum(length(kinds))) AS facts FROM \(groups) GROUP BY month, pair, bot
    """
  }

  /// The dimensions whose values players make up.
  private static let openValues = OpenValue.dimensions.compactMap(\.number)

  /// The month of an hour in UTC, such as 202611.
  static let monthOfHour: SQL = "toYYYYMM(toDateTime(hour * 3600, 'UTC'))"

  /// Recording or live stream, as the media id says.
  static func mediaType(of media: SQL) -> SQL {
    """
    if(substring(\(media), 1, 2) = 'li', \(MediaType.liveStream.rawValue), \
    \(MediaType.video.rawValue))
    """
  }

  /// The number of a dimension; with it comes `pair`, which has the value as well: a row for each of the
  /// dimensions, one for all facts, and one that names the block.
  private static func dimensions(_ dimensions: [(number: UInt8, column: SQL)]) -> SQL {
    let pairs = dimensions.map { number, column in
      let value = number == Dimension.mediaType.number ? mediaType(of: "media") : column
      return "(toUInt8(\(number)), \(value))" as SQL
    }
    return """
      (arrayJoin([(toUInt8(0), ''), \(pairs.joined(by: ", ")), \
      (toUInt8(\(blockDimension)), toString(block))]) AS pair).1 AS dimension
      """
  }
}
