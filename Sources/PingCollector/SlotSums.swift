import PlaybackFacts

/// What the facts of a playback say of each slot so far: the sums that may never leave 0…20 s.
///
/// Only the newest slots are known; what is older is closed, and no fact may touch it any more.
struct SlotSums: Hashable, Sendable {
  /// How many slots are known at most: an hour of them.
  static let capacity = 180
  /// How many slots that differ from the one before are known at most, because they take room.
  static let capacityOfDifferent = 64
  /// How far back from the receipt time is put where it fits nowhere else, in slots: 48 hours.
  static let farthest = Milliseconds.lateness / Milliseconds.slot

  /// The sums of the slots that are open.
  private(set) var sums = SlotAmounts()
  /// The first slot that isn't closed.
  private(set) var firstOpen = Int64.min
  /// Time that fitted nowhere yet; negative for time that could be taken back nowhere.
  private(set) var carried = SlotAmounts.Amount(slot: 0, watched: 0, stalled: 0)

  init() {}

  init(sums: SlotAmounts, firstOpen: Int64, carried: SlotAmounts.Amount) {
    self.sums = sums
    self.firstOpen = firstOpen
    self.carried = carried
  }

  /// Brings differences into the sums, and tells by how much each slot changed for it.
  ///
  /// What doesn't fit into its slot goes into the next, up to `last`, the slot of the receipt. Where
  /// those are full, it goes into the nearest slot before: pings that were held up all arrive in the
  /// same slot, and what was watched meanwhile must not be lost.
  mutating func settle(_ differences: SlotAmounts, upTo last: Int64) -> SlotAmounts {
    // What lies before the open slots is all the same to them, and may be days long.
    var differences = differences.clamped(from: firstOpen)
    differences.add(watched: carried.watched, stalled: carried.stalled, to: last)
    carried = SlotAmounts.Amount(slot: 0, watched: 0, stalled: 0)
    var changes = SlotAmounts()
    // What is taken back makes room for what is added.
    for kind in SlotAmounts.Kind.allCases {
      for difference in differences.entries where difference[kind] < 0 {
        let rest = takeBack(-difference[kind], of: kind, at: difference.slot, &changes)
        carried[kind] -= rest
      }
    }
    for kind in SlotAmounts.Kind.allCases {
      for difference in differences.entries where difference[kind] > 0 {
        let rest = put(difference[kind], of: kind, at: difference.slot, upTo: last, &changes)
        carried[kind] += rest
      }
    }
    closeOldest()
    return changes
  }

  /// Takes time out of a slot, or out of the nearest ones that have it; the rest that was nowhere.
  private mutating func takeBack(
    _ amount: Int64,
    of kind: SlotAmounts.Kind,
    at slot: Int64,
    _ changes: inout SlotAmounts
  ) -> Int64 {
    var rest = amount
    let later = sums.entries.filter { $0.slot >= slot }
    let earlier = sums.entries.filter { $0.slot < slot }.reversed()
    for entry in later + earlier where rest > 0 {
      let part = min(rest, entry[kind])
      change(kind, by: -part, at: entry.slot, &changes)
      rest -= part
    }
    return rest
  }

  /// Puts time into a slot, or into the nearest ones with room; the rest that fits nowhere.
  private mutating func put(
    _ amount: Int64,
    of kind: SlotAmounts.Kind,
    at slot: Int64,
    upTo last: Int64,
    _ changes: inout SlotAmounts
  ) -> Int64 {
    var rest = amount
    var next = max(slot, firstOpen)
    while rest > 0, next <= last {
      rest -= fill(next, with: rest, of: kind, &changes)
      next += 1
    }
    var previous = min(slot, last) - 1
    while rest > 0, previous >= max(firstOpen, last - Self.farthest) {
      rest -= fill(previous, with: rest, of: kind, &changes)
      previous -= 1
    }
    return rest
  }

  private mutating func fill(
    _ slot: Int64,
    with amount: Int64,
    of kind: SlotAmounts.Kind,
    _ changes: inout SlotAmounts
  ) -> Int64 {
    let sum = sums[slot]
    let part = min(amount, Milliseconds.slot - sum.watched - sum.stalled)
    change(kind, by: part, at: slot, &changes)
    return part
  }

  private mutating func change(
    _ kind: SlotAmounts.Kind,
    by amount: Int64,
    at slot: Int64,
    _ changes: inout SlotAmounts
  ) {
    guard amount != 0 else { return }
    var change = SlotAmounts.Amount(slot: slot, watched: 0, stalled: 0)
    change[kind] = amount
    sums.add(watched: change.watched, stalled: change.stalled, to: slot)
    changes.add(watched: change.watched, stalled: change.stalled, to: slot)
  }

  private mutating func closeOldest() {
    var excess = max(0, sums.entries.count - Self.capacity)
    let open = Array(sums.entries[excess...])
    if open.count > Self.capacityOfDifferent {
      let runs = SlotRun.runs(of: open)
      excess += runs.dropLast(Self.capacityOfDifferent).reduce(0) { $0 + Int($1.count) }
    }
    guard excess > 0 else { return }
    firstOpen = sums.entries[excess - 1].slot + 1
    sums.removeFirst(excess)
  }
}
