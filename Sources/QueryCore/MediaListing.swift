public import PlaybackFacts

/// Whatever knows the titles and tags of media items: a store, or a server elsewhere.
public protocol MediaListing: Sendable {
  /// What is known of media items; nil where it is what it was at a version.
  ///
  /// - Parameter version: that of an earlier list; nil for none.
  /// - Returns: all items, or nil where nothing changed.
  /// - Throws: ``QueryError/unavailable(reason:)`` where the source can't be reached,
  ///   ``QueryError/notTold`` where it tells none.
  func media(unless version: UInt64?) async throws(QueryError) -> MediaList?
}

/// What is known of media items.
public struct MediaList: Hashable, Sendable {
  /// Differs whenever an item is described otherwise; means nothing else.
  public var version: UInt64
  /// The items, in the order of their ids.
  public var items: [MediaItem]

  /// Makes a list.
  public init(version: UInt64, items: [MediaItem]) {
    self.version = version
    self.items = items
  }
}
