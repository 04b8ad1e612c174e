import Dispatch
import GRDB
public import PlaybackFacts
import Synchronization

extension FactStore {
  /// Does whatever is due: folds states, seals, compacts, drops what is too old, empties the log.
  ///
  /// Cheap while nothing is due; call it every few seconds. While another handle does it, nothing
  /// happens.
  public func maintain(now: Timestamp) async throws(StoreError) {
    try await underLease { () async throws(StoreError) in
      try await foldStates(now: now)
      try await sealClosedHours(now: now)
      try await compactDays(now: now)
      try await dropExpired(now: now)
    }
    try await emptyLogWhereDue()
  }

  /// Seals the hours that are over, as far as the journal holds facts of them.
  public func seal(now: Timestamp) async throws(StoreError) {
    try await underLease { () async throws(StoreError) in
      try await sealClosedHours(now: now)
    }
  }

  /// Merges the segments of each day into one, drops what is too old and gives free space back.
  ///
  /// - Throws: ``StoreError/maintainedElsewhere(path:)`` while another process does it.
  public func compact(now: Timestamp) async throws(StoreError) {
    guard try await takeLease(now: now) else { throw .maintainedElsewhere(path: path) }
    try await underLease { () async throws(StoreError) in
      try await foldStates(now: now)
      try await sealClosedHours(now: now)
      try await compactDays(now: now, isThorough: true)
      try await dropExpired(now: now)
      while try await giveBackSpace(keeping: 0) {}
    }
    try await emptyLogWhereDue()
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
    let lease = Lease(owner: handle, now: now)
    return try await write { db -> Value? in
      guard try lease.take(db) else { return nil }
      self.holdsLease.store(true, ordering: .relaxed)
      let value = try body(db)
      try self.options.beforeCommit()
      return value
    }
  }

  /// Does work that takes the lease where it needs it, and gives it back, also after an error.
  private func underLease(
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
      try db.execute(sql: "DELETE FROM lease WHERE owner = ?", arguments: [self.handle])
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

  /// Gives the values of playbacks codes, and returns the codes.
  func addCodes(of playbacks: Set<Playback>) async throws(StoreError) -> CodeIndex {
    let known = codeIndex.withLock { $0 }
    guard playbacks.contains(where: { known.codes(of: $0) == nil }) else { return known }
    let index = try await write { db in
      var index = known
      try index.add(playbacks, in: db)
      try self.options.beforeCommit()
      return index
    }
    // Only now it is certain that the file has them.
    codeIndex.withLock { shared in
      if shared.tables.version < index.tables.version { shared = index }
    }
    return index
  }
}
