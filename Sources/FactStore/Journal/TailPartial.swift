import PlaybackFacts
import QueryCore

/// What one hour of the journal adds up to under one question, so far.
struct TailPartial {
  /// A question, apart from its time.
  struct Key: Hashable {
    let hour: Int64
    let matches: TailMatches.Key
    /// Nil adds up all.
    let dimension: Dimension?
  }

  /// How many of the hour's events are in it.
  private var eventCount = 0
  /// By number of the value; one for all without a dimension.
  private(set) var sums: [Sums] = []

  /// Roughly what it takes in memory.
  var byteCount: Int { 256 + MemoryLayout<Sums>.stride * sums.count }

  mutating func extend(
    _ hour: JournalTail.Hour,
    in tail: JournalTail,
    _ key: Key,
    where matches: [Bool]
  ) {
    let valueCount = key.dimension.map { tail.values[Int($0.rawValue)].count } ?? 1
    if sums.count < valueCount {
      sums += [Sums](repeating: .zero, count: valueCount - sums.count)
    }
    let rows = key.dimension.map { tail.valueOfPlayback[Int($0.rawValue)] }
    for index in eventCount..<hour.events.count {
      let playback = Int(hour.playbacks[index])
      guard matches[playback] else { continue }
      sums[rows.map { Int($0[playback]) } ?? 0].add(hour.events[index])
    }
    eventCount = hour.events.count
  }
}

/// Which playbacks of the journal a filter lets count, so far.
struct TailMatches {
  struct Key: Hashable {
    let filter: Filter
    /// Of the tags, where the filter looks at them.
    let tagVersion: Int64
  }

  /// By number of the playback.
  private(set) var isMatch: [Bool] = []

  /// Roughly what it takes in memory.
  var byteCount: Int { 256 + isMatch.count }

  mutating func extend(_ playbacks: [Playback], _ key: Key, _ tables: CodeTables) {
    for playback in playbacks[isMatch.count...] {
      isMatch.append(tables.matches(playback, key.filter))
    }
  }
}

/// What was added up of the journal already, by question.
struct TailPartials {
  /// More than this is all forgotten: questions that nobody repeats would fill up memory.
  private static let byteLimit = 16 << 20

  private var partials: [TailPartial.Key: TailPartial] = [:]
  private var matches: [TailMatches.Key: TailMatches] = [:]
  /// Roughly what it takes in memory.
  private(set) var byteCount = 0

  /// What an hour adds up to under a question, brought up to the journal's last event.
  mutating func partial(
    _ key: TailPartial.Key,
    of hour: JournalTail.Hour,
    in tail: JournalTail,
    _ tables: CodeTables
  ) -> TailPartial {
    if byteCount > Self.byteLimit { self = TailPartials() }
    let isMatch = isMatch(key.matches, tail.playbacks, tables)
    // Taken out, so that it is changed in its place.
    let known = partials.removeValue(forKey: key)
    byteCount -= known?.byteCount ?? 0
    var partial = consume known ?? TailPartial()
    partial.extend(hour, in: tail, key, where: isMatch)
    byteCount += partial.byteCount
    partials[key] = partial
    return partial
  }

  private mutating func isMatch(
    _ key: TailMatches.Key,
    _ playbacks: [Playback],
    _ tables: CodeTables
  ) -> [Bool] {
    let known = matches.removeValue(forKey: key)
    byteCount -= known?.byteCount ?? 0
    var matches = consume known ?? TailMatches()
    matches.extend(playbacks, key, tables)
    byteCount += matches.byteCount
    self.matches[key] = matches
    return matches.isMatch
  }
}

extension JournalTail {
  /// Adds up what the journal holds for one question.
  mutating func add(_ query: SumQuery, _ tables: CodeTables, to rows: inout RowBuilder) {
    let spread = Spread(query)
    let dimension = rows.dimension
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
      case .cut: addEvents(of: hour, from: start, query.filter, tables, spread, to: &rows)
      case .row(let row):
        let key = TailPartial.Key(
          hour: number,
          matches: TailMatches.Key(
            filter: query.filter,
            tagVersion: tables.tagVersion(of: query.filter)
          ),
          dimension: dimension
        )
        let partial = partial(key, of: hour, tables)
        guard let dimension else {
          rows.add(partial.sums.first ?? .zero, row: row)
          continue
        }
        let values = values[Int(dimension.rawValue)]
        for (number, sums) in partial.sums.enumerated() where sums != .zero {
          rows.add(sums, value: values[number])
        }
      }
    }
  }

  private mutating func partial(
    _ key: TailPartial.Key,
    of hour: Hour,
    _ tables: CodeTables
  ) -> TailPartial {
    // Taken out meanwhile: changed beside a copy of the tail, it would be copied as well.
    var kept = TailPartials()
    swap(&kept, &partials)
    defer { swap(&kept, &partials) }
    return kept.partial(key, of: hour, in: self, tables)
  }

  /// Adds up the events of an hour that an edge cuts.
  private func addEvents(
    of hour: Hour,
    from start: Timestamp,
    _ filter: Filter,
    _ tables: CodeTables,
    _ spread: Spread,
    to rows: inout RowBuilder
  ) {
    let dimension = rows.dimension
    var matches = [Bool?](repeating: nil, count: playbacks.count)
    for (index, event) in hour.events.enumerated() {
      guard let row = spread.row(of: start + Int64(event.offset)) else { continue }
      let playback = Int(hour.playbacks[index])
      let isMatch = matches[playback] ?? tables.matches(playbacks[playback], filter)
      matches[playback] = isMatch
      guard isMatch else { continue }
      if let dimension {
        let place = Int(dimension.rawValue)
        rows.add(event, value: values[place][Int(valueOfPlayback[place][playback])])
      } else {
        rows.add(event, row: row)
      }
    }
  }
}
