public import PlaybackFacts
public import QueryCore

/// Whatever knows the titles and tags of media items: a store, or a server elsewhere.
public protocol MediaListing: Sendable {
  /// What is known of media items; nil where it is what it was at a version.
  ///
  /// - Parameter version: that of an earlier list; nil for none.
  /// - Returns: all items, or nil where nothing changed.
  /// - Throws: ``QueryError/unavailable(reason:)`` where the source can't be reached,
  ///   ``QueryError/notProvided`` where it provides none.
  func media(unless version: UInt64?) async throws(QueryError) -> MediaList?

  /// A page of what is known of media items; nil where it is what it was at a version.
  ///
  /// - Parameters:
  ///   - page: which page; one past the end has no items.
  ///   - version: that of an earlier list or page; nil for none.
  /// - Returns: the page, or nil where nothing changed.
  /// - Throws: what ``media(unless:)`` throws.
  func media(
    _ page: Query.Page,
    unless version: UInt64?
  ) async throws(QueryError) -> MediaPage?
}

extension MediaListing {
  /// Cuts the page out of the whole list.
  public func media(
    _ page: Query.Page,
    unless version: UInt64?
  ) async throws(QueryError) -> MediaPage? {
    try await media(unless: version).map { MediaPage(page, of: $0) }
  }
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

/// A page of what is known of media items.
public struct MediaPage: Hashable, Sendable {
  /// The version and the items of this page.
  public let list: MediaList
  /// Which page.
  public let page: Query.Page
  /// How many items there are on all pages.
  public let itemsTotal: Int

  /// Describes a page.
  ///
  /// - Parameters:
  ///   - list: the version of all items, and the items of the page.
  ///   - page: which page.
  ///   - itemsTotal: how many items there are on all pages.
  public init(_ list: MediaList, page: Query.Page, itemsTotal: Int) {
    self.list = list
    self.page = page
    self.itemsTotal = itemsTotal
  }

  /// Cuts a page out of a list of all items.
  public init(_ page: Query.Page, of list: MediaList) {
    let items = page.firstRow.map { list.items.dropFirst($0).prefix(page.size) } ?? []
    self.init(
      MediaList(version: list.version, items: Array(items)),
      page: page,
      itemsTotal: list.items.count
    )
  }
}
