import PlaybackFacts
import QueryCore

/// How many watched in each slot of an hour, by row; slots in which nobody did are left out.
struct HourConcurrency {
  /// Of the rows in which anybody watched.
  private(set) var names: [String] = []
  /// Of each row, over the whole hour.
  private(set) var figures: [Concurrency] = []
  /// Where the slots of each row begin; the last is the count of all.
  private var starts: [Int] = [0]
  private var slots: [UInt8] = []
  private var counts: [UInt32] = []

  /// Takes 180 counts of each row, row by row, and the names of the rows.
  init(_ counts: [UInt32], names: [String]) {
    let width = SlotCounter.slotsPerHour
    let slotCount = counts.count { $0 > 0 }
    var slots = [UInt8](repeating: 0, count: slotCount)
    var watched = [UInt32](repeating: 0, count: slotCount)
    var end = 0
    for (row, name) in names.enumerated() {
      let start = end
      var peak: UInt32 = 0
      var total = 0
      for slot in 0..<width {
        let count = counts[row * width + slot]
        guard count > 0 else { continue }
        peak = max(peak, count)
        total += Int(count)
        slots[end] = UInt8(slot)
        watched[end] = count
        end += 1
      }
      guard end > start else { continue }
      self.names.append(name)
      figures.append(Concurrency(peak: Int64(peak), total: Int64(total)))
      starts.append(end)
    }
    self.slots = slots
    self.counts = watched
  }

  /// Roughly what it takes in memory.
  var byteCount: Int {
    names.reduce(slots.count * 5 + 320) { $0 + 48 + $1.utf8.count }
  }

  /// The slots of a row, ascending, each with its count.
  func slots(ofRow row: Int) -> some Sequence<(UInt8, UInt32)> {
    let range = starts[row]..<starts[row + 1]
    return zip(slots[range], counts[range])
  }
}
