import PlaybackFacts
import QueryCore

/// The tables of a cluster, as the statements that make them.
///
/// ```
///  a block of facts ─▶ facts_in ─┬─▶ facts   a row for each playback and hour: its sums, and its facts as arrays
///  (one row of arrays)           ├─▶ hourly  sums by hour, dimension and value
///                                ├─▶ totals  plays of each media item, for all time
///                                └─▶ blocks  what came when
/// ```
/// A block is inserted as one row of arrays: a row that is cut off can't be read, so that no part of a block
/// ever counts. A view for each table spreads it; all facts of a block are of one month, so that each view writes
/// one part, which is there or not. In which order they write is up to the server, so each table says by
/// itself which blocks it has. ``Completion`` adds those that a server's end kept from some of them.
///
/// Version 18.16 takes views of one level only, and repeats an array that a view names behind `ARRAY JOIN` and does
/// not use, for each row: hence `ignore`.
///
/// In a cluster, each table is `NAME_local` on every shard, and `NAME` is what shows all shards.
public struct ClickHouseSchema: Sendable {
  /// The version of the tables that this program reads and writes.
  public static let version = 1

  let database: String
  let cluster: String?

  /// The tables of the database that an address names.
  public init(_ address: ClickHouseAddress) {
    database = address.database
    cluster = address.cluster
  }

  /// The statements that make all tables where they are not there, in their order; each node of a cluster needs
  /// them.
  public var statements: [String] { all.map(\.text) }

  var all: [SQL] {
    ["CREATE DATABASE IF NOT EXISTS \(SQL.name(database))"] + Self.tables.flatMap(creation) + views
  }

  // MARK: - Tables

  /// A table of every shard.
  struct Table: Sendable {
    let name: String
    let columns: SQL
    /// The engine and what belongs to it.
    let engine: SQL
    /// By what a row is given to a shard; nil where rows come from views alone.
    var sharding: SQL?
  }

  private static let dimensionColumns: SQL = """
    media String, media_type String, continent String, country String, device String, os String, \
    browser String, referrer String, bot UInt8
    """

  /// A table of sums; the engine is told what it adds up, for it would add up other numbers as well.
  private static func table(of table: SumTable) -> Table {
    let columns =
      [table.columns] + table.sums.map { "\($0) Int64" } + [table.map?.columns].compactMap(\.self)
    let added = table.sums + [table.map?.name].compactMap(\.self)
    return Table(
      name: table.name,
      columns: columns.joined(by: ", "),
      engine: """
        SummingMergeTree((\(added.joined(by: ", ")))) \(table.partition) \
        ORDER BY (\(table.keys.joined(by: ", ")))
        """,
      sharding: "cityHash64(name)"
    )
  }

  static let tables: [Table] =
    (["facts_in"] + filled.map(entrance)).map { name in
      Table(name: name, columns: FactBlock.tableColumns, engine: "Null", sharding: "shard")
    } + [
      Table(
        name: "facts",
        columns: """
          block UInt64, hour UInt32, playback UInt64, viewer UInt64, \(dimensionColumns), \
          \(Sum.allCases.map { "\($0.column) Int32" as SQL }.joined(by: ", ")), \
          kinds Array(UInt8), offsets Array(UInt32), values Array(Int32)
          """,
        engine: "MergeTree PARTITION BY \(SumTable.monthOfHour) ORDER BY (hour, media, playback)"
      ),
      table(of: .hourly),
      table(of: .totals),
      Table(
        name: "blocks",
        columns: "block UInt64, hour UInt32, facts UInt64, received Int64, first Int64, last Int64",
        engine: "MergeTree PARTITION BY \(SumTable.monthOfHour) ORDER BY (received, block)",
        sharding: "block"
      ),
      Table(
        name: "concurrency",
        columns: "kind UInt8, hour UInt32, facts UInt64, peak Int64, total Int64",
        // An hour gets more facts only: the entry with the most is the newest.
        engine: """
          ReplacingMergeTree(facts) PARTITION BY \(SumTable.monthOfHour) ORDER BY (kind, hour)
          """,
        sharding: "hour"
      ),
      Table(
        name: "media_items",
        columns: "id String, title String, tags Array(String), duration Int64, version UInt64",
        engine: "ReplacingMergeTree(version) ORDER BY id",
        sharding: "cityHash64(id)"
      ),
      Table(
        name: "playback_states",
        columns: "day UInt32, playback UInt64, version UInt64, last_ping Int64, state String",
        engine: "ReplacingMergeTree(version) PARTITION BY day ORDER BY playback",
        sharding: "playback"
      ),
      Table(
        name: "viewer_keys",
        columns: "day UInt32, made Int64, low UInt64, high UInt64",
        engine: "MergeTree PARTITION BY day ORDER BY made",
        sharding: "day"
      ),
      Table(
        name: "new_values",
        columns: "day UInt32, dimension UInt8, name String",
        engine: "ReplacingMergeTree PARTITION BY day ORDER BY (dimension, name)",
        sharding: "cityHash64(name)"
      ),
      Table(
        name: "ledger",
        columns: """
          day UInt32, hour UInt32, entry UInt8, reason String, collector UInt64, number UInt64, count Int64
          """,
        engine: """
          ReplacingMergeTree PARTITION BY day ORDER BY (hour, entry, reason, collector, number)
          """,
        sharding: "collector"
      ),
      Table(
        name: "imports",
        columns: "digest String, at Int64",
        engine: "ReplacingMergeTree ORDER BY digest",
        sharding: "cityHash64(digest)"
      ),
      Table(
        name: "api_keys",
        columns: """
          id Int64, hash String, name String, created Int64, expires Int64, revoked Int64, used Int64, \
          version UInt64
          """,
        engine: "ReplacingMergeTree(version) ORDER BY id",
        sharding: "id"
      ),
      Table(
        name: "access_tokens",
        columns: "day UInt32, hash String, kind UInt8, key Int64, expires Int64, version UInt64",
        // Of a token that was used up there is a newer row, which has expired.
        engine: "ReplacingMergeTree(version) PARTITION BY day ORDER BY hash",
        sharding: "cityHash64(hash)"
      ),
      Table(
        name: "collector_minutes",
        columns: "day UInt32, minute UInt32, collector UInt64",
        engine: "ReplacingMergeTree PARTITION BY day ORDER BY (minute, collector)",
        sharding: "collector"
      ),
    ]

