import GRDB
import PlaybackFacts
import QueryCore
import Synchronization
import TextAndBytes

/// Answers questions from journal and segments under one snapshot.
struct QueryExecutor: Sendable {
  private let connections: Connections
  private let journal: Journal
  private let segments: Segments
  private let values: ValueCache
  private let media: MediaCatalog
  private let observer: DataObserver
  /// Results that were added up already.
  let cache: PartialCache

  init(
    _ connections: Connections,
    _ journal: Journal,
    _ segments: Segments,
    _ values: ValueCache,
    _ media: MediaCatalog,
    _ observer: DataObserver,
    cacheBytes: Int
  ) {
    self.connections = connections
    self.journal = journal
    self.segments = segments
    self.values = values
    self.media = media
    self.observer = observer
    cache = PartialCache(capacity: cacheBytes)
  }

  /// Where questions are answered.
  var executor: any TaskExecutor { connections.readers }

  /// Adds up what each of `queries` asks for, all of them over the same snapshot of the data.
  func sums(for queries: [SumQuery]) async throws -> SumAnswer {
    while true {
      let answer = try await connections.readForCaller { db, cancellation, stamp in
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
    let tags = try media.tags(db, ifNeeded: queries.contains(where: \.looksAtTags))
    let tables = CodeTables(db, values, tags: tags)
    let segmentQuery = SegmentQuery(
      file: SegmentFile(db: db),
      headers: try headers(head, db),
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
          try sums(query.byMedia, db, head, segmentQuery, needsTags: true)
            .map { try $0.byTag(tables.tags) }
        case .sums: try sums(query, db, head, segmentQuery)
        case .impressionTimes: try histograms(query, db, head, segmentQuery)
        case .watchTimes: try watchTimes(query, db, head, segmentQuery)
        case .concurrency, .viewers: try audience(query, db, head, segmentQuery)
        }
      guard let answered, !cancellation.isCancelled else { return nil }
      rows.append(answered)
    }
    let history = try observer.history(head, record, db, since: stamp)
    return SumAnswer(history: history, rows: rows)
  }

  /// The segments of a snapshot; what is kept of others is dropped.
  private func headers(_ head: Head, _ db: Database) throws -> [SegmentHeader] {
    let headers = try segments.headers(db, head)
    if segments.takeChange() {
      let values = try DictionaryTable.version(db)
      cache.drop(allBut: Set(headers.map(\.id)), epoch: head.segmentEpoch, values: values)
    }
    return headers
  }

  /// Adds up sums; nil where the journal in memory is newer than the snapshot.
  private func sums(
    _ query: SumQuery,
    _ db: Database,
    _ head: Head,
    _ segments: SegmentQuery,
    needsTags: Bool = false
  ) throws -> SumRows? {
    var builder = try RowBuilder(query, segments.tables, cache, needsTags: needsTags)
    let isCurrent: Void? = try journal.withTail(db, head) { tail in
      try tail.add(query, segments.tables, to: &builder)
    }
    guard isCurrent != nil else { return nil }
    switch query.span {
    case .timeframe: try segments.add(query, Spread(query), to: &builder)
    case .allTime:
      try Totals(db).add(query, segments.mask(of: query.filter), to: &builder)
    }
    return try builder.rows()
  }

  /// Counts impressions by their times; nil where the journal in memory is newer than the snapshot.
  private func histograms(
    _ query: SumQuery,
    _ db: Database,
    _ head: Head,
    _ segments: SegmentQuery
  ) throws -> SumRows? {
    let isOfTags = query.grouping == .dimension(.tag)
    let query = isOfTags ? query.byMedia : query
    let tail = try journal.withTail(db, head) { tail in
      TailHours(&tail, Spread(query).timeframe, query.filter, segments.tables.tags)
    }
    guard let tail,
      let counted = try HistogramQuery(query, segments, tail).histograms()
    else { return nil }
    let shaped = counted.shaped(for: query.grouping, none: Histogram())
    return .impressionTimes(isOfTags ? shaped.byTag(segments.tables.tags) : shaped)
  }

  /// Counts playbacks by their watched time; nil where the journal in memory is newer than the snapshot.
  private func watchTimes(
    _ query: SumQuery,
    _ db: Database,
    _ head: Head,
    _ segments: SegmentQuery
  ) throws -> SumRows? {
    let tail = try journal.withTail(db, head) { tail in
      TailHours(&tail, Spread(query).timeframe, query.filter, segments.tables.tags)
    }
    guard let tail else { return nil }
    return try WatchTimeQuery(query, segments, tail).times().map { .watchTimes($0) }
  }

  /// Counts who watched; nil where the journal in memory is newer than the snapshot.
  private func audience(
    _ query: SumQuery,
    _ db: Database,
    _ head: Head,
    _ segments: SegmentQuery
  ) throws -> SumRows? {
    let spread = Spread(query)
    let hours = try journal.withTail(db, head) { tail in
      TailHours(&tail, spread.timeframe, query.filter, segments.tables.tags)
    }
    guard let hours else { return nil }
    let audience = try AudienceQuery(query, segments, hours)
    switch query.counting {
    case .sums, .impressionTimes, .watchTimes: return nil
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
    query.leading = []
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

extension Grouped<Histogram> {
  /// Adds up the rows of media items by tag.
  fileprivate func byTag(_ tags: MediaTags) -> Self {
    guard case .byValue(let byMedia) = self else { return self }
    var byTag: [String: Histogram] = [:]
    for (mediaID, histogram) in byMedia {
      for tag in tags[mediaID] { byTag[tag, default: Histogram()] += histogram }
    }
    return .byValue(byTag)
  }
}

/// Tells work on another thread that nobody waits for it any more.
final class Cancellation: Sendable {
  private let flag = Atomic(false)

  var isCancelled: Bool { flag.load(ordering: .relaxed) }

  func cancel() {
    flag.store(true, ordering: .relaxed)
  }
}
