import TextAndBytes
import PlaybackFacts
import QueryCore

/// A segment as it goes into the file.
struct EncodedSegment {
  typealias Column = (column: SegmentColumn, bytes: [UInt8])

  let day: Int64
  /// How many groups each hour of the day has.
  let hourGroups: [Int]
  let factCount: Int
  /// The instant of its newest fact, for watch and stall of the slot's start.
  let newestFact: Timestamp
  /// Columns of nothing but zeros are left out.
  private(set) var columns: [Column] = []
  /// By code of the media item.
  let plays: [UInt32: Int64]

  var groupCount: Int { hourGroups.reduce(0, +) }

  var byteCount: Int { columns.reduce(0) { $0 + $1.bytes.count } }

  /// The columns in parts of about so many bytes; one that is larger is a part by itself.
  func parts(ofBytes limit: Int) -> [ArraySlice<Column>] {
    var parts: [ArraySlice<Column>] = []
    var (start, byteCount) = (columns.startIndex, 0)
    for index in columns.indices {
      let count = columns[index].bytes.count
      if byteCount + count > limit, index > start {
        parts.append(columns[start..<index])
        (start, byteCount) = (index, 0)
      }
      byteCount += count
    }
    return parts + [columns[start...]]
  }

  /// Writes groups, ordered by hour, and the events of each.
  init(
    day: Int64,
    groups: [SegmentBuilder.Group],
    events: [ArraySlice<Event>]
  ) {
    self.day = day
    var hourGroups = [Int](repeating: 0, count: 24)
    for group in groups { hourGroups[Int(group.hour)] += 1 }
    self.hourGroups = hourGroups
    factCount = events.reduce(0) { $0 + $1.count }
    let lastHour = groups.last.map { Int64($0.hour) } ?? 0
    let lastOffset = zip(groups, events).reduce(into: UInt32(0)) { newest, group in
      if group.0.hour == lastHour { newest = max(newest, group.1.last?.offset ?? 0) }
    }
    newestFact = Timestamp(day: day) + lastHour * Milliseconds.hour + Int64(lastOffset)
    let sums = events.map { events in
      events.reduce(into: Sums.zero) { $0.add($1) }
    }
    var plays: [UInt32: Int64] = [:]
    for (group, sums) in zip(groups, sums) where sums[.plays] != 0 {
      plays[group.codes[0], default: 0] += sums[.plays]
    }
    self.plays = plays

    columns.append((.playback, Self.identifiers(groups.map(\.playback))))
    columns.append((.viewer, Self.identifiers(groups.map(\.viewer))))
    for audience in [SumQuery.Audience.playbacks, .viewers] {
      append(.slotCounts(audience), Self.slotCounts(of: audience, groups, events, hourGroups))
    }
    for (place, dimension) in Dimension.stored.enumerated() {
      append(.dimension(dimension), groups.map { Int64($0.codes[place]) })
    }
    for sum in Sum.allCases { append(.sum(sum), sums.map { $0[sum] }) }
    var start = 0
    for (hour, count) in hourGroups.enumerated() where count > 0 {
      let detail = HourDetail.encode(Array(events[start..<start + count]))
      columns.append((.detail(hour: hour), detail))
      start += count
    }
    for dimension in [nil] + Dimension.coded {
      // Segments of former versions have none either.
      if dimension == .bots, groups.allSatisfy({ $0.codes[Dimension.bots.place] == 0 }) { continue }
      // A summary of nearly as many rows as there are groups would save nothing.
      guard let summary = SegmentSummary(of: groups, sums, by: dimension, limit: groups.count / 2)
      else { continue }
      columns.append((.summaryKeys(dimension), summary.encodedKeys))
      for sum in Sum.allCases {
        append(.summarySum(dimension, sum), summary.values(of: sum))
      }
    }
    let times = ImpressionTimes(groups, events)
    for dimension in [nil] + Dimension.coded {
      guard let counts = times.counts(by: dimension) else { continue }
      columns.append((.histogram(dimension), counts.encoded))
    }
  }

  /// Leaves out what former versions did not write.
  mutating func removeHistograms() {
    columns.removeAll { SegmentColumn.histograms.contains($0.column) }
  }

  private mutating func append(_ column: SegmentColumn, _ values: [Int64]) {
    guard values.contains(where: { $0 != 0 }) else { return }
    columns.append((column, IntegerColumn.encode(values)))
  }

  /// How many watched in each slot of each hour that has groups, hour by hour.
  private static func slotCounts(
    of audience: SumQuery.Audience,
    _ groups: [SegmentBuilder.Group],
    _ events: [ArraySlice<Event>],
    _ hourGroups: [Int]
  ) -> [Int64] {
    var counts: [Int64] = []
    var start = 0
    for count in hourGroups where count > 0 {
      var counter = SlotCounter()
      for (group, events) in zip(groups[start..<start + count], events[start..<start + count]) {
        let person = counter.person(playback: group.playback, viewer: group.viewer)
        for event in events where event.code == .watch {
          counter.add(event.value, row: 0, person: person, slot: event.slot)
        }
      }
      counts += counter.counts(of: audience, rowCount: 1).map { Int64($0) }
      start += count
    }
    return counts
  }

  /// Ids are hashes: nothing is shorter than their eight bytes.
  private static func identifiers(_ values: [UInt64]) -> [UInt8] {
    var writer = ByteWriter()
    for value in values { writer.fixed(value) }
    return writer.bytes
  }
}
