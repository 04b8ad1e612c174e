import GRDB
import PlaybackFacts
public import QueryCore
import Synchronization

/// What is observed of the store as a whole.
typealias StoreState = DataState

extension FactStore: QueryBackend {
  /// The state of the data now; takes some ten microseconds while nothing was committed.
  public func dataState() async throws(StoreError) -> DataState {
    try checkFile()
    do {
      return try observed.withLock { observed in
        let version = try dataVersion()
        if let observed, observed.version == version { return observed.state }
        let state = try observe { db in try Head.fetch(db).dataState }
        observed = (version, state)
        return state
      }
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// Adds up what each of `queries` asks for, all of them over the same snapshot of the data.
  public func sums(for queries: [SumQuery]) async throws -> SumAnswer {
    let cancellation = Cancellation()
    return try await withTaskCancellationHandler {
      while true {
        let answer = try await read { db in try self.sums(for: queries, db, cancellation) }
        try Task.checkCancellation()
        if let answer { return answer }
      }
    } onCancel: {
      cancellation.cancel()
    }
  }

  /// Nil where what is kept in memory is newer than the snapshot: a new snapshot will do.
  private func sums(
    for queries: [SumQuery],
    _ db: Database,
    _ cancellation: Cancellation
  ) throws -> SumAnswer? {
    let head = try Head.fetch(db)
    let tables = try tables(db)
    let segmentQuery = SegmentQuery(
      file: SegmentFile(db: db),
      headers: try segments.withLock { try $0.headers(db, epoch: head.segmentEpoch) },
      epoch: head.segmentEpoch,
      tables: tables,
      cache: cache,
      cancellation: cancellation
    )
    var rows: [SumRows] = []
    for query in queries {
      var builder = RowBuilder(query, tables)
      let isCurrent = try tail.withLock { tail in
        guard tail.isWithin(head) else { return false }
        try tail.extend(db, to: head)
        tail.add(query, to: &builder)
        return true
      }
      guard isCurrent else { return nil }
      switch query.span {
      case .timeframe: try segmentQuery.add(query, Spread(query), to: &builder)
      case .allTime: try Totals(db).add(query, tables, to: &builder)
      }
      guard !cancellation.isCancelled else { return nil }
      rows.append(builder.rows())
    }
    return SumAnswer(state: head.dataState, rows: rows)
  }
}

extension Head {
  var dataState: DataState {
    DataState(
      version: UInt64(version),
      newestReceipt: newestReceipt.map(Timestamp.init(milliseconds:))
    )
  }
}
