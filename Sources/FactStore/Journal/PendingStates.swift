import GRDB
import PlaybackFacts

/// Where the states lie that are in the journal and not in their own table yet.
///
/// Batches bring states in no order of their keys, so that writing each to its place in a table
/// would write a page for each; they are folded into it many at a time instead.
struct PendingStates {
  private var lastRow: Int64 = 0
  private var foldedRow: Int64 = 0
  private var rows: [PlaybackID: Int64] = [:]

  /// Whether a snapshot holds all that was read here, and possibly more.
  func isWithin(_ head: Head) -> Bool {
    foldedRow <= head.foldedRow && lastRow <= head.version
  }

  /// Reads what the snapshot behind `db` and `head` has more.
  mutating func extend(_ db: Database, to head: Head) throws {
    if foldedRow != head.foldedRow {
      foldedRow = head.foldedRow
      rows = rows.filter { $0.value > foldedRow }
    }
    guard lastRow < head.lastRow else { return }
    let blocks = try Row.fetchCursor(
      db.cachedStatement(
        sql: """
          SELECT row, states FROM journal
          WHERE row > ? AND states IS NOT NULL ORDER BY row
          """
      ),
      arguments: [max(lastRow, foldedRow)]
    )
    while let block = try blocks.next() {
      let row: Int64 = block[0]
      for state in try StateBlock.decode(bytes(of: block, at: 1)) { rows[state.playback] = row }
    }
    lastRow = max(lastRow, head.lastRow)
  }

  /// The newest state of a playback, if one is kept.
  func state(of playback: PlaybackID, in db: Database) throws -> [UInt8]? {
    if let row = rows[playback],
      let block = try Row.fetchOne(
        db.cachedStatement(sql: "SELECT states FROM journal WHERE row = ? AND states IS NOT NULL"),
        arguments: [row]
      )
    {
      let states = try StateBlock.decode(bytes(of: block, at: 0))
      if let state = states.last(where: { $0.playback == playback }) { return state.bytes }
    }
    let kept = try Row.fetchOne(
      db.cachedStatement(sql: "SELECT bytes FROM state WHERE playback = ?"),
      arguments: [Int64(bitPattern: playback.rawValue)]
    )
    return try kept.map { try bytes(of: $0, at: 0) }
  }
}

/// The bytes of a blob; none for NULL.
func bytes(of row: Row, at index: Int) throws -> [UInt8] {
  try row.withUnsafeData(atIndex: index) { data in data.map { [UInt8]($0) } ?? [] }
}
