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
  /// The time watched and the time of both kinds together are each spread in proportion to the part of
  /// the interval in each slot, rounded cumulatively, so that the parts add up; what a slot has of
  /// both and was not watched is stalled. That is never negative: both together are all of the
  /// interval, or they have a stall of 30 s in at most 90 s, of which no inner slot can get less than
  /// it loses by rounding, while the first and the last part round in its favor.
  mutating func add(_ interval: PlaybackProgress.Interval, endingAt end: Int64, times sign: Int64) {
    let (duration, both) = (interval.duration, interval.watched + interval.stalled)
    guard both > 0 else { return }
    let start = end - duration
    var shares: [Amount] = []
    var from = start
    var (watchedBefore, bothBefore): (Int64, Int64) = (0, 0)
    while from < end {
      let slot = Self.slot(of: from)
      let to = min(end, (slot + 1) * Milliseconds.slot)
      let watched = Self.part(of: interval.watched, upTo: to - start, of: duration)
      let both = Self.part(of: both, upTo: to - start, of: duration)
      let share = Amount(
        slot: slot,
        watched: sign * (watched - watchedBefore),
        stalled: sign * (both - bothBefore - (watched - watchedBefore))
      )
      if !share.isZero { shares.append(share) }
      (watchedBefore, bothBefore) = (watched, both)
      from = to
    }
    merge(shares)
  }

  /// The part of a time that lies in the first `elapsed` of `duration` ms, to the nearest ms; half of
  /// one goes up.
  private static func part(of time: Int64, upTo elapsed: Int64, of duration: Int64) -> Int64 {
    time == duration ? elapsed : (2 * time * elapsed + duration) / (2 * duration)
  }

  /// Adds amounts that are in order, in one pass: an interval may have thousands.
  private mutating func merge(_ others: [Amount]) {
    guard let first = others.first else { return }
    guard let last = entries.last, last.slot >= first.slot else {
      entries += others
      return
    }
    var merged: [Amount] = []
    merged.reserveCapacity(entries.count + others.count)
    var (left, right) = (entries[...], others[...])
    while let a = left.first, let b = right.first {
      var next = a.slot <= b.slot ? a : b
      if a.slot == b.slot {
        next.watched += b.watched
        next.stalled += b.stalled
      }
      if a.slot <= b.slot { left.removeFirst() }
      if b.slot <= a.slot { right.removeFirst() }
      if !next.isZero { merged.append(next) }
    }
    entries = merged + left + right
  }

  /// Moves all that lies before a slot into it.
  func clamped(from slot: Int64) -> SlotAmounts {
    guard let first = entries.first, first.slot < slot else { return self }
    let split = entries.firstIndex { $0.slot >= slot } ?? entries.endIndex
    var clamped = SlotAmounts(ordered: Array(entries[split...]))
    clamped.add(
      watched: entries[..<split].reduce(0) { $0 + $1.watched },
      stalled: entries[..<split].reduce(0) { $0 + $1.stalled },
      to: slot
    )
    return clamped
  }

  /// Removes the first slots.
  mutating func removeFirst(_ count: Int) {
    entries.removeFirst(count)
  }

  /// Where the slot is, or would be; nearly always at the end.
  private func index(of slot: Int64) -> Int {
    var index = entries.endIndex
    while index > 0, entries[index - 1].slot >= slot { index -= 1 }
    return index
  }
}

/// Neighbouring slots with equal sums, which is what a playback without trouble consists of.
struct SlotRun: Hashable {
  var first: SlotAmounts.Amount
  var count: Int64

  /// The runs of slots that are in order.
  static func runs(of entries: [SlotAmounts.Amount]) -> [SlotRun] {
    var runs: [SlotRun] = []
    for entry in entries {
      if let run = runs.last, run.continues(with: entry) {
        runs[runs.endIndex - 1].count += 1
      } else {
        runs.append(SlotRun(first: entry, count: 1))
      }
    }
    return runs
  }

  private func continues(with entry: SlotAmounts.Amount) -> Bool {
    entry.slot == first.slot + count && entry.watched == first.watched
      && entry.stalled == first.stalled
  }
}