  /// The name of a table on its shard, without the database.
  func localName(_ name: String) -> String { cluster == nil ? name : name + "_local" }

  /// The name of a table on its shard.
  func local(_ name: String) -> SQL {
    "\(SQL.name(database)).\(SQL.word(localName(name)))"
  }

  /// The name of a table that shows all shards.
  func whole(_ name: String) -> SQL { "\(SQL.name(database)).\(SQL.word(name))" }

  private func creation(of table: Table) -> [SQL] {
    let local: SQL =
      "CREATE TABLE IF NOT EXISTS \(local(table.name)) (\(table.columns)) ENGINE = \(table.engine)"
    guard let cluster else { return [local] }
    let sharding: SQL = table.sharding.map { ", \($0)" } ?? ""
    return [
      local,
      """
      CREATE TABLE IF NOT EXISTS \(whole(table.name)) (\(table.columns)) ENGINE = Distributed(\
      \(SQL.name(cluster)), \(SQL.name(database)), \(SQL.word(table.name + "_local"))\(sharding))
      """,
    ]
  }

  // MARK: - Views

  /// The tables that a block fills.
  static let filled = ["facts", "blocks"] + SumTable.all.map(\.name)

  /// The table through which a block gets into one table alone, which lacks it.
  static func entrance(of table: String) -> String { "\(table)_alone_in" }

  private var views: [SQL] {
    Self.filled.flatMap { table in
      ["facts_in", Self.entrance(of: table)].map { entrance -> SQL in
        """
        CREATE MATERIALIZED VIEW IF NOT EXISTS \(whole("\(entrance)_\(table)")) TO \(local(table)) AS \
        \(rows(for: table, of: local(entrance)))
        """
      }
    }
  }

  /// What a table gets of the blocks that come into another.
  private func rows(for table: String, of blocks: SQL) -> SQL {
    if let sums = SumTable.all.first(where: { $0.name == table }) {
      return sums.ofGroups(
        "\(blocks) ARRAY JOIN \(FactBlock.groupColumns) WHERE NOT ignore(\(FactBlock.groupColumns))"
      )
    }
    return table == "facts" ? facts(of: blocks) : "SELECT \(Self.blockValues) FROM \(blocks)"
  }

  private static let blockValues: SQL = """
    block, toUInt32(intDiv(first, \(Milliseconds.hour))) AS hour, facts, received, first, last
    """

  private func facts(of blocks: SQL) -> SQL {
    let sums = Sum.allCases.map { "toInt32(\($0.overGroup)) AS \($0.column)" as SQL }
    return """
      SELECT block, hour, playback, viewer, media, \(SumTable.mediaType(of: "media")) AS media_type, \
      continent, country, device, os, browser, referrer, bot, \(sums.joined(by: ", ")), \
      kinds, offsets, values FROM \(blocks) ARRAY JOIN \(FactBlock.groupColumns)
      """
  }
}
