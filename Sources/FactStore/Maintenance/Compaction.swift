import GRDB
import PlaybackFacts

/// Merges segments of one day where there are many or small ones.
struct Compaction: Sendable {
  /// More small segments of a day than this are always merged.
  static let segmentLimit = 8
  /// No segment becomes larger than this many facts: it is merged in memory.
  static let factLimit = 4_000_000
  /// Nor does it get more groups than this, each of which takes some hundred bytes meanwhile.
  static let groupLimit = 150_000

  let connections: Connections
  let lease: Lease
  let clock: RetentionClock
  let values: ValueCache
  let replacement: SegmentReplacement

  /// Merges what is worth it, day by day.
  ///
  /// - Returns: how many days were left as they were, because another handle has the lease.
  func compactDays(now: Timestamp, isThorough: Bool = false) async throws(StoreError) -> Int {
    var skippedDays = 0
    try await replacement.removeLeftovers(now: now)
    let headers = try await connections.read { db in try SegmentList.fetch(db) }
    let time = min(now, clock.trustedTime(now))
    for (day, ofDay) in Dictionary(grouping: headers, by: \.day).sorted(by: { $0.key < $1.key }) {
      // Nothing that is older than two days is accepted: no late facts come for such a day.
      let isOver = Timestamp(day: day + 4) <= time
      let chosen = Compaction.chosen(of: ofDay, isThorough: isThorough || isOver)
      guard chosen.count > 1 else { continue }
      let isWritten =
        try await lease.take(now: now)
        ? try await rewrite(chosen, keepingFrom: Timestamp(day: day), now: now) : false
      if !isWritten { skippedDays += 1 }
    }
    return skippedDays
  }

  /// Replaces segments of one day by a single one, without what is before an instant on the hour.
  ///
  /// - Parameters:
  ///   - headers: the segments, of one day.
  ///   - start: what is before it is left out.
  ///   - now: the wall clock.
  ///   - isWanted: asked in the transaction that replaces them.
  /// - Returns: whether the lease was there for it; if not, nothing is written.
  /// - Throws: ``StoreError`` where the file can't be read or written.
  @discardableResult
  func rewrite(
    _ headers: [SegmentHeader],
    keepingFrom start: Timestamp,
    now: Timestamp,
    if isWanted: @escaping @Sendable (Database) throws -> Bool = { _ in true }
  ) async throws(StoreError) -> Bool {
    guard let day = headers.first?.day else { return true }
    let values = values
    let segment = try await connections.read { db in
      let tables = CodeTables(db, values)
      var builder = SegmentBuilder(day: day)
      try builder.add(SegmentFile(db: db), headers, from: start, tables)
      return builder.segment()
    }
    return try await replacement.replace(
      headers,
      by: segment,
      losesFacts: segment == nil || headers.contains { $0.stretch.from < start },
      now: now,
      if: isWanted
    )
  }

  /// The smaller segments of a day, as far as merging them is cheap for what it brings: each is at
  /// most four times as large as all that are smaller.
  ///
  /// So a fact is rewritten a number of times that grows with the logarithm of the day's size. A
  /// thorough merge takes them all.
  static func chosen(of headers: [SegmentHeader], isThorough: Bool) -> [SegmentHeader] {
    let ascending = headers.sorted { ($0.factCount, $0.id) < ($1.factCount, $1.id) }
    var totals: [Int] = []
    var groupCount = 0
    for header in ascending {
      let total = (totals.last ?? 0) + header.factCount
      groupCount += header.groupCount
      guard total <= factLimit, groupCount <= groupLimit else { break }
      totals.append(total)
    }
    let possible = ascending.prefix(totals.count)
    if isThorough || possible.count > segmentLimit { return Array(possible) }
    let last = possible.indices.last { index in
      index > 0 && possible[index].factCount <= 4 * totals[index - 1]
    }
    return Array(possible.prefix(last.map { $0 + 1 } ?? 0))
  }
}

extension SegmentBuilder {
  /// Adds the facts of segments of the day from an instant on the hour on, hour by hour.
  mutating func add(
    _ file: SegmentFile,
    _ headers: [SegmentHeader],
    from start: Timestamp,
    _ tables: CodeTables
  ) throws {
    let groups = try headers.map { try file.groups(of: $0, tables) }
    for hour in 0..<24 {
      for (header, groups) in zip(headers, groups) where header.hours.contains(hour) {
        guard header.stretch(ofHour: hour).from >= start else { continue }
        let numbers = header.groups(ofHour: hour).map { number(of: groups[$0]) }
        let detail = try file.detail(ofHour: hour, of: header)
        for (event, group) in zip(detail.events, detail.groups) {
          add(event, to: numbers[Int(group)])
        }
      }
      closeHour()
    }
  }
}

extension SegmentFile {
  /// All groups of a segment, with the codes that follow from others.
  fileprivate func groups(
    of header: SegmentHeader,
    _ tables: CodeTables
  ) throws -> [SegmentBuilder.Group] {
    var groups = try groups(0..<header.groupCount, of: header)
    for dimension in [Dimension.mediaType, .continent] {
      var known: [UInt32: UInt32] = [:]
      for index in groups.indices {
        let source = groups[index].codes[dimension.source.place]
        let code =
          try known[source]
          ?? dimension.derivedCode(ofSource: tables.value(of: Int(source), dimension.source))
        known[source] = code
        groups[index].codes[dimension.place] = code
      }
    }
    return groups
  }
}
