import GRDB
public import PlaybackFacts
public import QueryCore
import Synchronization

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
  /// Many items are read in several short snapshots; where they change meanwhile, it begins again.
  ///
  /// - Parameter version: that of an earlier list; nil for none.
  /// - Returns: all items, or nil where nothing changed.
  /// - Throws: ``QueryCore/QueryError/unavailable(reason:)`` where the file can't be read.
  public func media(unless version: UInt64?) async throws(QueryError) -> MediaList? {
    try await withQueryErrors {
      var list: MediaList?
      while true {
        let known = list
        let part = try await self.readForCaller { db, _ in
          let newest = UInt64(clamping: try MediaTable.version(db))
          guard known != nil || newest != version else { return nil as (MediaList, isWhole: Bool)? }
          let isContinued = known?.version == newest
          let items = try MediaTable.items(
            db,
            after: isContinued ? known?.items.last?.id : nil,
            limit: Self.mediaPerSnapshot
          )
          return (
            MediaList(version: newest, items: isContinued ? (known?.items ?? []) + items : items),
            items.count < Self.mediaPerSnapshot
          )
        }
        guard let part else { return nil }
        if part.isWhole { return part.0 }
        list = part.0
      }
    }
  }

  /// A page of what is known of media items, read alone; nil where it is what it was at a version.
  ///
  /// Items are counted once for each version.
  ///
  /// - Parameters:
  ///   - page: which page; one past the end has no items.
  ///   - version: that of an earlier list or page; nil for none.
  /// - Returns: the page, or nil where nothing changed.
  /// - Throws: ``QueryCore/QueryError/unavailable(reason:)`` where the file can't be read.
  public func media(
    _ page: Query.Page,
    unless version: UInt64?
  ) async throws(QueryError) -> MediaPage? {
    try await withQueryErrors {
      try await self.readForCaller { db, _ in
        let newest = UInt64(clamping: try MediaTable.version(db))
        guard newest != version else { return nil }
        let known = self.mediaCount.withLock { $0?.version == newest ? $0?.count : nil }
        let count = try known ?? MediaTable.count(db)
        self.mediaCount.withLock { $0 = (newest, count) }
        let items = try page.firstRow.map { first in
          try MediaTable.items(db, from: first, limit: page.size)
        }
        return MediaPage(
          MediaList(version: newest, items: items ?? []),
          page: page,
          itemsTotal: count
        )
      }
    }
  }

  private static let mediaPerSnapshot = 10_000
}
