import AnalyticsAPI
import AnalyticsSource
import PlaybackFacts
import QueryCore
import Synchronization

/// Tells what a test wants it to, and remembers what it was asked.
final class StubSource: MediaListing, SourceObserving, PingHistoryReading {
  private let list: MediaList
  private let recent: RecentFacts
  private let report: SourceHealth
  private let history: PingHistory
  private let failure: QueryError?
  private let asked = Mutex([String]())

  init(
    media: MediaList = MediaList(version: 0, items: []),
    facts: RecentFacts = RecentFacts(cursor: 0, facts: []),
    health: SourceHealth = SourceHealth(),
    history: PingHistory = PingHistory(pings: [], total: 0, since: nil),
    failure: QueryError? = nil
  ) {
    list = media
    recent = facts
    report = health
    self.history = history
    self.failure = failure
  }

  /// The calls so far.
  var calls: [String] { asked.withLock(\.self) }

  func media(unless version: UInt64?) async throws(QueryError) -> MediaList? {
    try note("media unless \(version.map(String.init) ?? "-")")
    return version == list.version ? nil : list
  }

  func media(
    _ page: Query.Page,
    unless version: UInt64?
  ) async throws(QueryError) -> MediaPage? {
    try note("page \(page.number) of \(page.size) unless \(version.map(String.init) ?? "-")")
    return version == list.version ? nil : MediaPage(page, of: list)
  }

  func recentFacts(after cursor: UInt64?, limit: Int) async throws(QueryError) -> RecentFacts {
    try note("facts after \(cursor.map(String.init) ?? "-") limit \(limit)")
    return recent
  }

  func health() async throws(QueryError) -> SourceHealth {
    try note("health")
    return report
  }

  func pingHistory(
    of selection: PingSelection,
    limit: Int
  ) async throws(QueryError) -> PingHistory {
    try note("pings of \(selection.name) \(selection.id) limit \(limit)")
    return history
  }

  private func note(_ call: String) throws(QueryError) {
    asked.withLock { $0.append(call) }
    if let failure { throw failure }
  }
}
