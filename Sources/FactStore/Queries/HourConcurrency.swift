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

  /// Takes the rows of 180 counts each, and their names.
  init(_ rows: [[UInt32]], names: [String]) {
    let count = rows.reduce(0) { $0 + $1.count { $0 > 0 } }
    slots.reserveCapacity(count)
    counts.reserveCapacity(count)
    for (row, name) in zip(rows, names) {
      var figure = Concurrency()
      for (slot, count) in row.enumerated() where count > 0 {
        figure.add(Concurrency(peak: Int64(count), total: Int64(count)))
        slots.append(UInt8(slot))
        counts.append(count)
      }
      guard figure.total > 0 else { continue }
      self.names.append(name)
      figures.append(figure)
      starts.append(slots.count)
    }
  }

  /// Roughly what it takes in memory.
  var byteCount: Int { names.count * 48 + slots.count * 5 + 320 }

  /// The slots of a row, ascending, each with its count.
  func slots(ofRow row: Int) -> some Sequence<(UInt8, UInt32)> {
    let range = starts[row]..<starts[row + 1]
    return zip(slots[range], counts[range])
  }
}
