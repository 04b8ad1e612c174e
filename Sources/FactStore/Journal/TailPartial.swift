import PlaybackFacts
import QueryCore

/// What some hours of the journal add up to under one question, so far.
struct TailPartial: KeptWhileAsked {
  /// A question.
  struct Key: Hashable {
    /// Since 1970; one hour without a dimension.
    let hours: ClosedRange<Int64>
    let matches: TailMatches.Key
    /// Nil adds up all.
    let dimension: Dimension?
    /// Those that are wanted by a dimension, ascending; without one, all are added up.
    let sums: [Sum]
  }

  /// How many events of each hour are in it.
  private(set) var eventCounts: [Int64: Int] = [:]
  var isAsked = true
  /// All sums, without a dimension.
  private(set) var total = Sums()
  /// A column for each sum that is wanted, by code of the value.
  private(set) var columns: [[Int64]] = []
  /// Whether one of the sums in the columns was too large for 64 bits.
  private(set) var hasOverflowed = false

  var byteCount: Int { 256 + 40 * eventCounts.count + columns.reduce(0) { $0 + 8 * $1.count } }

  /// Adds what came since.
  mutating func extend(
    _ hour: TailHour,
    number: Int64,
    in tail: JournalTail,
    _ key: Key,
    where matches: TailMatches
  ) {
    let known = eventCounts[number, default: 0]
    guard known < hour.events.count else { return }
    eventCounts[number] = hour.events.count
    guard let dimension = key.dimension else {
      for entry in hour.events[known...] where matches[entry.playback] { total.add(entry.event) }
      return
    }
    let coding = tail.playbacks.coding(of: dimension)
    for entry in hour.events[known...] where matches[entry.playback] {
      var sums = Sums()
      sums.add(entry.event)
      let code = coding[entry.playback]
      for (index, sum) in key.sums.enumerated() where sums[sum] != 0 {
        let (total, overflow) = columns[index][code].addingReportingOverflow(sums[sum])
        columns[index][code] = total
        hasOverflowed = hasOverflowed || overflow
      }
    }
  }

  /// Makes room for all values of the key's dimension.
  mutating func grow(in tail: JournalTail, _ key: Key) {
    guard let dimension = key.dimension else { return }
    let count = tail.playbacks.values(of: dimension).count
    while columns.count < key.sums.count { columns.append([]) }
    for index in columns.indices {
      while columns[index].count < count { columns[index].appendTightly(0) }
    }
  }

  /// Whether it goes on with an hour whose first events are fewer now.
  mutating func follow(_ settled: TailHour.Settled, ofHour hour: Int64) -> Bool {
    guard let known = eventCounts[hour] else { return true }
    guard known >= settled.before else { return false }
    eventCounts[hour] = known - (settled.before - settled.after)
    return true
  }
}

extension JournalTail {
  /// Adds up what the journal holds for one question.
  mutating func add(
    _ query: SumQuery,
    _ tables: CodeTables,
    to rows: inout RowBuilder
  ) throws {
    let tags = tables.tags
    let spread = Spread(query)
    let matches = TailMatches.Key(query.filter, tags)
    let first = spread.timeframe.from.hour
    let last = (spread.timeframe.to - 1).hour
    var whole: [Int64] = []
    for number in hours.keys where first <= number && number <= last {
      guard let hour = hours[number] else { continue }
      let start = Timestamp(hour: number)
      let stretch = Timeframe(
        from: start + Int64(hour.offsets.lowerBound),
        to: start + Int64(hour.offsets.upperBound) + 1
      )
      switch spread.place(of: stretch) {
      case .outside: continue
      case .cut:
        let isMatch = partials.isMatch(matches, playbacks, tags)
        try addEvents(of: hour, from: start, isMatch, spread, to: &rows)
      case .row(let row):
        if rows.dimension != nil {
          whole.append(number)
        } else {
          let key = TailPartial.Key(
            hours: number...number,
            matches: matches,
            dimension: nil,
            sums: []
          )
          rows.add(partial(key, of: [number], tags).total, row: row)
        }
      }
    }
    guard let dimension = rows.dimension, first <= last else { return }
    if !whole.isEmpty {
      let key = TailPartial.Key(
        hours: first...last,
        matches: matches,
        dimension: dimension,
        sums: rows.sums
      )
      try rows.add(partial(key, of: whole, tags))
    }
    if rows.isLeading { try extendCodes(of: dimension, tables) }
    rows.nameTail(playbacks.values(of: dimension), codes[dimension])
  }

  private mutating func partial(
    _ key: TailPartial.Key,
    of numbers: [Int64],
    _ tags: MediaTags
  ) -> TailPartial {
    // Taken out meanwhile: changed beside a copy of the tail, it would be copied as well.
    var kept = TailPartials()
    swap(&kept, &partials)
    defer { swap(&kept, &partials) }
    return kept.partial(key, of: numbers, in: self, tags)
  }

  /// Adds up the events of an hour that an edge cuts.
  private func addEvents(
    of hour: TailHour,
    from start: Timestamp,
    _ isMatch: TailMatches,
    _ spread: Spread,
    to rows: inout RowBuilder
  ) throws {
    let coding = rows.dimension.map { playbacks.coding(of: $0) }
    for entry in hour.events where isMatch[entry.playback] {
      guard let row = spread.row(of: start + Int64(entry.offset)) else { continue }
      if let coding {
        try rows.add(entry.event, tail: coding[entry.playback])
      } else {
        rows.add(entry.event, row: row)
      }
    }
  }
}
