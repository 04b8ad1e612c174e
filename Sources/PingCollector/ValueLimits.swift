import PlaybackFacts

/// Which media ids and referrers of new playbacks are stored under their own name; others are `(other)`.
///
/// ```
///  new playbacks ─▶ question ─▶ sink ─▶ learn ─▶ stored: the value, or (other)
///                   (only what is not remembered)        newValues ─▶ committed with the batch
/// ```
/// A value is known where a retained fact has it, or a collector of the sink has stored it lately. One that
/// isn't counts against the limit of the UTC day of its ping. Several collectors may exceed a limit
/// together, each by what it commits at once.
struct ValueLimits {
  private let limits: CollectorLimits
  /// Values that are known, as hashes: where two are equal, a value more than the limit is let through.
  private var known = GenerationalCache<Int, Bool>(capacityInBytes: 16 << 20) { _ in 0 }
  /// The new values of each day that was asked for, by dimension, with those of ``newValues``.
  private var counts: [CivilDate: [Dimension: Int]] = [:]
  /// The values that the sink does not know yet.
  private(set) var newValues: [NewValue] = []

  init(_ limits: CollectorLimits) {
    self.limits = limits
  }

  /// What the sink has to be asked before the playbacks of some pings can be made; nil for nothing.
  mutating func question(
    about arrivals: [Arrival]
  ) -> (values: Set<OpenValue>, days: Set<CivilDate>)? {
    var values: Set<OpenValue> = []
    var days: Set<CivilDate> = []
    for arrival in arrivals {
      let ping = arrival.ping.ping
      for value in [OpenValue(.mediaID, ping.mediaID), OpenValue(.referrer, ping.referrer)]
      where !isKnown(value) {
        values.insert(value)
        days.insert(CivilTime(arrival.ping.receivedAt).date)
      }
    }
    return values.isEmpty ? nil : (values, days)
  }

  /// Takes the answer to ``question(about:)``.
  mutating func learn(_ answer: KnownValues) {
    for value in answer.values { known[value.hashValue] = true }
    counts = answer.newCounts
    for new in newValues { counts[new.day, default: [:]][new.value.dimension, default: 0] += 1 }
  }

  /// The value under which one of ``question(about:)`` is stored, in a ping that came at some time.
  mutating func stored(_ text: String, of dimension: Dimension, at time: Timestamp) -> String {
    let value = OpenValue(dimension, text)
    if isKnown(value) { return text }
    let day = CivilTime(time).date
    guard counts[day]?[dimension] ?? 0 < limit(of: dimension) else {
      return dimension.other(insteadOf: text)
    }
    counts[day, default: [:]][dimension, default: 0] += 1
    newValues.append(NewValue(value, on: day))
    known[value.hashValue] = true
    return text
  }

  /// Notes that the sink knows ``newValues``.
  mutating func forgetNew() {
    newValues = []
  }

  private mutating func isKnown(_ value: OpenValue) -> Bool {
    value.text.isEmpty || value.text == value.dimension.other(insteadOf: value.text)
      || known[value.hashValue] != nil
  }

  private func limit(of dimension: Dimension) -> Int {
    if dimension == .referrer { return limits.newReferrers }
    return limits.hasKnownMediaOnly ? 0 : limits.newMediaIDs
  }
}
