import PlaybackFacts
import QueryCore

/// What one hour of the journal adds up to under one question, so far.
struct TailPartial: KeptWhileAsked {
  /// A question, apart from its time.
  struct Key: Hashable {
    let hour: Int64
    let matches: TailMatches.Key
    /// Nil adds up all.
    let dimension: Dimension?
  }

  /// How many of the hour's events are in it.
  private var eventCount = 0
  var isAsked = true
  /// By code of the value; one for all without a dimension.
  private(set) var sums: [Sums] = []

  var byteCount: Int { 256 + MemoryLayout<Sums>.stride * sums.count }

  mutating func extend(
    _ hour: TailHour,
    in tail: JournalTail,
    _ key: Key,
    where matches: TailMatches
  ) {
    let rowCount = key.dimension.map { tail.playbacks.values(of: $0).count } ?? 1
    while sums.count < rowCount { sums.appendTightly(.zero) }
    let rows = key.dimension.map { tail.playbacks.coding(of: $0) }
    for entry in hour.events[eventCount...] where matches[entry.playback] {
      sums[rows.map { $0[entry.playback] } ?? 0].add(entry.event)
    }
    eventCount = hour.events.count
  }

  /// Whether it goes on with an hour whose first events are fewer now.
  mutating func follow(_ settled: TailHour.Settled) -> Bool {
    guard eventCount >= settled.before else { return false }
    eventCount -= settled.before - settled.after
    return true
  }
}

extension JournalTail {
  /// Adds up what the journal holds for one question.
  mutating func add(_ query: SumQuery, _ tags: MediaTags, to rows: inout RowBuilder) {
    let spread = Spread(query)
    let dimension = rows.dimension
    let matches = TailMatches.Key(query.filter, tags)
    let first = spread.timeframe.from.hour
    let last = (spread.timeframe.to - 1).hour
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
        addEvents(of: hour, from: start, isMatch, spread, to: &rows)
      case .row(let row):
        let key = TailPartial.Key(hour: number, matches: matches, dimension: dimension)
        let partial = partial(key, of: hour, tags)
        guard let dimension else {
          rows.add(partial.sums.first ?? .zero, row: row)
          continue
        }
        let values = playbacks.values(of: dimension)
        for (code, sums) in partial.sums.enumerated() where sums != .zero {
          rows.add(sums, value: values[code])
        }
      }
    }
  }

  private mutating func partial(
    _ key: TailPartial.Key,
    of hour: TailHour,
    _ tags: MediaTags
  ) -> TailPartial {
    // Taken out meanwhile: changed beside a copy of the tail, it would be copied as well.
    var kept = TailPartials()
    swap(&kept, &partials)
    defer { swap(&kept, &partials) }
    return kept.partial(key, of: hour, in: self, tags)
  }

  /// Adds up the events of an hour that an edge cuts.
  private func addEvents(
    of hour: TailHour,
    from start: Timestamp,
    _ isMatch: TailMatches,
    _ spread: Spread,
    to rows: inout RowBuilder
  ) {
    let dimension = rows.dimension
    let named = dimension.map {
      (names: playbacks.values(of: $0), coding: playbacks.coding(of: $0))
    }
    for entry in hour.events where isMatch[entry.playback] {
      guard let row = spread.row(of: start + Int64(entry.offset)) else { continue }
      if let named {
        rows.add(entry.event, value: named.names[named.coding[entry.playback]])
      } else {
        rows.add(entry.event, row: row)
      }
    }
  }
}
