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
