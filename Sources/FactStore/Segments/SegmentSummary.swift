import TextAndBytes
import PlaybackFacts

/// The sums of each value of a dimension, or of everything, in one segment.
///
/// ```
/// keys     [rows: varint] hour of each row: integer column, code of each row: integer column
/// a sum    integer column, one for each row
/// ```
///
/// Dimensions with few values have a row for each hour and value; media and referrers, of which
/// there may be very many, have rows of the whole segment, whose hour is 0. A summary that has more
/// than half as many rows as there are groups is not written.
struct SegmentSummary {
  /// The hour and the code of each row, ascending.
  private let keys: [Key]
  private let sums: [Sums]

  struct Key: Hashable, Comparable {
    /// Of the day, 0–23.
    var hour: UInt8
    var code: UInt32

    static func < (left: Key, right: Key) -> Bool {
      (left.hour, left.code) < (right.hour, right.code)
    }
  }

  /// Adds up groups by value; nil where that makes more rows than a limit.
  init?(
    of groups: [SegmentBuilder.Group],
    _ groupSums: [Sums],
    by dimension: Dimension?,
    limit: Int
  ) {
    let isHourly = Self.isHourly(dimension)
    var rows: [Key: Sums] = [:]
    for (group, sums) in zip(groups, groupSums) {
      let code = dimension.map { group.codes[$0.place] } ?? 0
      rows[Key(hour: isHourly ? group.hour : 0, code: code), default: .zero] += sums
      // Where each group has a row of its own, all of them would take much memory.
      guard rows.count <= limit else { return nil }
    }
    keys = rows.keys.sorted()
    sums = keys.map { rows[$0] ?? .zero }
  }

  static func isHourly(_ dimension: Dimension?) -> Bool {
    dimension != .mediaID && dimension != .referrer
  }

  var encodedKeys: [UInt8] {
    var writer = ByteWriter()
    writer.count(keys.count)
    IntegerColumn.encode(keys.map { Int64($0.hour) }, into: &writer)
    IntegerColumn.encode(keys.map { Int64($0.code) }, into: &writer)
    return writer.bytes
  }

  func values(of sum: Sum) -> [Int64] {
    sums.map { $0[sum] }
  }

  static func decodeKeys(_ bytes: [UInt8]) throws(MalformedBytes) -> [Key] {
    var reader = ByteReader(bytes)
    let count = try reader.count()
    let hours = try IntegerColumn.decode(&reader, count: count)
    let codes = try IntegerColumn.decode(&reader, count: count)
    guard reader.isAtEnd else { throw MalformedBytes("bytes follow the keys of a summary") }
    var keys: [Key] = []
    keys.reserveCapacity(count)
    for index in 0..<count {
      guard let code = UInt32(exactly: codes[index]), (0..<24).contains(hours[index]) else {
        throw MalformedBytes("a summary has an impossible key")
      }
      keys.append(Key(hour: UInt8(hours[index]), code: code))
    }
    return keys
  }
}
