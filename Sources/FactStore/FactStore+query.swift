import TextAndBytes
import GRDB
import PlaybackFacts
public import QueryCore
import Synchronization

extension FactStore: QueryBackend {
  /// The state of the data now; takes about a microsecond while nothing was committed.
  ///
  /// - Throws: ``StoreError``, or `CancellationError`.
  public func dataState() async throws -> DataState {
    try await dataHistory().state
  }

  /// The state of the data, if nothing was committed since it was read; otherwise a number that differs after
  /// each commit.
  public func glance() -> DataGlance {
    // The question that follows throws what is wrong.
    guard isFileInPlace else { return .unknown }
    return observed.withLock { observed in
      if let current = observed.current { return .current(current) }
      return observed.stamp.map { .changed(stamp: $0.number) } ?? .unknown
    }
  }

  /// The state of the data now, and what changed up to it.
  ///
  /// - Throws: ``StoreError``, or `CancellationError`.
  public func dataHistory() async throws -> DataHistory {
    try checkFile()
    if let current = observed.withLock({ $0.current }) { return current }
    return try await observe { db, stamp in
      let reading = try self.reading(Head.fetch(db), RetentionRecord.fetch(db), db)
      return self.observed.withLock { $0.add(reading, since: stamp) }
    }
  }

  /// Where questions are answered: a task that runs there hands nothing over, and leaves only when it is done.
  public var executor: (any TaskExecutor)? { readers }

  /// Adds up what each of `queries` asks for, all of them over the same snapshot of the data.
  public func sums(for queries: [SumQuery]) async throws -> SumAnswer {
    while true {
      let answer = try await readForCaller { db, cancellation, stamp in
        try self.sums(for: queries, db, cancellation, stamp)
      }
      if let answer { return answer }
      try Task.checkCancellation()
    }
  }

  /// Nil where what is kept in memory is newer than the snapshot: a new snapshot will do.
  private func sums(
    for queries: [SumQuery],
    _ db: Database,
    _ cancellation: Cancellation,
    _ stamp: LogIndex.Stamp?
  ) throws -> SumAnswer? {
    let head = try Head.fetch(db)
    let record = try RetentionRecord.fetch(db)
    let queries = queries.map { $0.since(record.edge) }
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
          try sums(query.byMedia, db, head, segmentQuery).map { try $0.byTag(tables.tags) }
        case .sums: try sums(query, db, head, segmentQuery)
        case .concurrency, .viewers: try audience(query, db, head, segmentQuery)
        }
      guard let answered, !cancellation.isCancelled else { return nil }
      rows.append(answered)
    }
    return SumAnswer(history: try history(head, record, db, since: stamp), rows: rows)
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
  fileprivate func byTag(_ tags: MediaTags) throws(MalformedBytes) -> SumRows {
    guard case .sums(.byValue(let byMedia)) = self else { return self }
    var byTag: [String: Sums] = [:]
    for (mediaID, sums) in byMedia {
      for tag in tags[mediaID] { byTag[tag, default: .zero] += sums }
    }
    guard !byTag.values.contains(where: \.hasOverflowed) else {
      throw MalformedBytes("the sums are more than there can be")
    }
    // Sums of watched time may be taken back.
    return .byValue(byTag.filter { $0.value != .zero })
  }
}
