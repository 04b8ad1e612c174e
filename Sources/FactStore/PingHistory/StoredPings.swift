import AnalyticsSource
import Glibc
import GRDB
import PlaybackFacts
import QueryCore
import Synchronization
import TextAndBytes

/// What became of the pings of the last 48 hours: the table `ping_history`, and what waits in the journal.
///
/// Nothing is indexed: the rows are read from the first to the last, and those that don't hold the bytes that are
/// looked for are not decoded.
struct StoredPings: Sendable {
  let connections: Connections
  let clock: RetentionClock

  /// How long the history reaches back, in ms.
  static let memory = 48 * Milliseconds.hour
  /// So many rows are read under one snapshot: nobody keeps the log from being emptied for long.
  private static let rowsPerStep = 256

  /// The newest pings of a selection, at most `limit`, and how many there are.
  func history(
    of selection: PingSelection,
    limit: Int,
    now: Timestamp
  ) async throws(StoreError) -> PingHistory {
    let start = clock.trustedTime(now) - Self.memory
    let found = Mutex(FoundPings(selection, limit: limit))
    var last = Int64.min
    var isDone = false
    while !isDone {
      let after = last
      (last, isDone) = try await connections.read { db in
        guard try PingHistoryTable.exists(db) else { return (after, true) }
        let rows = try PingHistoryTable.rows(
          after: after,
          since: start,
          limit: Self.rowsPerStep,
          in: db
        )
        try found.withLock { found in
          for row in rows {
            try found.add(row.pings, row.receivedAt, of: "row \(row.id) of the ping history")
          }
          guard rows.count < Self.rowsPerStep else { return }
          // Under the snapshot that has the last row: what waits goes nowhere meanwhile.
          for batch in try PingHistoryTable.waiting(since: start, in: db) {
            try found.add(batch.pings, batch.receivedAt, of: "batch \(batch.row) of the journal")
          }
        }
        return (rows.last?.id ?? after, rows.count < Self.rowsPerStep)
      }
    }
    return found.withLock(\.history)
  }
}

/// The newest pings of a selection, as they are found.
private struct FoundPings {
  private let selection: PingSelection
  private let limit: Int
  private var pings: [PingHistory.Ping] = []
  private var total = 0
  private var since: Timestamp?
  /// What a block must contain that has a ping of the selection.
  private let needle: [UInt8]

  init(_ selection: PingSelection, limit: Int) {
    self.selection = selection
    self.limit = max(1, limit)
    switch selection {
    case .playback(let id): needle = Self.bytes(id.rawValue)
    case .viewer(let id): needle = Self.bytes(id.rawValue)
    case .media(let id): needle = Array(id.utf8)
    }
  }

  var history: PingHistory {
    PingHistory(pings: pings.sortedByReceipt.suffix(limit), total: total, since: since)
  }

  mutating func add(_ blocks: [UInt8], _ receivedAt: Timestamp, of name: String) throws {
    guard !blocks.isEmpty else { return }
    since = min(since ?? receivedAt, receivedAt)
    guard contains(blocks) else { return }
    do {
      try PingBlock.forEachPing(in: blocks, of: selection) { ping in
        total += 1
        pings.append(ping)
      }
    } catch {
      throw MalformedBytes("\(name): \(error.description)")
    }
    if pings.count > 2 * limit + 1000 { pings = pings.sortedByReceipt.suffix(limit) }
  }

  /// Whether the needle occurs anywhere, also across the borders of values.
  private func contains(_ blocks: [UInt8]) -> Bool {
    guard let first = needle.first else { return true }
    return blocks.withUnsafeBytes { haystack in
      needle.withUnsafeBytes { needle in
        guard let start = haystack.baseAddress, let wanted = needle.baseAddress else {
          return false
        }
        var place = 0
        while haystack.count - place >= needle.count,
          let hit = memchr(start + place, Int32(first), haystack.count - place - needle.count + 1)
        {
          if memcmp(hit, wanted, needle.count) == 0 { return true }
          place = UnsafeRawPointer(hit) - start + 1
        }
        return false
      }
    }
  }

  private static func bytes(_ number: UInt64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
  }
}

extension [PingHistory.Ping] {
  /// The pings as they arrived; those of the same instant stay in the order of their commits.
  ///
  /// Those that changed nothing are in the history before others that wait in the journal.
  fileprivate var sortedByReceipt: [PingHistory.Ping] {
    enumerated().sorted { ($0.1.receivedAt, $0.0) < ($1.1.receivedAt, $1.0) }.map(\.element)
  }
}
