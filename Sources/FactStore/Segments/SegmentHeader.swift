import TextAndBytes
import GRDB
import PlaybackFacts

/// What is known of a segment without reading its columns.
struct SegmentHeader: Hashable {
  var id: Int64
  /// Days since 1970.
  var day: Int64
  /// Where the groups of each hour begin; the last is the count of all.
  var hourStarts: [Int]
  /// How many facts are in it.
  var factCount: Int
  /// How many bytes its columns take.
  var byteCount: Int

  var groupCount: Int { hourStarts[24] }

  /// The groups of an hour of the day, 0–23.
  func groups(ofHour hour: Int) -> Range<Int> {
    hourStarts[hour]..<hourStarts[hour + 1]
  }

  /// The hours of the day that have groups.
  let hours: [Int]

  /// The stretch of the day.
  var stretch: Timeframe {
    Timeframe(from: Timestamp(day: day), to: Timestamp(day: day + 1))
  }

  /// The stretch of an hour of the day.
  func stretch(ofHour hour: Int) -> Timeframe {
    let start = Timestamp(day: day) + Int64(hour) * Milliseconds.hour
    return Timeframe(from: start, to: start + Milliseconds.hour)
  }

  init(id: Int64, day: Int64, hourGroups: [Int], factCount: Int, byteCount: Int) {
    self.id = id
    self.day = day
    self.factCount = factCount
    self.byteCount = byteCount
    hours = hourGroups.indices.filter { hourGroups[$0] > 0 }
    hourStarts = hourGroups.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  }

  /// Reads a row of the table `segment`.
  init(_ row: Row) throws {
    var reader = ByteReader(try bytes(of: row, at: 2))
    var hourGroups: [Int] = []
    for _ in 0..<24 { hourGroups.append(try reader.count()) }
    guard reader.isAtEnd, hourGroups.reduce(0, +) == row[3], row[3] < Self.groupLimit else {
      throw MalformedBytes("segment \(row[0] as Int64) has wrong counts of groups")
    }
    self.init(
      id: row[0],
      day: row[1],
      hourGroups: hourGroups,
      factCount: row[4],
      byteCount: row[5]
    )
  }

  /// 2³¹: a segment has fewer groups; see ``IntegerColumn/sumLimit``.
  private static let groupLimit = 1 << 31

  static let columns = "id, day, hour_groups, groups, facts, bytes"
}
