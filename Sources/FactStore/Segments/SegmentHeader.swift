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
  /// The instant of its newest fact, for watch and stall of the slot's start; nil where it is not known.
  var newestFact: Timestamp?

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

  init(
    id: Int64,
    day: Int64,
    hourGroups: [Int],
    factCount: Int,
    byteCount: Int,
    newestFact: Timestamp? = nil
  ) {
    self.id = id
    self.day = day
    self.factCount = factCount
    self.byteCount = byteCount
    self.newestFact = newestFact
    hours = hourGroups.indices.filter { hourGroups[$0] > 0 }
    hourStarts = hourGroups.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
  }

  /// Reads a row of the table `segment`.
  init(_ row: Row) throws {
    let id = try row.integer("id", in: 0...1 << 43)
    var reader = ByteReader(try bytes(of: row, at: "hour_groups"))
    var hourGroups: [Int] = []
    for _ in 0..<24 { hourGroups.append(try reader.count()) }
    let groupCount = hourGroups.reduce(0, +)
    guard reader.isAtEnd, groupCount == Int(try row.integer("groups")), groupCount < Self.groupLimit
    else {
      throw MalformedBytes("segment \(id) has wrong counts of groups")
    }
    self.init(
      id: id,
      day: try row.integer("day", in: StoredLimits.hours),
      hourGroups: hourGroups,
      factCount: Int(try row.integer("facts")),
      byteCount: Int(try row.integer("bytes")),
      newestFact: try row.optionalInstant("newest_fact")
    )
  }

  /// 2³¹: a segment has fewer groups; see ``IntegerColumn/sumLimit``.
  private static let groupLimit = 1 << 31

  /// All that the table has: a file that was never opened for writing since may lack the newest column.
  static let columns = "segment.*"
}
