import GRDB
import PlaybackFacts
import QueryCore

/// A table as the schema has it, for a check that knows nothing of what its values mean.
struct StoredTable: Equatable {
  struct Column: Equatable {
    let name: String
    let type: String
    let isRequired: Bool
  }

  let name: String
  let columns: [Column]
  /// Their names, ascending, without those that SQLite makes by itself.
  let indices: [String]

  /// All tables of a database but SQLite's own and the migrator's.
  static func all(_ db: Database) throws -> [StoredTable] {
    let names = try String.fetchAll(
      db,
      sql: """
        SELECT name FROM main.sqlite_schema
        WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name != 'grdb_migrations'
        ORDER BY name
        """
    )
    return try names.map { name in
      let columns = try Row.fetchAll(
        db,
        sql: """
          SELECT name, type, "notnull" OR pk > 0 AS required FROM pragma_table_info(?, 'main')
          ORDER BY name
          """,
        arguments: [name]
      ).map { row in
        Column(
          name: try row.text(0),
          type: try row.text(1),
          isRequired: try row.integer(2) == 1
        )
      }
      let indices = try String.fetchAll(
        db,
        sql: """
          SELECT name FROM main.sqlite_schema WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL
          ORDER BY name
          """,
        arguments: [name]
      )
      return StoredTable(name: name, columns: columns, indices: indices)
    }
  }

  /// Those that this version makes.
  static func expected() throws -> [StoredTable] {
    let reading = ClockReading(
      wall: Timestamp(milliseconds: 0),
      uptime: Uptime(boot: "", milliseconds: 0)
    )
    let queue = try DatabaseQueue()
    try Schema.migrator(reading, Retention()).migrate(queue)
    return try queue.read(all)
  }

  /// Whether some row has a value of a wrong type or size in some columns.
  func isAnyImpossible(in columns: [Column], _ db: Database) throws -> Bool {
    let conditions = columns.map { column in
      let type = column.type.lowercased()
      var impossible = "typeof(\"\(column.name)\") NOT IN ('\(type)'"
      impossible += column.isRequired ? ")" : ", 'null')"
      if column.type == "INTEGER" {
        let limits = limits(of: column.name)
        impossible +=
          " OR \"\(column.name)\" NOT BETWEEN \(limits.lowerBound) AND \(limits.upperBound)"
      }
      if name == "media", column.name == "id" { impossible += " OR id = ''" }
      return "(\(impossible))"
    }
    return try Bool.fetchOne(
      db,
      sql: """
        SELECT EXISTS (
          SELECT 1 FROM main."\(name)" WHERE \(conditions.joined(separator: " OR "))
        )
        """
    ) ?? false
  }

  /// What the numbers of a column lie within.
  func limits(of column: String) -> ClosedRange<Int64> {
    switch (name, column) {
    case (_, "batch"), (_, "playback"), (_, "hash"), ("viewer_key", "low"), ("viewer_key", "high"),
      ("collector_minutes", "collected"), ("collector_minutes", "imported"),
      ("maintenance_lease", "owner"):
      StoredLimits.bits
    case (_, "day"), (_, "hour"): StoredLimits.hours
    case ("doubtful_receipts", "first"), ("doubtful_receipts", "last"), ("clock", _),
      ("retention", "edge"), ("retention", "removed_before"), (_, "pending_edge"),
      (_, "pending_for"), (_, "pending_uptime"), (_, "received_at"), (_, "newest_receipt"),
      (_, "oldest_fact"), (_, "newest_fact"), (_, "last_ping"),
      (_, "alive_at"), (_, "imported_at"), (_, "expires_at"), (_, "created_at"),
      (_, "revoked_at"), (_, "last_used_at"):
      StoredLimits.milliseconds
    case ("media", "duration"): StoredLimits.lengths
    // A batch makes a version of the data, and without any it is version 0.
    case ("journal", "row"): 1...StoredLimits.counts.upperBound
    case ("segment_column", "id"): 0...(.max)
    default: StoredLimits.counts
    }
  }
}
