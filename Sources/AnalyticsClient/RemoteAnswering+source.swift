import AnalyticsAPI
public import AnalyticsSource
import PlaybackFacts
public import QueryCore
import Synchronization

extension RemoteAnswering: MediaListing {
  /// What the server knows of media items; nil where it is what it was at a version.
  ///
  /// - Parameter version: that of an earlier list; nil for none.
  /// - Returns: the items of all pages, or nil where nothing changed.
  /// - Throws: ``QueryCore/QueryError/notProvided`` for a server that does not tell its media items.
  public func media(unless version: UInt64?) async throws(QueryError) -> MediaList? {
    if version != nil, !takeTurn(MediaPage.path) { return nil }
    // A list that is changed while it is read is begun anew, but not for ever.
    for _ in 0..<3 {
      var page = Query.Page(size: MediaPage.largestSize)
      guard var list = try await mediaPage(page, unless: version) else { return nil }
      while list.items.count < list.itemsTotal {
        page.number += 1
        guard let next = try await mediaPage(page, unless: nil), next.version == list.version,
          !next.items.isEmpty
        else { break }
        list.items += next.items
      }
      if list.items.count >= list.itemsTotal {
        return MediaList(version: list.version, items: list.items)
      }
    }
    throw .unavailable(reason: "The media items of \(url) change faster than they can be read.")
  }

  private func mediaPage(
    _ page: Query.Page,
    unless version: UInt64?
  ) async throws(QueryError) -> (version: UInt64, items: [MediaItem], itemsTotal: Int)? {
    let answer = try await optionalAnswer(
      MediaPage.path,
      asking: MediaPage.path(of: page),
      entityTag: version.map(MediaPage.entityTag)
    )
    if version != nil, answer.status == 304 { return nil }
    let body = try read(answer) { body throws(AnswerError) in try MediaPage(json: body) }
    return (body.list.version, body.list.items, body.itemsTotal)
  }
}

extension RemoteAnswering: SourceObserving {
  /// The facts that were committed last at the server, without who they are of.
  ///
  /// - Parameters:
  ///   - cursor: what the call before returned; nil for the newest there are.
  ///   - limit: the most facts, ≥ 1; a server may return fewer at once.
  /// - Returns: the facts, and where to go on.
  /// - Throws: ``QueryCore/QueryError/notProvided`` for a server that does not tell what passes by.
  public func recentFacts(after cursor: UInt64?, limit: Int) async throws(QueryError) -> RecentFacts
  {
    if let cursor, !takeTurn(RecentFacts.path) { return RecentFacts(cursor: cursor, facts: []) }
    let limit = min(limit, RecentFacts.largestCount)
    let path = RecentFacts.path(after: cursor, limit: limit)
    let answer = try await optionalAnswer(RecentFacts.path, asking: path)
    return try read(answer) { body throws(AnswerError) in try RecentFacts(json: body) }
  }

  /// How collector and store of the server fare.
  ///
  /// - Throws: ``QueryCore/QueryError/notProvided`` for a server that does not tell it.
  public func health() async throws(QueryError) -> SourceHealth {
    if let health = known.withLock(\.health), !takeTurn(SourceHealth.path) { return health }
    let answer = try await optionalAnswer(SourceHealth.path, asking: SourceHealth.path)
    let health = try read(answer) { body throws(AnswerError) in try SourceHealth(json: body) }
    known.withLock { $0.health = health }
    return health
  }
}

extension RemoteAnswering: PingHistoryReading {
  /// What became of the pings of a playback, viewer or media item, as the server stored it.
  ///
  /// - Parameters:
  ///   - selection: whose pings.
  ///   - limit: the most pings, ≥ 1; a server may return fewer at once.
  /// - Returns: the pings in the order of their receipt, the newest last.
  /// - Throws: ``QueryCore/QueryError/notProvided`` for a server that has no such history.
  public func pingHistory(
    of selection: PingSelection,
    limit: Int
  ) async throws(QueryError) -> PingHistory {
    let path = PingHistory.path(of: selection, limit: min(limit, PingHistory.largestCount))
    let answer = try await optionalAnswer(PingHistory.path, asking: path)
    return try read(answer) { body throws(AnswerError) in try PingHistory(json: body) }
  }
}
