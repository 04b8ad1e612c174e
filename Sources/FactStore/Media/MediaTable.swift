import GRDB
import PlaybackFacts

/// What the file says of media items: one row each.
enum MediaTable {
  /// The version of the data that the newest row came with; 0 without rows.
  static func version(_ db: Database) throws -> Int64 {
    let statement = try db.cachedStatement(sql: "SELECT max(version) FROM media")
    return try Int64.fetchOne(statement) ?? 0
  }

  /// Whether anything is known of a media item.
  static func contains(_ id: String, _ db: Database) throws -> Bool {
    try Bool.fetchOne(
      db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM media WHERE id = ?)"),
      arguments: [id]
    ) ?? false
  }

  /// The items that were described after a version, in the order of their ids.
  static func items(_ db: Database, newerThan version: Int64) throws -> [MediaItem] {
    try items(
      of: Row.fetchCursor(
        db.cachedStatement(
          sql: "SELECT id, title, tags, duration FROM media WHERE version > ? ORDER BY id"
        ),
        arguments: [version]
      )
    )
  }

  /// So many items after an id, in the order of their ids.
  static func items(_ db: Database, after id: String?, limit: Int) throws -> [MediaItem] {
    try items(
      of: Row.fetchCursor(
        db.cachedStatement(
          sql: "SELECT id, title, tags, duration FROM media WHERE id > ? ORDER BY id LIMIT ?"
        ),
        // No item has an empty id.
        arguments: [id ?? "", limit]
      )
    )
  }

  /// How many items there are.
  static func count(_ db: Database) throws -> Int {
    try Int.fetchOne(db.cachedStatement(sql: "SELECT count(*) FROM media")) ?? 0
  }

  /// So many items from a place on, in the order of their ids; those before it are only passed over.
  static func items(_ db: Database, from place: Int, limit: Int) throws -> [MediaItem] {
    try items(
      of: Row.fetchCursor(
        db.cachedStatement(
          sql: "SELECT id, title, tags, duration FROM media ORDER BY id LIMIT ? OFFSET ?"
        ),
        arguments: [limit, place]
      )
    )
  }

  private static func items(of rows: RowCursor) throws -> [MediaItem] {
    var items: [MediaItem] = []
    // Many items have the same tags: kept once, they take a third less memory.
    var known: [String: [String]] = [:]
    while let row = try rows.next() {
      let text = try row.text(2)
      let tags = known[text] ?? text.split(separator: "\n").map(String.init)
      known[text] = tags
      items.append(
        MediaItem(
          id: try row.text(0),
          title: try row.optionalText(1),
          tags: tags,
          duration: try row.optionalInteger(3, in: StoredLimits.lengths)
        )
      )
    }
    return items
  }

  /// Writes items over what was said of them before.
  static func write(_ items: [MediaItem], version: Int64, _ db: Database) throws {
    let insert = try db.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO media (id, title, tags, duration, version) VALUES (?, ?, ?, ?, ?)
        """
    )
    for item in items {
      try insert.execute(arguments: [
        item.id, item.title, item.tags.map { $0 + "\n" }.joined(), item.duration, version,
      ])
    }
  }
}
