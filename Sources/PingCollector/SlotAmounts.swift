import PlaybackFacts

/// Watched and stalled time of a few slots, in ms; slots that are not in it have 0 of both.
struct SlotAmounts: Hashable, Sendable {
  /// What time can have been.
  enum Kind: CaseIterable {
    case watched, stalled
  }

  /// The time of both kinds in one slot, in ms.
  struct Amount: Hashable, Sendable {
    /// Slots since 1970.
    var slot: Int64
    var watched: Int64
    var stalled: Int64

    var isZero: Bool { watched == 0 && stalled == 0 }

    subscript(kind: Kind) -> Int64 {
      get {
        switch kind {
        case .watched: watched
        case .stalled: stalled
        }
      }
      set {
        switch kind {
        case .watched: watched = newValue
        case .stalled: stalled = newValue
        }
      }
    }
  }

  /// In the order of their slots, each slot once.
  private(set) var entries: [Amount] = []

  init() {}

  /// Makes amounts of entries that are in order already.
  init(ordered entries: [Amount]) {
    self.entries = entries
  }

  /// The slot in which an instant lies.
  static func slot(of time: Int64) -> Int64 {
    Timestamp(milliseconds: time).floored(to: Milliseconds.slot).milliseconds / Milliseconds.slot
  }

  /// The amount of a slot.
  subscript(slot: Int64) -> Amount {
    let index = index(of: slot)
    guard index < entries.endIndex, entries[index].slot == slot else {
      return Amount(slot: slot, watched: 0, stalled: 0)
    }
    return entries[index]
  }

  /// Adds to the amount of a slot.
  mutating func add(watched: Int64 = 0, stalled: Int64 = 0, to slot: Int64) {
    let index = index(of: slot)
    if index == entries.endIndex || entries[index].slot != slot {
      entries.insert(Amount(slot: slot, watched: 0, stalled: 0), at: index)
    }
    entries[index].watched += watched
    entries[index].stalled += stalled
    if entries[index].isZero { entries.remove(at: index) }
  }

  /// Adds the watched and stalled time of an interval, `sign` times.
  ///
  /// Each slot gets its share by the part of the interval in it. Shares are rounded cumulatively, so
  /// they add up, and what one kind loses by rounding the other gets: never more than the part.
  mutating func add(_ interval: PlaybackProgress.Interval, endingAt end: Int64, times sign: Int64) {
    guard interval.watched > 0 || interval.stalled > 0 else { return }
    let start = end - interval.duration
    var from = start
    var watchedBefore: Int64 = 0
    while from < end {
      let slot = Self.slot(of: from)
      let to = min(end, (slot + 1) * Milliseconds.slot)
      // Rounded to the nearest; half a millisecond goes up.
      let watchedSoFar =
        (2 * interval.watched * (to - start) + interval.duration) / (2 * interval.duration)
      let watched = watchedSoFar - watchedBefore
      let stalled = interval.stalled > 0 ? to - from - watched : 0
      add(watched: sign * watched, stalled: sign * stalled, to: slot)
      watchedBefore = watchedSoFar
      from = to
    }
  }

  /// Forgets the first slot.
  mutating func removeFirst() {
    entries.removeFirst()
  }

  /// Where the slot is, or would be; nearly always at the end.
  private func index(of slot: Int64) -> Int {
    var index = entries.endIndex
    while index > 0, entries[index - 1].slot >= slot { index -= 1 }
    return index
  }
}
