import GRDB
import PlaybackFacts
import Synchronization

/// The states of playbacks, which wait in the journal until maintenance folds them into their table.
///
/// Its lock is held while rows that arrived are looked at.
final class PlaybackStates: Sendable {
  private let connections: Connections
  private let lease: Lease
  private let pending = Mutex(PendingStates())

  init(_ connections: Connections, _ lease: Lease) {
    self.connections = connections
    self.lease = lease
  }

  /// The kept states of those playbacks that have one.
  func states(of playbacks: [PlaybackID]) async throws(StoreError) -> KeptStates {
    while true {
      let states = try await connections.readForPings { db in
        let head = try Head.fetch(db)
        let places = try self.pending.withLock { pending in
          // Where another snapshot, newer than this one, was read meanwhile, a new one will do.
          guard pending.isWithin(head) else { return nil as [PlaybackID: PendingStates.Place]? }
          try pending.extend(db, to: head)
          return pending.places(of: playbacks)
        }
        guard let places else { return nil as KeptStates? }
        return KeptStates(
          version: head.version,
          states: try PendingStates.states(of: playbacks, at: places, in: db)
        )
      }
      if let states { return states }
    }
  }

  /// Brings the states that wait in the journal to their table, some hundred at a time.
  func fold(now: Timestamp) async throws(StoreError) {
    while try await foldSomeStates(now: now) {}
    // Those that are in their table take memory until somebody looks for one.
    pending.withLock { $0 = PendingStates() }
  }

  /// Whether more wait.
  private func foldSomeStates(now: Timestamp) async throws(StoreError) -> Bool {
    guard let waiting = try await waitingStates() else { return false }
    return try await fold(waiting, now: now)
  }

  /// The next states to be folded; nil if there are none.
  func waitingStates() async throws(StoreError) -> WaitingStates? {
    try await connections.read { db in try WaitingStates(db) }
  }

  /// Folds states; false if that has to wait.
  func fold(_ waiting: WaitingStates, now: Timestamp) async throws(StoreError) -> Bool {
    let isFolded = try await lease.write(now: now) { db in
      // Another process has folded since they were read: newer ones may be in their table.
      guard try Head.fetch(db).foldedRow == waiting.foldedRow else { return true }
      try StateTable.keep(waiting.states.values, in: db)
      try waiting.leaveJournal(db)
      return true
    }
    return isFolded ?? false
  }
}
