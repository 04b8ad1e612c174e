import GRDB
import PlaybackFacts

import struct Foundation.Data

/// What of some journal rows is sealed, and what stays.
struct JournalCut: Sendable {
  /// What has to be sealed.
  enum Due: Sendable {
    /// The facts before an instant.
    case hours(before: Timestamp)
    /// All facts of the rows up to one.
    case rows(upTo: Int64)
  }

  /// A full journal, and one in which nothing has come for some time, keeps this part of what it may hold: the
  /// newest facts, which whoever follows the events sees.
  private static let keptPart = 20

  /// The epoch of the journal that the rows are of.
  let epoch: Int64
  private(set) var facts: [Fact] = []
  /// For each row, the facts that stay in it.
  private var remainders: [(row: Int64, facts: [Fact])] = []

  /// Cuts off some of what is due; nil where there is nothing to seal.
  init?(_ due: Due, _ options: StoreOptions, _ db: Database) throws {
    let head = try Head.fetch(db)
    epoch = head.journalEpoch
    var (end, last) = (Timestamp(milliseconds: .max), head.lastRow)
    switch due {
    case .hours(let edge): end = edge
    case .rows(let row): last = row
    }
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT row, facts FROM journal
        WHERE row > ? AND row <= ? AND facts IS NOT NULL AND oldest_fact < ? ORDER BY row
        """,
      arguments: [head.sealedRow, last, end.milliseconds]
    )
    while facts.count < options.sealingStep, let row = try rows.next() {
      let decoded = try JournalBlock.decode(bytes(of: row, at: 1))
      facts += decoded.filter { $0.time < end }
      remainders.append((try row.integer(0), decoded.filter { $0.time >= end }))
    }
    if facts.isEmpty { return nil }
  }

  /// What is sealed now; nil for nothing.
  static func due(
    edge: Timestamp,
    receivedBefore receipts: Timestamp,
    now: Timestamp,
    _ options: StoreOptions,
    _ db: Database
  ) throws -> Due? {
    let head = try Head.fetch(db)
    let isDue = try Bool.fetchOne(
      db,
      sql: """
        SELECT EXISTS (
          SELECT 1 FROM journal
          WHERE row > ? AND facts IS NOT NULL AND received_at < ? AND oldest_fact < ?
        )
        """,
      arguments: [head.sealedRow, receipts.milliseconds, edge.milliseconds]
    )
    if isDue == true { return .hours(before: edge) }
    // What waits is decoded and held in memory by all who ask: long values are many bytes with few facts.
    let waiting = try Row.fetchOne(
      db,
      sql: """
        SELECT total(fact_count), total(length(facts)) FROM journal
        WHERE row > ? AND facts IS NOT NULL
        """,
      arguments: [head.sealedRow]
    )
    guard let waiting else { return nil }
    let newest = head.newestReceipt ?? now.milliseconds
    let isQuiet = now.milliseconds - newest >= options.quietTime
    let limit = isQuiet ? options.journalLimit / keptPart : options.journalLimit
    let (facts, bytes) = (waiting[0] as Double? ?? 0, waiting[1] as Double? ?? 0)
    guard facts > Double(limit) || bytes > Double(options.journalByteLimit) else { return nil }
    return try lastRow(head, options, db).map { .rows(upTo: $0) }
  }

  /// The newest row that does not stay; nil where all of them may.
  private static func lastRow(
    _ head: Head,
    _ options: StoreOptions,
    _ db: Database
  ) throws -> Int64? {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT row, fact_count, length(facts) FROM journal
        WHERE row > ? AND facts IS NOT NULL ORDER BY row DESC
        """,
      arguments: [head.sealedRow]
    )
    var (facts, bytes) = (0, 0)
    while let row = try rows.next() {
      facts += Int(try row.integer(1))
      bytes += Int(try row.integer(2))
      guard facts <= options.journalLimit / keptPart,
        bytes <= options.journalByteLimit / keptPart
      else { return try row.integer(0) }
    }
    return nil
  }

  /// Whether no row is left with a part of its facts.
  var isWhole: Bool { remainders.allSatisfy(\.facts.isEmpty) }

  /// Leaves in the rows what stays in them.
  func shortenRows(_ db: Database) throws {
    for (row, facts) in remainders {
      guard !facts.isEmpty else {
        // How old its facts were, it goes on to say.
        try db.cachedStatement(
          sql: "UPDATE journal SET fact_count = 0, facts = NULL WHERE row = ?"
        ).execute(arguments: [row])
        continue
      }
      try db.cachedStatement(
        sql: "UPDATE journal SET fact_count = ?, oldest_fact = ?, facts = ? WHERE row = ?"
      ).execute(arguments: [
        facts.count, facts.map(\.time.milliseconds).min(), Data(JournalBlock.encode(facts)), row,
      ])
    }
  }
}
