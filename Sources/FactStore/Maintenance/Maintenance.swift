import Dispatch
import GRDB
public import PlaybackFacts
import Synchronization

extension FactStore {
  /// Does whatever is due: folds states, seals, compacts, removes what has expired, empties the log.
  ///
  /// Cheap while nothing is due; call it every few seconds. While another handle does it, nothing
  /// happens.
  public func maintain(now: Timestamp) async throws(StoreError) {
    try await underLease { () async throws(StoreError) in
      try await readClock(now: now)
      try await foldStates(now: now)
      try await sealClosedHours(now: now)
      _ = try await compactDays(now: now)
      try await removeExpired(now: now)
    }
    try await emptyLogWhereDue()
  }

  /// Seals the hours that are over, as far as the journal holds facts of them.
  public func seal(now: Timestamp) async throws(StoreError) {
    try await underLease { () async throws(StoreError) in
      try await sealClosedHours(now: now)
    }
  }

  /// Merges the segments of each day into one, removes what has expired and gives free space back.
  ///
  /// - Returns: how many days were left as they were, because another process took over the maintenance.
  /// - Throws: ``StoreError/maintainedElsewhere(path:)`` where another process has it from the beginning.
  @discardableResult
  public func compact(now: Timestamp) async throws(StoreError) -> Int {
    guard try await takeLease(now: now) else { throw .maintainedElsewhere(path: path) }
    var skippedDays = 0
    try await underLease { () async throws(StoreError) in
      try await readClock(now: now)
      try await foldStates(now: now)
      try await sealClosedHours(now: now)
      skippedDays = try await compactDays(now: now, isThorough: true)
      try await removeExpired(now: now)
      try await removeDeadValues(now: now, isThorough: true)
      while try await giveBackSpace(keeping: 0) {}
      // Somebody may read from it: then it is emptied later.
      _ = try await emptyLog()
    }
    try await emptyLogWhereDue()
    return skippedDays
  }

  /// Takes or renews the lease before long work; false while another handle has it.
  func takeLease(now: Timestamp) async throws(StoreError) -> Bool {
    try await maintainedWrite(now: now) { _ in true } ?? false
  }

  /// One transaction of maintenance; nil, and nothing is written, while another handle does it.
  func maintainedWrite<Value: Sendable>(
    now: Timestamp,
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(StoreError) -> Value? {
    try await write { db -> Value? in
      // The uptime of this moment: long work may lie behind it, or a pause of the whole process.
      guard try Lease(owner: self.handle, now: self.uptime(at: now)).take(db) else { return nil }
      self.holdsLease.store(true, ordering: .relaxed)
      let value = try body(db)
      try self.options.beforeCommit()
      return value
    }
  }

  /// Does work that takes the lease where it needs it, and gives it back, also after an error.
  func underLease(
    _ body: () async throws(StoreError) -> Void
  ) async throws(StoreError) {
    do {
      try await body()
    } catch {
      // The first error says more; a lease that can't be given back expires.
      try? await endLease()
      throw error
    }
    try await endLease()
  }

  /// Lets others work without waiting for the lease to expire.
  private func endLease() async throws(StoreError) {
    guard holdsLease.exchange(false, ordering: .relaxed) else { return }
    try await write { db in
      try db.execute(sql: "DELETE FROM maintenance_lease WHERE owner = ?", arguments: [self.handle])
    }
  }

  /// Computes on a thread of its own, so that nothing else has to wait for one.
  func compute<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) async throws(StoreError) -> Value {
    let result = await withCheckedContinuation { continuation in
      DispatchQueue.global(qos: .utility).async {
        continuation.resume(returning: Result { try body() })
      }
    }
    do { return try result.get() } catch { throw StoreError(error, path: path) }
  }
}
