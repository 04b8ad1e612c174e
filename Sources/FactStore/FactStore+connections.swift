import GRDB
import Synchronization

extension FactStore {
  /// Reads under one snapshot, away from the caller's thread.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(StoreError) -> Value {
    try unwrapped(await readResult(body))
  }

  /// Like ``read(_:)``, with whatever error was thrown.
  func readResult<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async -> Result<Value, any Error> {
    await handOver { resume in
      self.pool.asyncRead { db in
        resume(Result { try body(db.get()) })
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
        self.pool.asyncWrite(body) { _, result in resume(result) }
      }
    )
  }

  /// Writes what can't be part of a transaction.
  func writeOutsideTransaction(
    _ body: @escaping @Sendable (Database) throws -> Void
  ) async throws(StoreError) {
    try unwrapped(
      await handOver { resume in
        self.pool.asyncWriteWithoutTransaction { db in
          resume(Result { try body(db) })
        }
      }
    )
  }

  /// A number that changes with every commit of any other connection, this process's included.
  func dataVersion() throws -> Int64 {
    try observe { db in
      try Int64.fetchOne(db.cachedStatement(sql: "PRAGMA data_version")) ?? 0
    }
  }

  /// Reads on the connection whose ``dataVersion()`` was asked, on the caller's thread.
  func observe<Value: Sendable>(
    _ body: @Sendable (Database) throws -> Value
  ) throws -> Value {
    try isClosed.withLock { isClosed in
      guard !isClosed else { throw StoreError.closed(path: path) }
      return try observer.read(body)
    }
  }

  private func handOver<Value: Sendable>(
    _ start: (@escaping @Sendable (Result<Value, any Error>) -> Void) -> Void
  ) async -> Result<Value, any Error> {
    await withCheckedContinuation { continuation in
      isClosed.withLock { isClosed in
        guard !isClosed else {
          return continuation.resume(returning: .failure(StoreError.closed(path: path)))
        }
        start { continuation.resume(returning: $0) }
      }
    }
  }

  private func unwrapped<Value>(_ result: Result<Value, any Error>) throws(StoreError) -> Value {
    do { return try result.get() } catch { throw StoreError(error, path: path) }
  }
}
