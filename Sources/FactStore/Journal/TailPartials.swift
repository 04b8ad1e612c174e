import PlaybackFacts
import QueryCore

/// Which playbacks of the journal a filter lets count, so far.
struct TailMatches {
  struct Key: Hashable {
    let filter: Filter
    /// Of the tags, where the filter looks at them.
    let tagVersion: Int64

    init(_ filter: Filter, _ tables: CodeTables) {
      self.filter = filter
      tagVersion = tables.tagVersion(of: filter)
    }
  }

  /// By number of the playback.
  private(set) var isMatch: [Bool] = []

  /// Roughly what it takes in memory.
  var byteCount: Int { 256 + isMatch.count }

  mutating func extend(_ playbacks: TailPlaybacks, _ key: Key, _ tables: CodeTables) {
    for number in isMatch.count..<playbacks.count {
      isMatch.appendTightly(key.filter.isEmpty || tables.matches(playbacks[number], key.filter))
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
    of hour: TailHour,
    in tail: JournalTail,
    _ tables: CodeTables
  ) -> TailPartial {
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

  /// Goes on with an hour whose first events are fewer now; what had not come so far begins anew.
  mutating func follow(_ settled: TailHour.Settled, ofHour hour: Int64) {
    for key in partials.keys where key.hour == hour {
      if partials[key]?.follow(settled) == false {
        byteCount -= partials.removeValue(forKey: key)?.byteCount ?? 0
      }
    }
  }

  /// Which playbacks a filter lets count, by their numbers.
  mutating func isMatch(
    _ key: TailMatches.Key,
    _ playbacks: TailPlaybacks,
    _ tables: CodeTables
  ) -> [Bool] {
    if byteCount > Self.byteLimit { self = TailPartials() }
    let known = matches.removeValue(forKey: key)
    byteCount -= known?.byteCount ?? 0
    var matches = consume known ?? TailMatches()
    matches.extend(playbacks, key, tables)
    byteCount += matches.byteCount
    self.matches[key] = matches
    return matches.isMatch
  }
}
