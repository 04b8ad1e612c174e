import GRDB

/// The tables of the file; the DocC article *Format* draws what their blobs hold.
enum Schema {
  /// `PHST`: SQLite keeps it in the file's header.
  static let applicationID = 0x5048_5354
  /// The format that is written.
  static let version = 1
  /// Columns of one segment have ids from `segment << columnBits` on.
  static let columnBits: Int64 = 10

  static func create(_ db: Database) throws {
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
          oldest_fact INTEGER,             -- ms since 1970; NULL without facts
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
          alive_at INTEGER NOT NULL        -- its last sign of life, ms since 1970
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
    try db.execute(sql: "PRAGMA application_id = \(applicationID)")
    try db.execute(sql: "PRAGMA user_version = \(version)")
  }
}

/// The row of `head`, together with what the journal's last row adds to it.
struct Head {
  var version: Int64
  var newestReceipt: Int64?
  var journalEpoch: Int64
  var segmentEpoch: Int64
  var foldedRow: Int64
  /// The number of the journal's last row; 0 without one.
  var lastRow: Int64

  static func fetch(_ db: Database) throws -> Head {
    let head = try Row.fetchOne(db.cachedStatement(sql: "SELECT * FROM head"))
    let last = try Row.fetchOne(
      db.cachedStatement(
        sql: "SELECT row, newest_receipt FROM journal ORDER BY row DESC LIMIT 1"
      )
    )
    guard let head else { throw MalformedBytes("the head is missing") }
    let receipts: [Int64] = [head["newest_receipt"], last?["newest_receipt"]].compactMap { $0 }
    let lastRow: Int64 = last?["row"] ?? 0
    return Head(
      version: max(head["version"], lastRow),
      newestReceipt: receipts.max(),
      journalEpoch: head["journal_epoch"],
      segmentEpoch: head["segment_epoch"],
      foldedRow: head["folded_row"],
      lastRow: lastRow
    )
  }
}
