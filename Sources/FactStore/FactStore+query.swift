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
        let state = try observe { db in try self.state(Head.fetch(db), db) }
        observed = (version, state)
        return state
      }
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// The state of the data in a snapshot.
  private func state(_ head: Head, _ db: Database) throws -> DataState {
    let newest = head.newestReceipt.map(Timestamp.init(milliseconds:))
    let work = try collectorWork(head.segmentEpoch, db)
    let record = try RetentionRecord.fetch(db)
    keeping.withLock { $0.retention = record }
    var from = try firstHour(head, db).map { max($0, record.edge ?? $0) }
    // Events may come late; facts of long before the first collector were imported.
    if let start = work?.timeframe.from, from.map({ start < $0 + Milliseconds.lateness }) ?? true {
      from = start
    }
    let to = [newest, work?.timeframe.to].compactMap { $0 }.max()
    return DataState(
      version: UInt64(head.version),
      newestReceipt: newest,
      collected: from.flatMap { from in
        to.map { .during(Timeframe(from: min(from, $0), to: $0), gaps: work?.gaps ?? []) }
      } ?? .never,
      retention: retention(of: record)
    )
  }

  /// The start of the first hour that has facts.
  private func firstHour(_ head: Head, _ db: Database) throws -> Timestamp? {
    let sealed = try segments.withLock { try $0.firstHour(db, epoch: head.segmentEpoch) }
    if let sealed { return sealed }
    // Nothing is sealed yet: the first batch will do.
    let oldest = try Int64.fetchOne(
      db.cachedStatement(sql: "SELECT oldest_fact FROM journal ORDER BY row LIMIT 1")
    )
    return oldest.map { Timestamp(milliseconds: $0).floored(to: Milliseconds.hour) }
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
    let edge = try RetentionRecord.fetch(db).edge
    let queries = queries.map { $0.since(edge) }
    let tables = try tables(db, hasTags: queries.contains(where: \.looksAtTags))
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
      let answered: SumRows? =
        switch query.counting {
        case .sums where query.grouping == .dimension(.tag):
          try sums(query.byMedia, db, head, segmentQuery)?.byTag(tables.tags)
        case .sums: try sums(query, db, head, segmentQuery)
        case .concurrency, .viewers: try audience(query, db, head, segmentQuery)
        }
      guard let answered, !cancellation.isCancelled else { return nil }
      rows.append(answered)
    }
    return SumAnswer(state: try state(head, db), rows: rows)
  }

  /// Adds up sums; nil where the journal in memory is newer than the snapshot.
  private func sums(
    _ query: SumQuery,
    _ db: Database,
    _ head: Head,
    _ segments: SegmentQuery
  ) throws -> SumRows? {
    var builder = RowBuilder(query, segments.tables)
    let isCurrent = try tail.withLock { tail in
      guard tail.isWithin(head) else { return false }
      try tail.extend(db, to: head)
      tail.add(query, segments.tables.tags, to: &builder)
      return true
    }
    guard isCurrent else { return nil }
    switch query.span {
    case .timeframe: try segments.add(query, Spread(query), to: &builder)
    case .allTime:
      try Totals(db).add(query, segments.mask(of: query.filter), to: &builder)
    }
    return try builder.rows()
  }

  /// Counts who watched; nil where the journal in memory is newer than the snapshot.
  private func audience(
    _ query: SumQuery,
    _ db: Database,
    _ head: Head,
    _ segments: SegmentQuery
  ) throws -> SumRows? {
    let spread = Spread(query)
    let hours = try tail.withLock { tail -> TailHours? in
      guard tail.isWithin(head) else { return nil }
      try tail.extend(db, to: head)
      return TailHours(&tail, spread.timeframe, query.filter, segments.tables.tags)
    }
    guard let hours else { return nil }
    let audience = try AudienceQuery(query, segments, hours)
    switch query.counting {
    case .sums: return nil
    case .concurrency(let counted):
      guard let slots = try audience.concurrency(of: counted) else { return nil }
      return .concurrency(slots.shaped(for: query.grouping, none: Concurrency()))
    case .viewers(let duration):
      guard let viewers = try audience.viewers(of: duration) else { return nil }
      return .viewers(viewers.shaped(for: query.grouping, none: 0))
    }
  }
}

extension Grouped {
  /// The only row of a question that has no groups.
  fileprivate func shaped(for grouping: SumQuery.Grouping, none: Value) -> Grouped {
    guard grouping == .none, case .byInterval(let rows) = self else { return self }
    return .total(rows[0] ?? none)
  }
}

extension SumQuery {
  /// The question about what has not expired; what is of all time stays so.
  fileprivate func since(_ edge: Timestamp?) -> SumQuery {
    guard let edge, case .timeframe(let timeframe) = span, timeframe.from < edge else {
      return self
    }
    var query = self
    query.span = .timeframe(Timeframe(from: edge, to: timeframe.to))
    return query
  }

  /// Whether the answer depends on the tags of media items.
  fileprivate var looksAtTags: Bool {
    grouping == .dimension(.tag) || filter.dimensions.contains(.tag)
  }

  /// The question whose rows make up those of the tags.
  fileprivate var byMedia: SumQuery {
    var query = self
    query.grouping = .dimension(.mediaID)
    return query
  }
}

extension SumRows {
  /// Adds up the rows of media items by tag; what has several counts for each, what has none for none.
  fileprivate func byTag(_ tags: MediaTags) -> SumRows {
    guard case .sums(.byValue(let byMedia)) = self else { return self }
    var byTag: [String: Sums] = [:]
    for (mediaID, sums) in byMedia {
      for tag in tags[mediaID] { byTag[tag, default: .zero] += sums }
    }
    // Sums of watched time may be taken back.
    return .byValue(byTag.filter { $0.value != .zero })
  }
}
