import GRDB
import TextAndBytes

/// The row of `head`, together with what the journal's last row adds to it.
struct Head {
  var version: Int64
  var newestReceipt: Int64?
  var journalEpoch: Int64
  var segmentEpoch: Int64
  var foldedRow: Int64
  /// No row of the journal up to it has facts.
  var sealedRow: Int64
  /// How many changes of ``journalEpoch`` left no row with a part of its facts.
  var wholeSealings: Int64
  /// The number of the journal's last row; 0 without one.
  var lastRow: Int64

  static func fetch(_ db: Database) throws -> Head {
    guard let head = try find(db) else { throw MalformedBytes("the head is missing") }
    return head
  }

  /// Nil where a damaged store has none.
  static func find(_ db: Database) throws -> Head? {
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT last.row, last.newest_receipt, head.*
          FROM head LEFT JOIN (
            SELECT row, newest_receipt FROM journal ORDER BY row DESC LIMIT 1
          ) AS last
          """
      )
    )
    guard let row else { return nil }
    let receipts = try [1, 4].compactMap { index in
      try row.optionalInteger(index, in: StoredLimits.milliseconds)
    }
    let lastRow = try row.optionalInteger(0) ?? 0
    // A file that was never opened for writing since may lack the last two columns.
    let hasWhatIsSealed = row.count > 11
    return Head(
      version: max(try row.integer(3), lastRow),
      newestReceipt: receipts.max(),
      journalEpoch: try row.integer(5),
      segmentEpoch: try row.integer(6),
      foldedRow: try row.integer(7),
      sealedRow: hasWhatIsSealed ? try row.integer(10) : 0,
      wholeSealings: hasWhatIsSealed ? try row.integer(11) : 0,
      lastRow: lastRow
    )
  }
}

// MARK: - What changes it

extension Head {
  /// Says that answers may change, and returns the version that says so.
  @discardableResult
  static func changeVersion(_ db: Database) throws -> Int64 {
    let version = try fetch(db).version + 1
    try db.execute(sql: "UPDATE head SET version = ?", arguments: [version])
    return version
  }

  /// Says that answers change because segments came.
  static func changeSegments(_ db: Database) throws {
    try db.execute(sql: "UPDATE head SET segment_epoch = segment_epoch + 1")
    try changeVersion(db)
  }

  /// Says that segments hold their facts otherwise, or lost those that had expired, which changes no answer.
  static func regroupSegments(_ db: Database) throws {
    try db.execute(sql: "UPDATE head SET segment_epoch = segment_epoch + 1")
  }

  /// Says that facts went from the journal to segments, which changes no answer.
  ///
  /// - Parameters:
  ///   - isWhole: whether they left no row with a part of its facts.
  ///   - db: the transaction in which they went.
  /// - Throws: what SQLite says.
  func moveFactsToSegments(isWhole: Bool, _ db: Database) throws {
    try db.execute(
      sql: """
        UPDATE head SET
          journal_epoch = journal_epoch + 1, segment_epoch = segment_epoch + 1,
          whole_sealings = whole_sealings + ?,
          sealed_row = coalesce(
            (
              SELECT row - 1 FROM journal WHERE row > sealed_row AND facts IS NOT NULL
              ORDER BY row LIMIT 1
            ),
            ?
          )
        """,
      arguments: [isWhole ? 1 : 0, lastRow]
    )
  }

  /// Says up to which row of the journal states are folded.
  static func setFoldedRow(_ row: Int64, _ db: Database) throws {
    try db.execute(sql: "UPDATE head SET folded_row = ?", arguments: [row])
  }

  /// Keeps version and newest receipt, which the journal's last row may have said, before that is deleted.
  func keep(_ db: Database) throws {
    try db.execute(
      sql: "UPDATE head SET version = ?, newest_receipt = ?",
      arguments: [version, newestReceipt]
    )
  }

  /// Says that the data is as new as an instant, in milliseconds since 1970.
  static func raiseReceipt(to instant: Int64, _ db: Database) throws {
    try db.execute(
      sql: "UPDATE head SET newest_receipt = max(coalesce(newest_receipt, ?1), ?1)",
      arguments: [instant]
    )
  }

  /// Brings back the newest receipt that a wrong clock has put after an instant, in milliseconds since 1970.
  static func limitReceipt(to latest: Int64, _ db: Database) throws {
    try db.execute(
      sql: "UPDATE head SET newest_receipt = ?1 WHERE newest_receipt > ?1",
      arguments: [latest]
    )
  }

  /// Changes whenever values leave the dictionary.
  static func dictionaryEpoch(_ db: Database) throws -> Int64 {
    let statement = try db.cachedStatement(sql: "SELECT dictionary_epoch FROM head")
    return try Int64.fetchOne(statement) ?? 0
  }

  /// Says that values left the dictionary.
  static func changeDictionary(_ db: Database) throws {
    try db.execute(sql: "UPDATE head SET dictionary_epoch = dictionary_epoch + 1")
  }

  /// How often segments were removed since the dictionary was searched for values without facts.
  static func removedSegments(_ db: Database) throws -> Int64 {
    try Int64.fetchOne(db, sql: "SELECT has_dead_values FROM head") ?? 0
  }

  /// Notes that segments were removed.
  static func noteRemovedSegments(_ db: Database) throws {
    try db.execute(sql: "UPDATE head SET has_dead_values = has_dead_values + 1")
  }

  /// Says that the dictionary was searched after so many removals.
  static func settleRemovedSegments(_ count: Int64, _ db: Database) throws {
    try db.execute(
      sql: "UPDATE head SET has_dead_values = has_dead_values - ?",
      arguments: [count]
    )
  }
}
