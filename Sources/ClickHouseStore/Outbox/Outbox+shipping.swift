import Foundation
import GRDB
import PlaybackFacts

/// Shipments go to the cluster, one after the other.
extension Outbox {
  /// The oldest shipment that was not sent, of those for a shard or of those for any.
  func next(shard: Int?) async throws -> Shipment? {
    try await write { db in
      let row = try Row.fetchOne(
        db,
        sql: "SELECT * FROM shipment WHERE shard IS ? AND sent IS NULL ORDER BY number LIMIT 1",
        arguments: [shard]
      )
      return row.map(Self.shipment)
    }
  }

  /// A shipment of facts for a shard that was sent up to some time.
  func sent(before time: Timestamp, shard: Int) async throws -> Shipment? {
    try await write { db in
      let row = try Row.fetchOne(
        db,
        sql: "SELECT * FROM shipment WHERE shard = ? AND sent <= ? ORDER BY sent LIMIT 1",
        arguments: [shard, time.milliseconds]
      )
      return row.map(Self.shipment)
    }
  }

  private static func shipment(_ row: Row) -> Shipment {
    let target: Target
    if let block = row["block"] as Int64? {
      target = .facts(
        block: UInt64(bitPattern: block),
        shard: row["shard"],
        hours: (row["first_hour"] as Int64)...(row["last_hour"] as Int64)
      )
    } else {
      target = .rows(table: row["destination"], columns: row["columns"], shard: row["shard"])
    }
    return Shipment(number: row["number"], target: target, body: Array(row["body"] as Data))
  }

  /// Notes that the cluster has acknowledged a shipment: facts are kept for a while, other rows forgotten.
  func noteSent(_ shipment: Shipment, at now: Timestamp) async throws {
    guard case .facts = shipment.target else { return try await remove(shipment) }
    try await write { db in
      try db.execute(
        sql: "UPDATE shipment SET sent = ? WHERE number = ?",
        arguments: [now.milliseconds, shipment.number]
      )
    }
  }

  /// Forgets a shipment that the cluster has.
  func remove(_ shipment: Shipment) async throws {
    try await write { db in
      let pack = try Int64.fetchOne(
        db,
        sql: "SELECT pack FROM shipment WHERE number = ?",
        arguments: [shipment.number]
      )
      try db.execute(
        sql: "DELETE FROM shipment WHERE number = ?",
        arguments: [shipment.number]
      )
      guard let pack else { return }
      let rest = try Bool.fetchOne(
        db,
        sql: "SELECT EXISTS (SELECT 1 FROM shipment WHERE pack = ?)",
        arguments: [pack]
      )
      guard rest == false else { return }
      // All shards that get them have them; what changed since is of no pack yet.
      try db.execute(sql: "DELETE FROM state WHERE pack = ?", arguments: [pack])
    }
  }
}
