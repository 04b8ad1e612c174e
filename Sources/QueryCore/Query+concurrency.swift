public import PlaybackFacts

extension Query {
  /// The timeframe of what is watched now: the slot that is open, and the one before it.
  ///
  /// An open slot has not seen all its watchers yet, so that the higher of the two tells more.
  public static func liveTimeframe(at now: Timestamp) -> Timeframe {
    let open = now.floored(to: Milliseconds.slot)
    return Timeframe(from: open - Milliseconds.slot, to: open + Milliseconds.slot)
  }

  /// The value for ``openSlot`` of a question that is asked at an instant: nil where all slots of its
  /// timeframe have begun, so that equal questions stay equal for a slot at least.
  public static func openSlot(in timeframe: Timeframe?, at now: Timestamp) -> Timestamp? {
    let open = now.floored(to: Milliseconds.slot)
    guard let timeframe, timeframe.to > open + Milliseconds.slot else { return nil }
    return open
  }

  /// How many slots of a stretch belong to the timeframe and have begun.
  func slotCount(of stretch: Timeframe) -> Int64 {
    var stretch = timeframe.map(stretch.intersection) ?? stretch
    if let openSlot {
      stretch = stretch.intersection(
        Timeframe(from: min(stretch.from, openSlot), to: openSlot + Milliseconds.slot)
      )
    }
    let first = stretch.from.ceiled(to: Milliseconds.slot)
    let end = stretch.to.ceiled(to: Milliseconds.slot)
    return max(0, end - first) / Milliseconds.slot
  }
}
