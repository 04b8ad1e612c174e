import GRDB
import GRDBSQLite
import PlaybackFacts

/// Where the states lie that are in the journal and not in their own table yet.
///
/// Batches bring states in no order of their keys, so that writing each to its place in a table
/// would write a page for each; they are folded into it many at a time instead.
struct PendingStates {
  private var lastRow: Int64 = 0
  private var foldedRow: Int64 = 0
  private var places: [PlaybackID: Place] = [:]

  /// Where a state lies.
  struct Place {
    let row: Int64
    /// Of its bytes in the row's block.
    private let start: UInt32
    private let length: UInt32

    fileprivate init(row: Int64, range: Range<Int>) {
      self.row = row
      start = UInt32(range.lowerBound)
      length = UInt32(range.count)
    }

    fileprivate var range: Range<Int> { Int(start)..<Int(start) + Int(length) }
  }

  /// Whether a snapshot holds all that was read here, and possibly more.
  func isWithin(_ head: Head) -> Bool {
    foldedRow <= head.foldedRow && lastRow <= head.version
  }

  /// Reads what the snapshot behind `db` and `head` has more.
  mutating func extend(_ db: Database, to head: Head) throws {
    if foldedRow != head.foldedRow {
      foldedRow = head.foldedRow
      places = places.filter { $0.value.row > foldedRow }
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
      try StateBlock.forEachState(in: bytes(of: block, at: 1)) { playback, _, range in
        places[playback] = Place(row: row, range: range)
      }
    }
    lastRow = max(lastRow, head.lastRow)
  }

  /// Where the newest states of playbacks lie, of those that have one in the journal.
  func places(of playbacks: [PlaybackID]) -> [PlaybackID: Place] {
    playbacks.reduce(into: [:]) { found, playback in found[playback] = places[playback] }
  }

  /// The newest states of playbacks, of those that have one; each block is read once.
  static func states(
    of playbacks: [PlaybackID],
    at places: [PlaybackID: Place],
    in db: Database
  ) throws -> [PlaybackID: [UInt8]] {
    var found: [PlaybackID: [UInt8]] = [:]
    for (row, places) in Dictionary(grouping: places, by: \.value.row) {
      try db.forEachRow(of: "SELECT states FROM journal WHERE row = ?", row) { block in
        let bytes = UnsafeRawBufferPointer(
          start: sqlite3_column_blob(block, 0),
          count: Int(sqlite3_column_bytes(block, 0))
        )
        for (playback, place) in places where place.range.upperBound <= bytes.count {
          found[playback] = [UInt8](bytes[place.range])
        }
      }
    }
    for playback in playbacks where places[playback] == nil {
      try db.forEachRow(
        of: "SELECT bytes FROM state WHERE playback = ?",
        Int64(bitPattern: playback.rawValue)
      ) { state in
        let bytes = UnsafeRawBufferPointer(
          start: sqlite3_column_blob(state, 0),
          count: Int(sqlite3_column_bytes(state, 0))
        )
        found[playback] = [UInt8](bytes)
      }
    }
    return found
  }
}

/// The bytes of a blob; none for NULL.
func bytes(of row: Row, at column: String) throws -> [UInt8] {
  try row.withUnsafeData(named: column) { data in data.map { [UInt8]($0) } ?? [] }
}

/// The bytes of a blob; none for NULL.
func bytes(of row: Row, at index: Int) throws -> [UInt8] {
  try row.withUnsafeData(atIndex: index) { data in data.map { [UInt8]($0) } ?? [] }
}
