import Foundation
import GRDB
import PlaybackFacts

/// Batches and states become shipments.
extension Outbox {
  /// What is packed at once.
  private struct Waiting: Sendable {
    var facts: [Fact] = []
    var newValues: [NewValue] = []
    var receivedAt: Timestamp?
    var batches = 0
    /// The number of the last batch.
    var lastBatch: Int64 = 0
    var states: [Rows.State] = []
  }

  /// At most so many states are packed at once.
  private static let packedStates = 50_000

  /// Makes shipments of the oldest batches, at most about so many facts.
  ///
  /// Pings wait only while it reads and writes: the shipments are made in between.
  ///
  /// - Returns: whether there was anything to pack.
  func pack(shards: Int, facts limit: Int = 4 * FactBlock.limit) async throws -> Bool {
    let waiting = try await write { try Self.waiting($0, facts: limit) }
    guard waiting.receivedAt != nil || !waiting.states.isEmpty else { return false }
    // States are sent before the facts that they count, so that nothing counts again after a crash.
    let states = try StateCopies.shipments(of: waiting.states, shards: shards)
    var shipments: [Shipment] = []
    if !waiting.newValues.isEmpty { shipments.append(try Rows.newValues(waiting.newValues)) }
    if let receivedAt = waiting.receivedAt {
      shipments += try FactBlock.blocks(
        of: waiting.facts,
        shards: shards,
        receivedAt: receivedAt,
        id: { UInt64.random(in: .min ... .max) }
      ).map { try Rows.facts(namesBlocksByFacts ? $0.namedByFacts : $0) }
    }
    let others = shipments
    try await write { db in
      let batches = try Int.fetchOne(
        db,
        sql: "SELECT count(*) FROM batch WHERE number <= ? AND unanswered IS NULL",
        arguments: [waiting.lastBatch]
      )
      // Otherwise another task has packed them meanwhile, and they would count twice.
      guard batches == waiting.batches else { return }
      let pack = (try Self.property("pack", db) ?? 0) + 1
      try Self.set("pack", pack, db)
      for shipment in states { try Self.insert(shipment, db, pack: pack) }
      for shipment in others { try Self.insert(shipment, db) }
      try db.execute(
        sql: "DELETE FROM batch WHERE number <= ? AND unanswered IS NULL",
        arguments: [waiting.lastBatch]
      )
      // A state that changed meanwhile is packed again.
      let statement = try db.cachedStatement(
        sql: "UPDATE state SET pack = ? WHERE playback = ? AND version = ?"
      )
      for state in waiting.states {
        try statement.execute(
          arguments: [pack, Int64(bitPattern: state.playback), state.version]
        )
      }
    }
    return true
  }

  private static func waiting(_ db: Database, facts limit: Int) throws -> Waiting {
    var waiting = Waiting()
    let rows = try Row.fetchCursor(
      db,
      sql: "SELECT number, body FROM batch WHERE unanswered IS NULL ORDER BY number"
    )
    while waiting.facts.count < limit, let row = try rows.next() {
      let contents = try BatchContents(Array(row[1] as Data))
      waiting.facts += contents.facts
      waiting.newValues += contents.newValues
      waiting.receivedAt = max(waiting.receivedAt ?? contents.receivedAt, contents.receivedAt)
      waiting.batches += 1
      waiting.lastBatch = row[0]
    }
    waiting.states = try Row.fetchAll(
      db,
      sql: """
        SELECT playback, version, last_ping, body FROM state WHERE pack IS NULL AND version NOT IN
        (SELECT unanswered FROM batch WHERE unanswered IS NOT NULL) ORDER BY version LIMIT \(packedStates)
        """
    ).map(Self.state)
    return waiting
  }

  static func state(_ row: Row) -> Rows.State {
    Rows.State(
      playback: UInt64(bitPattern: row[0]),
      version: row[1],
      lastPing: row[2],
      body: Array(row[3] as Data)
    )
  }

  /// Keeps rows for a table that the collector did not commit.
  func add(_ shipment: Shipment) async throws {
    try await write { try Self.insert(shipment, $0) }
  }

  static func insert(_ shipment: Shipment, _ db: Database, pack: Int64? = nil) throws {
    switch shipment.target {
    case .facts(let block, let shard, let hours):
      try db.execute(
        sql: """
          INSERT INTO shipment (destination, block, shard, first_hour, last_hour, body)
          VALUES ('facts_in', ?, ?, ?, ?, ?)
          """,
        arguments: [
          Int64(bitPattern: block), shard, hours.lowerBound, hours.upperBound, Data(shipment.body),
        ]
      )
    case .rows(let table, let columns, let shard):
      try db.execute(
        sql: """
          INSERT INTO shipment (destination, columns, shard, pack, body) VALUES (?, ?, ?, ?, ?)
          """,
        arguments: [table, columns, shard, pack, Data(shipment.body)]
      )
    }
  }
}
