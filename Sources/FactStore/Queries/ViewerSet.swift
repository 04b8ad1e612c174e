/// Viewers, each once: a table with open addressing, several times faster than a `Set`.
struct ViewerSet {
  /// 0 where nothing is; a power of two long, and never full.
  private var table: [UInt64] = []
  private var hasZero = false
  private var filled = 0

  /// How many viewers there are.
  var count: Int { filled + (hasZero ? 1 : 0) }

  /// In no order that means anything.
  var viewers: [UInt64] { table.filter { $0 != 0 } + (hasZero ? [0] : []) }

  mutating func insert(_ viewer: UInt64) {
    guard viewer != 0 else { return hasZero = true }
    if filled * 2 >= table.count { grow() }
    place(viewer)
  }

  private mutating func grow() {
    let old = table
    table = [UInt64](repeating: 0, count: max(64, old.count * 2))
    filled = 0
    for viewer in old where viewer != 0 { place(viewer) }
  }

  private mutating func place(_ viewer: UInt64) {
    // Ids are hashes where players sent them; imports may bring others, so all bits are mixed.
    let shift = UInt64(table.count.leadingZeroBitCount + 1)
    var slot = Int((viewer &* 0x9e37_79b9_7f4a_7c15) >> shift)
    while table[slot] != 0 {
      if table[slot] == viewer { return }
      slot = (slot + 1) & (table.count - 1)
    }
    table[slot] = viewer
    filled += 1
  }
}

/// The viewers of each row of an answer.
struct ViewersByRow {
  /// By number of the row.
  private(set) var sets: [ViewerSet] = []

  mutating func add(_ viewer: UInt64, row: UInt32) {
    while sets.count <= row { sets.append(ViewerSet()) }
    sets[Int(row)].insert(viewer)
  }
}
