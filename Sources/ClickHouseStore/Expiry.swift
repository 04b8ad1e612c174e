import PlaybackFacts
import QueryCore
import Synchronization
import TextAndBytes

/// Removes what has expired, by dropping the parts that hold it.
final class Expiry: Sendable {
  private let connection: ClickHouseConnection
  private let schema: ClickHouseSchema
  private let lastRun = Mutex<Timestamp?>(nil)

  /// How often it looks, in milliseconds.
  private static let interval = Milliseconds.hour

  /// The days for which other tables keep what they have.
  private static let days: [(table: String, days: Int64)] = [
    ("playback_states", 3), ("viewer_keys", 4), ("ledger", 31), ("access_tokens", 31),
    ("new_values", 4),
  ]

  init(_ connection: ClickHouseConnection, _ schema: ClickHouseSchema) {
    self.connection = connection
    self.schema = schema
  }

  /// Removes the months that lie before the retention, once an hour.
  ///
  /// The time is the earliest that this machine and all servers tell.
  func run(now: Timestamp, retention: Retention) async throws {
    let isDue = lastRun.withLock { last in
      if let known = last, abs(now - known) < Self.interval { return false }
      last = now
      return true
    }
    guard isDue else { return }
    var time = now
    for node in connection.address.nodes {
      time = min(time, try await clock(of: node))
    }
    let month = Int64(retention.computedEdge(at: time).yearAndMonth)
    let day = time.milliseconds / Milliseconds.day
    for node in connection.address.nodes {
      for table in ["facts", "hourly", "blocks", "concurrency"] {
        try await drop(table, before: month, on: node)
      }
      for (table, days) in Self.days { try await drop(table, before: day - days, on: node) }
    }
  }

  private func clock(of node: ClickHouseAddress.Node) async throws -> Timestamp {
    let one = connection.only(node)
    var rows = try await one.rows("SELECT toInt64(toUInt32(now()))")
    return Timestamp(
      seconds: try one.reading { () throws(MalformedBytes) in try rows.int64() }
    )
  }

  private func drop(
    _ table: String,
    before partition: Int64,
    on node: ClickHouseAddress.Node
  ) async throws {
    let one = connection.only(node)
    let name = schema.localName(table)
    var rows = try await one.rows(
      """
      SELECT DISTINCT partition FROM system.parts WHERE active AND database = \(schema.database) \
      AND table = \(name) AND toInt64OrZero(partition) < \(partition)
      """
    )
    while !rows.isAtEnd {
      let expired = try one.reading { () throws(MalformedBytes) in try rows.text() }
      try await one.run("ALTER TABLE \(schema.local(table)) DROP PARTITION \(SQL.word(expired))")
    }
  }
}
