public import AnalyticsSource
public import PlaybackFacts
public import QueryCore
import TextAndBytes

extension ClickHouseStore: SourceObserving {
  /// The facts of the newest blocks, the newest last.
  ///
  /// - Parameters:
  ///   - cursor: what the call before returned; nil for the newest there are.
  ///   - limit: the most facts, ≥ 1; the newest are kept where there are more.
  /// - Returns: the facts, and where to go on.
  /// - Throws: ``QueryCore/QueryError/unavailable(reason:publicReason:)`` where the cluster can't be asked.
  public func recentFacts(after cursor: UInt64?, limit: Int) async throws(QueryError) -> RecentFacts
  {
    try await withQueryErrors {
      let since = cursor.map { Int64(bitPattern: $0) } ?? .min
      let recent = options.now().hourNumber - 48
      var rows = try await connection.rows(
        """
        SELECT block, toInt64(hour), facts, first, last, received FROM \(schema.whole("blocks")) \
        WHERE hour >= \(recent) AND received > \(since) ORDER BY received DESC LIMIT 100
        """
      )
      var blocks: [UInt64] = []
      var hours: ClosedRange<Int64>?
      var (total, newest) = (0, since)
      while !rows.isAtEnd {
        try connection.reading { () throws(MalformedBytes) in
          let block = try rows.fixed()
          _ = try rows.int64()
          let count = Int(try rows.int64())
          let (first, last) = (try rows.int64(), try rows.int64())
          newest = max(newest, try rows.int64())
          // Older ones would be cut off.
          if total < limit {
            blocks.append(block)
            let range = first / Milliseconds.hour...last / Milliseconds.hour
            let known = hours ?? range
            hours =
              min(known.lowerBound, range.lowerBound)...max(known.upperBound, range.upperBound)
          }
          total += count
        }
      }
      guard let hours else {
        return RecentFacts(cursor: UInt64(bitPattern: newest), facts: [])
      }
      let facts = try await self.facts(
        """
        hour >= \(hours.lowerBound) AND hour <= \(hours.upperBound) \
        AND block IN (\(blocks.map { "\($0)" as SQL }.joined(by: ", ")))
        """
      )
      let kept = Array(facts.suffix(limit))
      return RecentFacts(
        cursor: UInt64(bitPattern: newest),
        facts: kept,
        skipped: max(0, total - kept.count)
      )
    }
  }

  /// What collectors counted in the last 30 days, and how large the tables are and become.
  ///
  /// - Throws: ``QueryCore/QueryError/unavailable(reason:publicReason:)`` where the cluster can't be asked.
  public func health() async throws(QueryError) -> SourceHealth {
    try await withQueryErrors {
      SourceHealth(ledger: try await ledger(), store: try await size())
    }
  }

  private func ledger() async throws -> SourceHealth.Ledger? {
    let since = options.now().hourNumber - 30 * 24
    var rows = try await connection.rows(
      """
      SELECT entry, reason, toInt64(sum(n)), toInt64(min(start)) FROM \
      (SELECT entry, reason, collector, number, max(count) AS n, min(hour) AS start \
      FROM \(schema.whole("ledger")) WHERE hour >= \(since) GROUP BY entry, reason, collector, number) \
      GROUP BY entry, reason ORDER BY entry, reason
      """
    )
    var ledger: SourceHealth.Ledger?
    while !rows.isAtEnd {
      try connection.reading { () throws(MalformedBytes) in
        let (kind, reason) = (Int64(try rows.byte()), try rows.text())
        let (count, start) = (Int(try rows.int64()), try rows.int64())
        var known = ledger ?? SourceHealth.Ledger()
        let time = Timestamp(milliseconds: start * Milliseconds.hour)
        known.since = min(known.since ?? time, time)
        if let kind = LedgerKind(rawValue: kind) { known.take(count, of: kind, reason: reason) }
        ledger = known
      }
    }
    return ledger
  }

  private func size() async throws -> SourceHealth.Store {
    let parts: SQL =
      address.cluster.map { "cluster(\(SQL.name($0)), system.parts)" } ?? "system.parts"
    var bytesRow = try await connection.rows(
      "SELECT toInt64(sum(bytes)) FROM \(parts) WHERE active AND database = \(address.database)"
    )
    let now = options.now()
    let month = now.hourNumber - 30 * 24
    var rows = try await connection.rows(
      """
      SELECT toInt64(sum(facts)), toInt64(min(hour)), toInt64(max(hour)), \
      toInt64(sumIf(facts, hour >= \(month))) FROM \(schema.whole("hourly")) WHERE dimension = 0
      """
    )
    return try connection.reading { () throws(MalformedBytes) in
      let (bytes, facts) = (Int(try bytesRow.int64()), Int(try rows.int64()))
      let (first, last) = (try rows.int64(), try rows.int64())
      let recent = Double(try rows.int64())
      let days = min(30, max(1, Double(now.hourNumber - first) / 24))
      let dailyFacts = facts == 0 ? 0 : recent / days
      let bytesPerFact = facts == 0 ? 0 : Double(bytes) / Double(facts)
      let retained = Double(options.retention.milliseconds) / Double(Milliseconds.day)
      return SourceHealth.Store(
        bytes: bytes,
        facts: facts,
        bytesPerFact: bytesPerFact,
        dailyBytes: Int(dailyFacts * bytesPerFact),
        dailyFacts: Int(dailyFacts),
        forecastBytes: Int(dailyFacts * bytesPerFact * retained),
        span: facts == 0
          ? nil
          : Timeframe(
            from: Timestamp(milliseconds: first * Milliseconds.hour),
            to: Timestamp(milliseconds: (last + 1) * Milliseconds.hour)
          )
      )
    }
  }

