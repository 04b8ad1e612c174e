import PlaybackFacts
import QueryCore

/// Which playbacks of the journal a filter lets count, so far.
struct TailMatches: KeptWhileAsked {
  struct Key: Hashable {
    let filter: Filter
    /// Of the tags, where the filter looks at them.
    let tagVersion: Int64

    init(_ filter: Filter, _ tags: MediaTags) {
      self.filter = filter
      tagVersion = tags.version(for: filter)
    }
  }

  var isAsked = true
  /// A bit for each playback, by its number.
  private var bits: [UInt8] = []
  private var count = 0

  var byteCount: Int { 256 + bits.count }

  /// Whether a playback counts.
  subscript(playback: Int) -> Bool { bits[playback >> 3] >> (playback & 7) & 1 != 0 }

  mutating func extend(_ playbacks: TailPlaybacks, _ key: Key, _ tags: MediaTags) {
    while count < playbacks.count {
      if count & 7 == 0 { bits.appendTightly(0) }
      if key.filter.isEmpty || tags.matches(playbacks[count], key.filter) {
        bits[count >> 3] |= 1 << (count & 7)
      }
      count += 1
    }
  }
}

/// What is kept for as long as it is asked for.
protocol KeptWhileAsked {
  /// Whether it was asked for lately.
  var isAsked: Bool { get set }
  /// Roughly what it takes in memory.
  var byteCount: Int { get }
}

extension Dictionary where Value: KeptWhileAsked {
  /// Forgets what nobody asked for since this was called last; what the rest takes, in bytes.
  fileprivate mutating func forgetUnasked() -> Int {
    self = filter(\.value.isAsked).mapValues { value in
      var value = value
      value.isAsked = false
      return value
    }
    return values.reduce(0) { $0 + $1.byteCount }
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

  /// What some hours add up to under a question, brought up to the journal's last event.
  mutating func partial(
    _ key: TailPartial.Key,
    of numbers: [Int64],
    in tail: JournalTail,
    _ tags: MediaTags
  ) -> TailPartial {
    let isMatch = isMatch(key.matches, tail.playbacks, tags)
    // Taken out, so that it is changed in its place.
    let known = partials.removeValue(forKey: key)
    byteCount -= known?.byteCount ?? 0
    var partial = consume known ?? TailPartial()
    // An hour that was whole may be cut by now, because later facts of it came.
    if !partial.eventCounts.keys.allSatisfy({ numbers.contains($0) }) { partial = TailPartial() }
    partial.isAsked = true
    partial.grow(in: tail, key)
    for number in numbers {
      guard let hour = tail.hours[number] else { continue }
      partial.extend(hour, number: number, in: tail, key, where: isMatch)
    }
    byteCount += partial.byteCount
    partials[key] = partial
    return partial
  }

  /// Goes on with an hour whose first events are fewer now; what had not come so far begins anew.
  mutating func follow(_ settled: TailHour.Settled, ofHour hour: Int64) {
    for key in Array(partials.keys) where key.hours.contains(hour) {
      if partials[key]?.follow(settled, ofHour: hour) == false {
        byteCount -= partials.removeValue(forKey: key)?.byteCount ?? 0
      }
    }
  }

  /// Forgets what nobody asked for since this was called last.
  mutating func forgetUnasked() {
    byteCount = partials.forgetUnasked() + matches.forgetUnasked()
  }

  /// Which playbacks a filter lets count, by their numbers.
  mutating func isMatch(
    _ key: TailMatches.Key,
    _ playbacks: TailPlaybacks,
    _ tags: MediaTags
  ) -> TailMatches {
    if byteCount > Self.byteLimit { self = TailPartials() }
    let known = matches.removeValue(forKey: key)
    byteCount -= known?.byteCount ?? 0
    var matches = consume known ?? TailMatches()
    matches.isAsked = true
    matches.extend(playbacks, key, tags)
    byteCount += matches.byteCount
    self.matches[key] = matches
    return matches
  }
}
