import GRDB
public import PlaybackFacts
public import QueryCore

extension FactStore: MediaListing {
  /// Keeps what is known of media items, all or nothing; it replaces what was said of them before.
  ///
  /// Answers change with it: breakdowns and filters by tag read it.
  ///
  /// - Parameter items: at most one for each id counts, the last; tags have no line feeds.
  /// - Throws: ``StoreError`` where the file can't be written.
  public func describe(_ items: [MediaItem]) async throws(StoreError) {
    guard !items.isEmpty else { return }
    try await write { db in
      let version = try Head.fetch(db).version + 1
      try db.execute(sql: "UPDATE head SET version = ?", arguments: [version])
      try MediaTable.write(items, version: version, db)
    }
    try checkFile()
  }

  /// What is known of media items; nil where it is what it was at a version.
  ///
  /// - Parameter version: that of an earlier list; nil for none.
  /// - Returns: all items, or nil where nothing changed.
  /// - Throws: ``QueryCore/QueryError/unavailable(reason:)`` where the file can't be read.
  public func media(unless version: UInt64?) async throws(QueryError) -> MediaList? {
    do {
      return try await read { db in
        let newest = UInt64(clamping: try MediaTable.version(db))
        guard newest != version else { return nil }
        return MediaList(version: newest, items: try MediaTable.items(db))
      }
    } catch {
      throw QueryError(error)
    }
  }
}
