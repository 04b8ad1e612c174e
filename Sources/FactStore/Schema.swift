import AnalyticsSource
import TextAndBytes
import GRDB
import PlaybackFacts
import QueryCore

/// The tables of the file, in the order in which versions of the format brought them.
///
/// The DocC article *Format* draws what the blobs hold. An older store is migrated when it is opened for
/// writing. Opened for reading it stays as it is: the tables that it lacks are temporary ones of the
/// connection.
enum Schema {
  /// `PHST`: SQLite keeps it in the file's header.
  static let applicationID = 0x5048_5354
  /// `PHSB`: stands there in a backup until it is opened for writing.
  ///
  /// A log beside it is another store's.
  static let backupID = 0x5048_5342
  /// The format that is written.
  static let version = 6
  /// Added to the format in the header where pages have checksums.
  static let checksumMark: Int32 = 0x100
  /// Columns of one segment have ids from `segment << columnBits` on.
  static let columnBits: Int64 = 10

  /// Brings a file to the newest format, each step in one transaction.
  ///
  /// - Parameters:
  ///   - reading: what the clocks say now.
  ///   - retention: how long a new store retains facts, and of which environment it is.
  /// - Returns: the migrator, whose steps are named by the formats that they bring.
  static func migrator(_ reading: ClockReading, _ retention: Retention) -> DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 facts") { db in
      // Stores of the time before the migrator have these tables already.
      if try !db.tableExists("head") { try createFactTables(db) }
      try db.execute(sql: "PRAGMA application_id = \(applicationID)")
      try db.execute(sql: "PRAGMA user_version = 1")
    }
    migrator.registerMigration("2 retention, clock, ledger, media") { db in
      try createSupplements(db, as: "TABLE", reading, retention)
      // A server of format 1 that still runs must not remove anything by its own clock.
      try db.execute(sql: "DROP TABLE lease")
      try db.execute(
        sql: """
          -- Who may seal, compact and remove.
          CREATE TABLE maintenance_lease (
            name TEXT PRIMARY KEY,
            owner INTEGER NOT NULL,
            boot TEXT NOT NULL,            -- which start of the machine the uptime belongs to
            expires_at INTEGER NOT NULL    -- uptime of the machine, ms
          ) WITHOUT ROWID
          """
      )
      try db.execute(
        sql: "UPDATE import SET alive_at = ?",
        arguments: [reading.uptime.milliseconds]
      )
      try db.execute(sql: "DROP TABLE IF EXISTS former_ledger")
      try db.execute(sql: "PRAGMA user_version = 2")
    }
    migrator.registerMigration("3 values by hash") { db in
      try createValueTables(db)
      try db.execute(sql: "PRAGMA user_version = 3")
    }
    // Of the same format: who doesn't know the columns leaves them too low, which is right and takes longer.
    migrator.registerMigration("3, what is left of the journal") { db in
      try db.execute(
        sql: """
          -- No row of the journal up to it has facts; they stay for an hour for their batch's id.
          ALTER TABLE head ADD COLUMN sealed_row INTEGER NOT NULL DEFAULT 0;
          -- How many changes of journal_epoch left no row with a part of its facts.
          ALTER TABLE head ADD COLUMN whole_sealings INTEGER NOT NULL DEFAULT 0;
          """
      )
    }
    migrator.registerMigration("4 API keys") { db in
      try createAccessTables(db, as: "TABLE")
      try db.execute(sql: "PRAGMA user_version = 4")
    }
    // Of the same format: who doesn't know the columns leaves them empty, which is right and takes longer.
    migrator.registerMigration("4, the newest fact and the last edge") { db in
      try db.execute(
        sql: """
          -- The newest fact of the segment, ms since 1970; NULL where it is not known.
          ALTER TABLE segment ADD COLUMN newest_fact INTEGER;
          -- The version of the data that came with the edge; NULL where it is not known.
          ALTER TABLE retention ADD COLUMN edge_version INTEGER;
          """
      )
    }
    migrator.registerMigration("5 bots") { db in
      // Segments of former versions have no column of it: their codes are 0.
      _ = try DictionaryTable.append([Dimension.person, Dimension.bot], to: .bots, in: db)
      try db.execute(sql: "PRAGMA user_version = 5")
    }
    // Of the same format: SQLite itself uses it, whoever asks.
    migrator.registerMigration("5, hours of collectors") { db in
      try db.execute(
        sql: """
          -- The hours in which a collector ran: the last is asked for with every question about new facts, and
          -- may lie behind years that were imported.
          CREATE INDEX IF NOT EXISTS collector_hour ON collector_minutes (hour) WHERE collected != 0
          """
      )
    }
    // Of the same format: who doesn't know the table writes no history and removes none.
    migrator.registerMigration("5, the history of pings") { db in
      try db.execute(
        sql: """
          -- What became of the pings of the last 48 hours.
          CREATE TABLE ping_history (
            id INTEGER PRIMARY KEY,
            received_at INTEGER NOT NULL,    -- of the newest of its pings, ms since 1970
            batch INTEGER,                   -- the batch's id, where it changed nothing; else NULL
            total INTEGER NOT NULL,          -- bytes of `pings` of this row and all before it
            pings BLOB NOT NULL              -- ping blocks
          );
          -- Ping block of the batch; NULL when it is in `ping_history`.
          ALTER TABLE journal ADD COLUMN pings BLOB;
          """
      )
    }
    // Checksums are no part of the schema, see PageChecksums; programs of before would write pages without them.
    migrator.registerMigration("6 checksums of pages") { db in
      try db.execute(sql: "PRAGMA user_version = 6")
    }
    return migrator
  }

  /// The format of a file, as its header says.
  static func format(_ db: Database) throws -> Int {
    let version = try Int32.fetchOne(db.cachedStatement(sql: "PRAGMA main.user_version")) ?? 0
    return Int(version & ~checksumMark)
  }

  private static func createFactTables(_ db: Database) throws {
    try db.execute(
      sql: """
        -- What changes with the whole; one row.
        CREATE TABLE head (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          version INTEGER NOT NULL,        -- of the data; the journal's last row counts too
          newest_receipt INTEGER,          -- ms since 1970; the journal's last row counts too
          journal_epoch INTEGER NOT NULL,  -- changes when rows leave the journal or shrink
          segment_epoch INTEGER NOT NULL,  -- changes with the set of visible segments
          folded_row INTEGER NOT NULL      -- the states of journal rows up to it are in `state`
        );
        INSERT INTO head VALUES (1, 0, NULL, 0, 0, 0);

        -- Committed batches whose facts are not sealed yet.
        CREATE TABLE journal (
          row INTEGER PRIMARY KEY,         -- the version that the batch made
          batch INTEGER NOT NULL UNIQUE,   -- the batch's id
          received_at INTEGER NOT NULL,    -- ms since 1970
          newest_receipt INTEGER NOT NULL, -- the highest received_at up to this row
          fact_count INTEGER NOT NULL,
          oldest_fact INTEGER,             -- ms since 1970, also when all are sealed; NULL without facts
          facts BLOB,                      -- journal block; NULL when all are sealed
          states BLOB                      -- state block; NULL when folded
        );

        -- Groups of facts of one UTC day; never changed, only replaced.
        CREATE TABLE segment (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          import INTEGER,                  -- the import that makes it; NULL once visible
          day INTEGER NOT NULL,            -- days since 1970
          hour_groups BLOB NOT NULL,       -- 24 varints: how many groups each hour has
          groups INTEGER NOT NULL,
          facts INTEGER NOT NULL,
          bytes INTEGER NOT NULL           -- of its columns
        );
        CREATE TABLE segment_column (
          id INTEGER PRIMARY KEY,          -- segment << 10 | column
          data BLOB NOT NULL
        );

        -- The values behind the codes; codes of a dimension count from 0.
        CREATE TABLE dictionary (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          dimension INTEGER NOT NULL,
          first_code INTEGER NOT NULL,     -- of the first text
          texts BLOB NOT NULL,             -- lengths and UTF-8
          UNIQUE (dimension, first_code)
        );

        -- Plays of sealed facts by media item for all time, beyond retention.
        CREATE TABLE media_total (
          media INTEGER PRIMARY KEY,       -- code of the media id
          plays INTEGER NOT NULL
        );

        -- What the collector remembers of playbacks. A new state gets a new id: playbacks that
        -- change together lie together, which ids of playbacks, being hashes, would prevent.
        CREATE TABLE state (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          playback INTEGER NOT NULL UNIQUE,
          last_ping INTEGER NOT NULL,      -- ms since 1970
          bytes BLOB NOT NULL
        );

        CREATE TABLE viewer_key (
          day INTEGER PRIMARY KEY,         -- days since 1970
          low INTEGER NOT NULL,
          high INTEGER NOT NULL
        );

        -- Who may seal, compact and drop.
        CREATE TABLE lease (
          name TEXT PRIMARY KEY,
          owner INTEGER NOT NULL,
          expires_at INTEGER NOT NULL      -- ms since 1970
        ) WITHOUT ROWID;

        -- Imports under way.
        CREATE TABLE import (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          owner TEXT NOT NULL,             -- the process
          alive_at INTEGER NOT NULL        -- its last sign of life: uptime of the machine, ms
        );
        CREATE TABLE import_state (
          import INTEGER NOT NULL,
          playback INTEGER NOT NULL,
          last_ping INTEGER NOT NULL,
          bytes BLOB NOT NULL,
          PRIMARY KEY (import, playback)
        ) WITHOUT ROWID;
        CREATE TABLE imported_file (
          sha256 BLOB PRIMARY KEY,
          imported_at INTEGER NOT NULL     -- ms since 1970
        ) WITHOUT ROWID;
        """
    )
  }

  /// Makes what format 2 has more than format 1, and fills it with what format 1 knew.
  ///
  /// - Parameters:
  ///   - db: the file.
  ///   - kind: `TABLE`, or `TEMP TABLE` for a connection that only reads.
  ///   - reading: what the clocks say now.
  ///   - retention: how long a store retains facts that did not record it.
  /// - Throws: an error of SQLite.
  static func createSupplements(
    _ db: Database,
    as kind: String,
    _ reading: ClockReading,
    _ retention: Retention
  ) throws {
    let isTemporary = kind != "TABLE"
    var formerLedger: String?
    if try db.tableExists("ledger") {
      formerLedger = isTemporary ? "main.ledger" : "former_ledger"
      if !isTemporary { try db.execute(sql: "ALTER TABLE ledger RENAME TO former_ledger") }
    }
    try db.execute(
      sql: """
        -- How long facts are retained; one row.
        CREATE \(kind) retention (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          milliseconds INTEGER NOT NULL,
          environment TEXT NOT NULL,       -- production or sandbox
          is_set INTEGER NOT NULL,         -- whether `store retention` has set it, which no option extends
          edge INTEGER,                    -- older facts are expired, nothing shows them; ms since 1970
          removed_before INTEGER,          -- older facts are gone from the file; ms since 1970
          pending_edge INTEGER,            -- older facts are removed next; ms since 1970
          pending_for INTEGER NOT NULL,    -- the uptime for which they were expired, ms
          pending_boot TEXT,               -- when that was counted last
          pending_uptime INTEGER
        );

        -- The clock that retention goes by; one row. Instants are those of a process that looked.
        CREATE \(kind) clock (
          id INTEGER PRIMARY KEY CHECK (id = 1),
          boot TEXT NOT NULL,              -- which start of the machine the uptime belongs to
          anchor_wall INTEGER NOT NULL,    -- the first time that was trusted since, ms since 1970
          anchor_uptime INTEGER NOT NULL,  -- the uptime then, ms
          wall INTEGER NOT NULL,           -- the newest time that was trusted, ms since 1970
          trusted_since INTEGER NOT NULL,  -- the last time at which a doubt ended, ms since 1970
          doubt_boot TEXT,                 -- the newest reading of a doubtful clock; NULL without one
          doubt_wall INTEGER,
          doubt_uptime INTEGER,
          doubt_for INTEGER                -- the uptime for which it has run on evenly, ms
        );

        -- Receipts while the clock was doubtful.
        CREATE \(kind) doubtful_receipts (
          first INTEGER PRIMARY KEY,       -- by that clock, ms since 1970
          last INTEGER NOT NULL,
          facts INTEGER NOT NULL
        );

        -- What collectors counted, by hour.
        CREATE \(kind) ledger (
          hour INTEGER NOT NULL,           -- hours since 1970
          kind INTEGER NOT NULL,           -- what was counted: `LedgerKind`
          reason TEXT NOT NULL,            -- why it was refused; empty for what was not
          count INTEGER NOT NULL,
          PRIMARY KEY (hour, kind, reason)
        ) WITHOUT ROWID;

        -- The minutes of an hour in which a collector ran, and those that were imported: a bit each.
        CREATE \(kind) collector_minutes (
          hour INTEGER PRIMARY KEY,        -- hours since 1970
          collected INTEGER NOT NULL,
          imported INTEGER NOT NULL
        );
        """
    )
    if try !db.tableExists("media") {
      try db.execute(
        sql: """
          CREATE \(kind) media (
            id TEXT PRIMARY KEY,
            title TEXT,
            tags TEXT NOT NULL,              -- each followed by a line feed
            duration INTEGER,                -- ms
            version INTEGER NOT NULL         -- of the data that the row came with
          ) WITHOUT ROWID;
          CREATE INDEX media_version ON media (version);
          """
      )
    }
    if let formerLedger { try copyLedger(from: formerLedger, db) }
    try startRetention(db, reading, retention)
  }

  /// Whether a file has the index of values: readers of older formats do without it.
  static func hasValueIndex(_ db: Database) throws -> Bool {
    try format(db) >= 3
  }

  /// Removes the temporary tables of a connection from a file that has the real ones by now.
  ///
  /// Another process may migrate the file while a reader has it open; its temporary tables would hide those
  /// that are written from then on.
  static func dropSupplements(ofMigrated db: Database) throws {
    let format = try format(db)
    guard format > 1 else { return }
    let tables = try String.fetchAll(
      db.cachedStatement(sql: "SELECT name FROM temp.sqlite_schema WHERE type = 'table'")
    )
    for table in tables where format >= 4 || !["api_key", "access_token"].contains(table) {
      try db.execute(sql: "DROP TABLE temp.\(table)")
    }
  }

  /// Makes what format 3 has more than format 2, without which readers do.
  private static func createValueTables(_ db: Database) throws {
    try db.execute(
      sql: """
        -- Which codes a value may have: the way back from the dictionary.
        CREATE TABLE value_code (
          hash INTEGER NOT NULL,           -- of the value and its dimension: `ValueIndex`
          dimension INTEGER NOT NULL,
          code INTEGER NOT NULL,
          PRIMARY KEY (hash, dimension, code)
        ) WITHOUT ROWID;

        -- Media ids and referrers that came for the first time, a row for each batch that brought any.
        CREATE TABLE new_value (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          day INTEGER NOT NULL,            -- of the ping's receipt, days since 1970
          dimension INTEGER NOT NULL,
          hashes BLOB NOT NULL             -- eight bytes each: `ValueIndex`
        );

        -- Changes whenever codes leave the dictionary: codes that were looked up before may have no value.
        ALTER TABLE head ADD COLUMN dictionary_epoch INTEGER NOT NULL DEFAULT 0;
        -- How often segments were removed since the dictionary was searched for values without facts.
        ALTER TABLE head ADD COLUMN has_dead_values INTEGER NOT NULL DEFAULT 0;
        """
    )
    for dimension in Dimension.stored {
      try DictionaryTable.forEachChunk(of: dimension, in: db) { chunk in
        let texts = chunk.codes.map { chunk.text(of: $0) ?? "" }
        try ValueIndex.insert(texts, of: dimension, firstCode: chunk.firstCode, in: db)
        return true
      }
    }
  }

  /// Makes what format 4 has more than format 3.
  ///
  /// - Parameters:
  ///   - db: the file.
  ///   - kind: `TABLE`, or `TEMP TABLE` for a connection that only reads.
  /// - Throws: an error of SQLite.
  static func createAccessTables(_ db: Database, as kind: String) throws {
    // Temporary ones stay empty, and can do without the table in which SQLite counts.
    let id = "id INTEGER PRIMARY KEY" + (kind == "TABLE" ? " AUTOINCREMENT" : "")
    try db.execute(
      sql: """
        -- API keys; revoked ones stay.
        CREATE \(kind) api_key (
          \(id),
          hash BLOB NOT NULL UNIQUE,       -- SHA-256 of the key
          name TEXT NOT NULL,
          created_at INTEGER NOT NULL,     -- ms since 1970
          expires_at INTEGER,              -- ms since 1970; NULL for never
          revoked_at INTEGER,              -- ms since 1970; NULL where it was not
          last_used_at INTEGER             -- a minute, ms since 1970; NULL for never
        );

        -- Tokens that were issued for keys, until they expire.
        CREATE \(kind) access_token (
          \(id),
          hash BLOB NOT NULL UNIQUE,       -- SHA-256 of the token
          key INTEGER NOT NULL,            -- the id of the key
          kind INTEGER NOT NULL,           -- 1 access, 2 refresh
          expires_at INTEGER NOT NULL      -- ms since 1970
        );
        CREATE INDEX access_token_key ON access_token (key);
        """
    )
  }

  /// Format 1 had names such as `ping-refused:not-json`, and minutes as if they were counts.
  private static func copyLedger(from table: String, _ db: Database) throws {
    let rows = try Row.fetchAll(db, sql: "SELECT hour, name, count FROM \(table)")
    for row in rows {
      let hour = try row.integer(0, in: StoredLimits.hours)
      let (name, count) = (try row.text(1), try row.integer(2, in: StoredLimits.bits))
      let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
      switch parts.first {
      case "at-work": try CollectorMinutes.add(collected: count, ofHour: hour, db)
      case "imported": try CollectorMinutes.add(imported: count, ofHour: hour, db)
      case let name?:
        guard let kind = LedgerKind(nameInFormat1: name) else { continue }
        let reason = parts.count > 1 ? parts[1] : ""
        try LedgerTable.add(count, of: kind, reason: reason, ofHour: hour, db)
      case nil: continue
      }
    }
  }

  /// Trusts the newest receipt, and retains all that is there: format 1 did not record how long.
  private static func startRetention(
    _ db: Database,
    _ reading: ClockReading,
    _ retention: Retention
  ) throws {
    let known = try Head.fetch(db).newestReceipt
    let newest = known ?? reading.wall.milliseconds
    let firstDay = try Int64.fetchOne(db, sql: "SELECT min(day) FROM segment WHERE import IS NULL")
    let age = firstDay.map { newest - $0 * Milliseconds.day } ?? 0
    let retained = max(retention.milliseconds, (age / Milliseconds.day + 1) * Milliseconds.day)
    try db.execute(
      sql: """
        INSERT INTO retention (id, milliseconds, environment, is_set, pending_for)
        VALUES (1, ?, ?, FALSE, 0)
        """,
      arguments: [
        firstDay == nil ? retention.milliseconds : retained, retention.environment.rawValue,
      ]
    )
    // A new store trusts its first clock; what format 1 knew belongs to no known start of the machine.
    try db.execute(
      sql: """
        INSERT INTO clock (id, boot, anchor_wall, anchor_uptime, wall, trusted_since)
        VALUES (1, ?, ?, ?, ?, ?)
        """,
      arguments: [
        known == nil ? reading.uptime.boot : "unknown", newest,
        known == nil ? reading.uptime.milliseconds : 0, newest, newest,
      ]
    )
  }
}
