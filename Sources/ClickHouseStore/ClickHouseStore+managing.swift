public import AnalyticsSource
import Foundation
public import PlaybackFacts
public import QueryCore
import Synchronization
import TextAndBytes

extension ClickHouseStore: ManagedStore {
  /// The name of the cluster.
  public var place: String { address.name }

  /// For how long facts can be asked for.
  public var retention: Retention { options.retention }

  /// Nil: nothing is removed that the clocks of all servers do not agree on.
  public var clockDoubt: SourceHealth.ClockDoubt? { nil }

  /// False: the outbox is sent on all the time.
  public var isJournalFull: Bool { false }

  /// Removes the months that have expired, and what is kept for some days; once a minute it counts how many watched at
  /// the same time in hours that are over.
  ///
  /// The time is the earliest that this machine and the servers of all shards tell: a wrong clock deletes
  /// nothing.
  ///
  /// - Throws: ``ClickHouseError``.
  public func maintain(now: Timestamp) async throws {
    try await expiry.run(now: now, retention: options.retention)
    guard isTimeToFill() else { return }
    let first = options.retention.computedEdge(at: now).hourNumber
    try await fillConcurrency(in: first..<max(first, now.hourNumber), within: .seconds(5))
  }

  private func isTimeToFill() -> Bool {
    fills.withLock { last in
      if let last, ContinuousClock.now - last < .seconds(60) { return false }
      last = .now
      return true
    }
  }

  /// Counts how many watched at the same time in hours of which that is not known, for some seconds.
  func fillConcurrency(in hours: Range<Int64>, within time: Duration) async throws {
    for bots in [Bots.all, .exclude] {
      let kind = HourlyConcurrency.Kind(audience: .playbacks, bots: bots)
      try await hourlyConcurrency.fill(kind, hours, until: .now + time)
    }
  }

  /// Adds counts to the ledger, under the hour of an instant.
  public func count(_ counts: [LedgerEntry: Int], at now: Timestamp) async throws {
    try await writableOutbox().count(counts, hour: now.hourNumber)
    shipping?.wakeForCounts()
  }

  /// Records that a collector is running.
  public func noteWork(at now: Timestamp) async throws {
    try await writableOutbox().noteWork(minute: now.milliseconds / Milliseconds.minute)
    shipping?.wake()
  }

  /// Makes sure that the outbox can be written.
  public func checkFiles() async throws {
    _ = try await outbox?.contents()
  }

  /// Begins an import: its facts wait in a file of their own until all are there.
  public func beginImport() async throws -> ClickHouseImport {
    let folder = options.importFolder ?? FileManager.default.temporaryDirectory.path
    return try ClickHouseImport(self, spool: "\(folder)/playhead-import-\(UUID().uuidString).db")
  }

  /// Whether a file with this SHA-256 was imported, and remembered.
  public func hasImported(sha256 digest: [UInt8]) async throws -> Bool {
    let digits = digest.map { byte in
      let text = String(byte, radix: 16, uppercase: true)
      return byte < 16 ? "0" + text : text
    }.joined()
    var rows = try await connection.rows(
      "SELECT toInt64(count()) FROM \(schema.whole("imports")) WHERE hex(digest) = \(digits)"
    )
    return try connection.reading { () throws(MalformedBytes) in try rows.int64() } > 0
  }

  /// Passes on every fact of a timeframe that has not expired, oldest hour first.
  public func forEachFact(
    in timeframe: Timeframe,
    filter: Filter,
    _ body: @escaping @Sendable (Fact) throws -> Void
  ) async throws {
    let edge = options.retention.edge(at: options.now())
    let timeframe = Timeframe(from: max(timeframe.from, edge), to: timeframe.to)
    guard !timeframe.isEmpty else { return }
    var conditions = FactConditions(
      ofHours: Timeframe(
        from: timeframe.from.floored(to: Milliseconds.hour),
        to: timeframe.to.ceiled(to: Milliseconds.hour)
      )
    )
    conditions.add(
      filter,
      DimensionColumns(named: nil),
      mediaItems: schema.whole("media_items")
    )
    for hour in try await hours(conditions) {
      var own = conditions
      own.add("hour = \(hour)")
      for fact in try await facts(own.condition) where timeframe.contains(fact.time) {
        try body(fact)
      }
    }
  }

  /// The hours that have facts, ascending.
  private func hours(_ conditions: FactConditions) async throws -> [Int64] {
    var rows = try await connection.rows(
      """
      SELECT DISTINCT toInt64(hour) AS h FROM \(schema.whole("facts")) WHERE \(conditions.condition) \
      ORDER BY h
      """
    )
    var hours: [Int64] = []
    while !rows.isAtEnd {
      hours.append(try connection.reading { () throws(MalformedBytes) in try rows.int64() })
    }
    return hours
  }
}
