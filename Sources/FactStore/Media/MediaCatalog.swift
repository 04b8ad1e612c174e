import AnalyticsSource
import GRDB
import PlaybackFacts
import QueryCore
import Synchronization

/// What is known of media items: titles, durations, and the tags, which questions read.
///
/// Its locks are held while tags are read that were described since, and while a count is looked up.
final class MediaCatalog: Sendable {
  private let connections: Connections
  private let tags = Mutex(MediaTags())
  /// How many items there were at a version of theirs.
  private let count = Mutex<(version: UInt64, count: Int)?>(nil)

  init(_ connections: Connections) {
    self.connections = connections
  }

  /// The tags, as far as a question needs them.
  func tags(_ db: Database, ifNeeded isNeeded: Bool) throws -> MediaTags {
    try tags.withLock { tags in
      if isNeeded { try tags.extend(db) }
      return tags
    }
  }

  /// Keeps what is known of media items, all or nothing; it replaces what was said of them before.
  func describe(_ items: [MediaItem]) async throws(StoreError) {
    guard !items.isEmpty else { return }
    try await connections.write { db in
      try MediaTable.write(items, version: Head.changeVersion(db), db)
    }
  }

  /// What is known of media items; nil where it is what it was at a version.
  ///
  /// Many items are read in several short snapshots; where they change meanwhile, it begins again.
  func list(unless version: UInt64?) async throws -> MediaList? {
    var list: MediaList?
    while true {
      let known = list
      let part = try await connections.readForCaller { db, _ in
        let newest = UInt64(clamping: try MediaTable.version(db))
        guard known != nil || newest != version else { return nil as (MediaList, isWhole: Bool)? }
        let isContinued = known?.version == newest
        let items = try MediaTable.items(
          db,
          after: isContinued ? known?.items.last?.id : nil,
          limit: Self.itemsPerSnapshot
        )
        return (
          MediaList(version: newest, items: isContinued ? (known?.items ?? []) + items : items),
          items.count < Self.itemsPerSnapshot
        )
      }
      guard let part else { return nil }
      if part.isWhole { return part.0 }
      list = part.0
    }
  }

  /// A page of what is known of media items, read alone; nil where it is what it was at a version.
  ///
  /// Items are counted once for each version.
  func page(_ page: Query.Page, unless version: UInt64?) async throws -> MediaPage? {
    try await connections.readForCaller { db, _ in
      let newest = UInt64(clamping: try MediaTable.version(db))
      guard newest != version else { return nil }
      let known = self.count.withLock { $0?.version == newest ? $0?.count : nil }
      let count = try known ?? MediaTable.count(db)
      self.count.withLock { $0 = (newest, count) }
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

  private static let itemsPerSnapshot = 10_000
}
