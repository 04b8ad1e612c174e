import GRDB
import PlaybackFacts

import struct Foundation.Data

/// What of some journal rows is sealed, and what stays.
struct JournalCut: Sendable {
  /// So many facts are sealed at once; more are sealed in several steps.
  private static let factsPerStep = 1_000_000

  /// The epoch of the journal that the rows are of.
  let epoch: Int64
  private(set) var facts: [Fact] = []
  /// For each row, the facts that stay in it.
  private var remainders: [(row: Int64, facts: [Fact])] = []

  /// Cuts off what is before an instant; nil where there is nothing to seal.
  init?(before end: Timestamp, _ db: Database) throws {
    epoch = try Head.fetch(db).journalEpoch
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT row, facts FROM journal
        WHERE facts IS NOT NULL AND oldest_fact < ? ORDER BY row
        """,
      arguments: [end.milliseconds]
    )
    while facts.count < Self.factsPerStep, let row = try rows.next() {
      let decoded = try JournalBlock.decode(bytes(of: row, at: 1))
      facts += decoded.filter { $0.time < end }
      remainders.append((row[0], decoded.filter { $0.time >= end }))
    }
    if facts.isEmpty { return nil }
  }

  /// The hours before it are sealed now; nil if none are.
  static func end(
    edge: Timestamp,
    receivedBefore receipts: Timestamp,
    _ options: StoreOptions,
    _ db: Database
  ) throws -> Timestamp? {
    let isDue = try Bool.fetchOne(
      db,
      sql: """
        SELECT EXISTS (
          SELECT 1 FROM journal WHERE facts IS NOT NULL AND received_at < ? AND oldest_fact < ?
        )
        """,
      arguments: [receipts.milliseconds, edge.milliseconds]
    )
    if isDue == true { return edge }
    // What waits is held in memory by all who ask: long values are many bytes with few facts.
    let waiting = try Row.fetchOne(
      db,
      sql: """
        SELECT total(fact_count), total(length(facts)) FROM journal WHERE facts IS NOT NULL
        """
    )
    guard let waiting,
      waiting[0] > options.journalLimit || waiting[1] > options.journalByteLimit
    else { return nil }
    return Timestamp(milliseconds: .max)
  }

  /// Leaves in the rows what stays in them.
  func shortenRows(_ db: Database) throws {
    for (row, facts) in remainders {
      try db.cachedStatement(
        sql: "UPDATE journal SET fact_count = ?, oldest_fact = ?, facts = ? WHERE row = ?"
      ).execute(arguments: [
        facts.count, facts.map(\.time.milliseconds).min(),
        facts.isEmpty ? nil : Data(JournalBlock.encode(facts)), row,
      ])
    }
  }
}