  /// Runs a body, and turns its errors into those of `QueryCore`.
  func withQueryErrors<Value>(
    _ body: () async throws -> Value
  ) async throws(QueryError) -> Value {
    do { return try await body() } catch { throw QueryError(error) }
  }
}

extension ClickHouseStore: PingHistoryReading {
  /// Nothing: a cluster has no history of pings.
  public func pingHistory(
    of selection: PingSelection,
    limit: Int
  ) async throws(QueryError) -> PingHistory {
    throw .notProvided
  }
}

extension ClickHouseStore: MediaListing {
  /// What is known of media items; nil where it is what it was at a version.
  public func media(unless version: UInt64?) async throws(QueryError) -> MediaList? {
    try await withQueryErrors {
      let items = schema.whole("media_items")
      var newest = try await connection.rows("SELECT toUInt64(max(version)) FROM \(items)")
      let current = try connection.reading { () throws(MalformedBytes) in try newest.fixed() }
      guard current != version else { return nil }
      var rows = try await connection.rows(
        """
        SELECT id, argMax(title, version), argMax(tags, version), toInt64(argMax(duration, version)) \
        FROM \(items) GROUP BY id ORDER BY id
        """
      )
      var list: [MediaItem] = []
      while !rows.isAtEnd {
        try connection.reading { () throws(MalformedBytes) in
          let (id, title) = (try rows.text(), try rows.text())
          var tags: [String] = []
          for _ in 0..<(try rows.count(bytesEach: 1)) { tags.append(try rows.text()) }
          let duration = try rows.int64()
          list.append(
            MediaItem(
              id: id,
              // The first character says that there is a title.
              title: title.isEmpty ? nil : String(title.dropFirst()),
              tags: tags,
              duration: duration > 0 ? duration : nil
            )
          )
        }
      }
      return MediaList(version: current, items: list)
    }
  }

  /// Keeps what is known of media items; it replaces what was said of them before.
  ///
  /// - Throws: ``ClickHouseError`` where the cluster can't be written.
  public func describe(_ items: [MediaItem]) async throws {
    var rows = try await connection.rows(
      "SELECT toUInt64(max(version)) FROM \(schema.whole("media_items"))"
    )
    let newest = try connection.reading { () throws(MalformedBytes) in try rows.fixed() }
    let version = max(UInt64(max(0, options.now().milliseconds)), newest + 1)
    // Of two descriptions of an item the last counts.
    let last = Dictionary(items.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
    let described = Array(last.values)
    for start in stride(from: 0, to: described.count, by: 100_000) {
      let part = Array(described[start..<min(start + 100_000, described.count)])
      try await connection.insert(Rows.media(part, version: version), schema)
    }
  }
}

extension ClickHouseStore {
  /// The facts of the rows of `facts` that satisfy a condition, in the order of their times.
  func facts(_ condition: SQL) async throws -> [Fact] {
    var rows = try await connection.rows(
      """
      SELECT toInt64(hour) * \(Milliseconds.hour) AS start, playback, viewer, media, country, device, os, \
      browser, referrer, bot, kinds, offsets, values FROM \(schema.whole("facts")) WHERE \(condition)
      """
    )
    var facts: [Fact] = []
    try connection.reading { () throws(MalformedBytes) in
      while !rows.isAtEnd { try Self.read(&rows, into: &facts) }
    }
    return facts.sorted { $0.time < $1.time }
  }

  private static func read(
    _ rows: inout ByteReader,
    into facts: inout [Fact]
  ) throws(MalformedBytes) {
    let start = Timestamp(milliseconds: try rows.int64())
    let (id, viewer) = (try rows.fixed(), try rows.fixed())
    var texts: [String] = []
    for _ in 0..<6 { texts.append(try rows.text()) }
    let playback = Playback(
      id: PlaybackID(rawValue: id),
      viewer: ViewerID(rawValue: viewer),
      mediaID: texts[0],
      country: texts[1],
      deviceType: texts[2],
      operatingSystem: texts[3],
      browser: texts[4],
      referrer: texts[5],
      isBot: try rows.byte() != 0
    )
    var kinds: [FactKind] = []
    for _ in 0..<(try rows.count(bytesEach: 1)) {
      guard let kind = FactKind(rawValue: try rows.byte()) else {
        throw MalformedBytes("a fact of no kind")
      }
      kinds.append(kind)
    }
    guard try rows.count(bytesEach: 4) == kinds.count else {
      throw MalformedBytes("arrays of different lengths")
    }
    var offsets: [UInt32] = []
    for _ in kinds { offsets.append(try rows.uint32()) }
    guard try rows.count(bytesEach: 4) == kinds.count else {
      throw MalformedBytes("arrays of different lengths")
    }
    for (kind, offset) in zip(kinds, offsets) {
      let value = Int32(bitPattern: try rows.uint32())
      facts.append(
        Fact(
          kind,
          at: start + Int64(offset),
          value: value == FactBlock.noValue ? nil : Int64(value),
          of: playback
        )
      )
    }
  }
}

extension ByteReader {
  /// Reads four bytes, lowest first.
  mutating func uint32() throws(MalformedBytes) -> UInt32 {
    var value: UInt32 = 0
    for shift in 0..<4 { value |= UInt32(try byte()) << UInt32(8 * shift) }
    return value
  }
}
