import GRDB
import PlaybackFacts

/// The table `doubtful_receipts`: what was received while the wall clock was doubtful.
enum DoubtfulReceipts {
  /// Notes facts that were received while the clock was doubtful: their times are those of that clock.
  static func note(at time: Timestamp, facts: Int, _ db: Database) throws {
    guard facts > 0 else { return }
    try db.execute(
      sql: """
        UPDATE OR REPLACE doubtful_receipts SET
          first = min(first, :time), last = max(last, :time), facts = facts + :facts
        WHERE first = (
          SELECT first FROM doubtful_receipts
          WHERE :time BETWEEN first - :gap AND last + :gap ORDER BY first DESC LIMIT 1
        )
        """,
      arguments: ["time": time.milliseconds, "facts": facts, "gap": Milliseconds.hour]
    )
    guard db.changesCount == 0 else { return }
    try db.execute(
      sql: "INSERT INTO doubtful_receipts (first, last, facts) VALUES (?, ?, ?)",
      arguments: [time.milliseconds, time.milliseconds, facts]
    )
    // As many as anybody reads.
    try db.execute(
      sql: """
        DELETE FROM doubtful_receipts WHERE first NOT IN (
          SELECT first FROM doubtful_receipts ORDER BY last DESC LIMIT 100
        )
        """
    )
  }

  /// When, and how many facts, ascending.
  static func all(_ db: Database) throws -> [StoreSummary.DoubtfulReceipts] {
    try Row.fetchAll(db, sql: "SELECT first, last, facts FROM doubtful_receipts ORDER BY first")
      .map { row in
        StoreSummary.DoubtfulReceipts(
          timeframe: Timeframe(
            from: try row.instant(0),
            to: try row.instant(1)
          ),
          facts: Int(try row.integer(2))
        )
      }
  }
}
