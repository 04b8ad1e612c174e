import Foundation
import GRDB
import PlaybackFacts

/// Batches whose pings are answered later than they are kept.
extension Outbox {
  /// The batch whose pings were not answered when the last process ended, as it may be where there are several
  /// collectors.
  struct Unanswered: Sendable {
    let version: Int64
    let contents: BatchContents
    /// The states that came with it.
    let states: [Rows.State]
  }

  /// Batches whose pings have no answer, of which there is one at most unless notes of answers failed.
  func unanswered() async throws -> [Unanswered] {
    try await write { db in
      let rows = try Row.fetchAll(
        db,
        sql: "SELECT unanswered, body FROM batch WHERE unanswered IS NOT NULL ORDER BY number"
      )
      return try rows.map { row in
        let states = try Row.fetchAll(
          db,
          sql: "SELECT playback, version, last_ping, body FROM state WHERE version = ?",
          arguments: [row[0] as Int64]
        )
        return Unanswered(
          version: row[0],
          contents: try BatchContents(Array(row[1] as Data)),
          states: states.map(Self.state)
        )
      }
    }
  }

  /// Notes that the pings of the batch of a version are answered, and whether its states are in the cluster.
  ///
  /// A note that is lost with the machine's power costs nothing: the batch is found unanswered then, and counts once.
  func noteAnswer(_ version: Int64, isCopied: Bool) async throws {
    try await writeUnsynced { db in
      if isCopied {
        try db.execute(
          sql: "DELETE FROM state WHERE version = ? AND pack IS NULL",
          arguments: [version]
        )
      }
      try db.execute(
        sql: "UPDATE batch SET unanswered = NULL WHERE unanswered = ?",
        arguments: [version]
      )
    }
  }

  /// Forgets what an unanswered batch has of some playbacks; the rest of it counts.
  func settle(_ batch: Unanswered, without playbacks: Set<PlaybackID>) async throws {
    let contents = batch.contents.without(playbacks).bytes
    try await write { db in
      for playback in playbacks {
        try db.execute(
          sql: "DELETE FROM state WHERE playback = ? AND version = ?",
          arguments: [Int64(bitPattern: playback.rawValue), batch.version]
        )
      }
      try db.execute(
        sql: "UPDATE batch SET unanswered = NULL, body = ? WHERE unanswered = ?",
        arguments: [Data(contents), batch.version]
      )
    }
  }
}
