import Dispatch
import GRDB
import Synchronization

extension Connections {
  /// Reads under one snapshot, away from the caller's thread.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(StoreError) -> Value {
    do {
      return try unwrapped(await done(on: readers) { try self.snapshot(of: self.pool, body) })
    } catch {
      throw await secured(error)
    }
  }

  /// Reads a little for pings, on the connection that only looks: they wait for no question, however many are
  /// asked.
  func readForPings<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(StoreError) -> Value {
    do {
      return try unwrapped(await done(on: observing) { try self.snapshot(of: self.observer, body) })
    } catch {
      throw await secured(error)
    }
  }

  /// Reads under one snapshot for someone who may leave: where the task is cancelled, the caller is free
  /// at once, and the work ends as soon as it looks at its ``Cancellation``.
  ///
  /// - Throws: `CancellationError` or ``StoreError``.
  func readForCaller<Value: Sendable>(
    _ body: @escaping @Sendable (Database, Cancellation) throws -> Value
  ) async throws -> Value {
    try await readForCaller { db, cancellation, _ in try body(db, cancellation) }
  }

  /// Reads like ``readForCaller(_:)``; the stamp is that of the log before the snapshot.
  func readForCaller<Value: Sendable>(
    _ body: @escaping @Sendable (Database, Cancellation, LogIndex.Stamp?) throws -> Value
  ) async throws -> Value {
    try await leavingWhenCancelled(on: readers) { cancellation in
      let stamp = self.stamp
      return try self.snapshot(of: self.pool) { db in try body(db, cancellation, stamp) }
    }
  }

  /// Reads on the connection that only looks, for someone who may leave; reads of state wait for no
  /// question, and for no commit.
  ///
  /// The stamp is that of the log before the snapshot; nil where there is none.
  func observe<Value: Sendable>(
    _ body: @escaping @Sendable (Database, LogIndex.Stamp?) throws -> Value
  ) async throws -> Value {
    try await leavingWhenCancelled(on: observing) { _ in
      let stamp = self.stamp
      return try self.snapshot(of: self.observer) { db in try body(db, stamp) }
    }
  }

  /// Reads from a connection, with the tables that the file has by now.
  private func snapshot<Value>(
    of reader: some DatabaseReader,
    _ body: (Database) throws -> Value
  ) throws -> Value {
    try reader.read { db in
      try watch.check(db)
      return try PageChecksums.naming {
        if wasOfOlderFormat { try Schema.dropSupplements(ofMigrated: db) }
        return try body(db)
      }
    }
  }

  /// Writes in one transaction, away from the caller's thread.
  ///
  /// Unlike GRDB's own, it is not cancelled: whoever waits for facts to be kept waits to the end.
  @discardableResult
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(StoreError) -> Value {
    try unwrapped(
      await handOver { resume in
        self.pool.asyncWrite({ db in
          try self.watch.check(db)
          return try PageChecksums.naming { try body(db) }
        }) { db, result in
          resume(self.settled(result, db))
        }
      }
    )
  }

  /// Writes what can't be part of a transaction.
  func writeOutsideTransaction<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(StoreError) -> Value {
    try unwrapped(
      await handOver { resume in
        self.pool.asyncWriteWithoutTransaction { db in
          let result = Result {
            try self.watch.check(db)
            return try PageChecksums.naming { try body(db) }
          }
          resume(self.settled(result, db))
        }
      }
    )
  }

  /// What came of a write, once it is sure that it went into the files of the store: what went into a deleted one
  /// is lost, and must not be acknowledged.
  private func settled<Value>(
    _ result: Result<Value, any Error>,
    _ db: Database
  ) -> Result<Value, any Error> {
    Result {
      try watch.save(db, patience: patience)
      return try result.get()
    }
  }

  private func done<Value: Sendable>(
    on queue: WorkQueue,
    _ work: @escaping @Sendable () throws -> Value
  ) async -> Result<Value, any Error> {
    await handOver { resume in queue.add { resume(Result { try work() }) } }
  }

  private func leavingWhenCancelled<Value: Sendable>(
    on queue: WorkQueue,
    _ work: @escaping @Sendable (Cancellation) throws -> Value
  ) async throws -> Value {
    let cancellation = Cancellation()
    let waiter = Waiter<Value>()
    let result = await withTaskCancellationHandler {
      // The caller's thread is one of the queue's: whoever might leave waits elsewhere.
      if queue.isCurrent { return whileOpen { try work(cancellation) } }
      return await handOver { resume in
        guard waiter.wait(resume) else { return }
        queue.add {
          // Whoever has left needs nothing.
          guard !cancellation.isCancelled else { return }
          waiter.resume(Result { try work(cancellation) })
        }
      }
    } onCancel: {
      cancellation.cancel()
      waiter.resume(.failure(CancellationError()))
    }
    do {
      return try result.get()
    } catch let error as CancellationError {
      throw error
    } catch {
      throw await secured(StoreError(error, path: path))
    }
  }

  /// Makes sure that the files are those that were opened.
  func checkFiles() async throws(StoreError) {
    do { try watch.check() } catch { throw await secured(error) }
  }

  /// What whoever asks is told of an error: what only a deleted log has is saved before anybody hears of it, because
  /// the process may be ended next.
  private func secured(_ error: StoreError) async -> StoreError {
    guard case .logGone(_, isSaved: false) = error else { return error }
    do {
      try await writeOutsideTransaction { _ in }
      return error
    } catch {
      return error
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
    return try unwrapped(result)
  }

  /// Hands work to a connection, unless the store is closed; what waits for it is done before the store
  /// closes.
  private func handOver<Value: Sendable>(
    _ start: (@escaping @Sendable (Result<Value, any Error>) -> Void) -> Void
  ) async -> Result<Value, any Error> {
    await withCheckedContinuation { continuation in
      let isOpen = ifOpen {
        start { continuation.resume(returning: $0) }
        return true
      }
      if isOpen == nil {
        continuation.resume(returning: .failure(StoreError.closed(path: path)))
      }
    }
  }

  /// Does work that the queue of the current thread knows of, unless the store is closed.
  private func whileOpen<Value>(_ work: () throws -> Value) -> Result<Value, any Error> {
    Result {
      try Task.checkCancellation()
      guard ifOpen({ true }) != nil else { throw StoreError.closed(path: path) }
      return try work()
    }
  }

  private func unwrapped<Value>(_ result: Result<Value, any Error>) throws(StoreError) -> Value {
    do { return try result.get() } catch { throw StoreError(error, path: path) }
  }
}

/// Someone who waits for a result, and gets the first that comes.
private final class Waiter<Value: Sendable>: Sendable {
  typealias Resume = @Sendable (Result<Value, any Error>) -> Void

  private enum State {
    case expected
    case waiting(Resume)
    case early(Result<Value, any Error>)
    case done
  }

  private let state = Mutex(State.expected)

  /// Waits; false where the result came before.
  func wait(_ resume: @escaping Resume) -> Bool {
    let early = state.withLock { state -> Result<Value, any Error>? in
      if case .early(let result) = state {
        state = .done
        return result
      }
      state = .waiting(resume)
      return nil
    }
    if let early { resume(early) }
    return early == nil
  }

  func resume(_ result: Result<Value, any Error>) {
    let resume = state.withLock { state -> Resume? in
      switch state {
      case .expected:
        state = .early(result)
        return nil
      case .waiting(let resume):
        state = .done
        return resume
      case .early, .done: return nil
      }
    }
    resume?(result)
  }
}
