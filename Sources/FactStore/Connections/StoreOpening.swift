import Foundation
import GRDB
import GRDBSQLite
import Glibc
import PlaybackFacts
import QueryCore
import TextAndBytes

/// What is checked before a store is opened, and how it is opened.
///
/// Whatever is not a store is left exactly as it is: nothing is written before it is known.
struct StoreOpening {
  let path: String
  let options: StoreOptions
  /// Whether the file has a log with something in it.
  let hasLog: Bool
  /// Whether it is opened for reading, and lacks the tables of later formats.
  private(set) var isOfOlderFormat = false
  /// Whether there is nothing yet.
  private let isNew: Bool
  /// Whether the file lies where nothing can be written, and nobody else has it open.
  private let isImmutable: Bool
  /// Whether the file says that it is a backup, and not in use yet.
  private var isBackup = false
  /// Whether there is a file whose pages have no checksums.
  private var lacksChecksums = false

  init(path: String, options: StoreOptions) throws(StoreError) {
    try PageChecksums.register(forStoreAt: path)
    self.path = path
    self.options = options
    let files = FileManager.default
    let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
    let exists: Bool
    switch FilePresence(path) {
    case .file: exists = true
    case .missing: exists = false
    case .folder: throw .isFolder(path: path)
    case .hidden: throw .notPermitted(path: path)
    case .unknown(let number): throw .failed(path: path, reason: String(cString: strerror(number)))
    }
    guard FilePresence(folder) == .folder else { throw .folderMissing(path: path) }
    guard exists || !options.isReadOnly else { throw .missing(path: path) }
    let isFolderWritable = files.isWritableFile(atPath: folder)
    if exists, !files.isReadableFile(atPath: path) { throw .notPermitted(path: path) }
    if !options.isReadOnly {
      guard isFolderWritable, !exists || files.isWritableFile(atPath: path) else {
        throw exists ? .readOnly(path: path) : .notPermitted(path: path)
      }
    }
    if exists, isFolderWritable, files.isWritableFile(atPath: path) {
      Self.undoUnfinishedWrite(to: path, patience: options.patience)
    }
    hasLog = Self.size(of: path + "-wal") > 0
    // An empty log is that of a process which has brought it to the file and goes on.
    let isInUse = FilePresence(StoreFileNames(path).log) == .file
    isImmutable = options.isReadOnly && !isFolderWritable && !isInUse
    isNew = !exists || Self.size(of: path) == 0 && !hasLog
    if options.isReadOnly, isNew { throw .foreign(path: path) }
    if !isNew {
      let header = try checkFile(hasLog: hasLog)
      isOfOlderFormat = header.format < Schema.version && options.isReadOnly
      lacksChecksums = header.reservedBytes == 0
      isBackup = header.isBackup
    }
  }

  /// Opens the connections that answer and write; makes the tables of a new store.
  func openPool() throws -> DatabasePool {
    if !options.isReadOnly {
      // The log and its index get the mode of the file. An empty file that is there keeps its own.
      let failure = PrivateFiles.create(at: path)
      guard failure == 0 else {
        throw StoreError.failed(path: path, reason: String(cString: strerror(failure)))
      }
      if isBackup { try beginUse() }
    }
    if lacksChecksums, !options.isReadOnly, options.addsChecksums {
      try PageChecksums.add(
        toFileAt: uri,
        Schema.migrator(options.reading, options.retention)
      )
    }
    let pool = try DatabasePool(path: uri, configuration: configuration())
    guard !options.isReadOnly else { return pool }
    try pool.writeWithoutTransaction { db in
      // GRDB has set NORMAL, which would lose the newest commits with the power.
      try db.execute(sql: "PRAGMA synchronous = FULL")
      let pages = WriteAheadLog.usualBytes / Self.pageSize
      try db.execute(sql: "PRAGMA wal_autocheckpoint = \(pages)")
      // When SQLite restarts the log, it truncates it to this; by default it stays at its largest size.
      try db.execute(sql: "PRAGMA journal_size_limit = \(WriteAheadLog.usualBytes)")
    }
    try migrate(pool)
    try noteChecksums(pool)
    return pool
  }

  private func migrate(_ pool: DatabasePool) throws {
    let migrator = Schema.migrator(options.reading, options.retention)
    var tries = 10
    while true {
      if try pool.read(migrator.hasCompletedMigrations) { return }
      do {
        try migrator.migrate(pool)
        // The tables belong in the file: a log that begins with them has no room left for what comes.
        try pool.writeWithoutTransaction { db in
          _ = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        }
      } catch is DatabaseError where tries > 0 {
        // Another process was faster with a step; the rest may be left to do.
        tries -= 1
      }
    }
  }

  /// Makes a store of a backup, in one step and not by way of a log: beside a backup a log is a stranger's.
  private func beginUse() throws {
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA journal_mode = DELETE")
      // It is one page; a journal beside a backup would be taken for a stranger's.
      try db.execute(sql: "PRAGMA journal_mode = MEMORY")
      try db.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
    }
    try queue.close()
  }

  /// Says in the header that pages have checksums, once they do: from then on a header without room for them is
  /// damaged.
  private func noteChecksums(_ pool: DatabasePool) throws {
    // Opening the file beside SQLite would not do: closing it again drops the locks of the whole process.
    let (hasRoom, version) = try pool.read { db in
      (PageChecksums.hasRoom(db), try Int32.fetchOne(db, sql: "PRAGMA user_version") ?? 0)
    }
    guard hasRoom, version & Schema.checksumMark == 0 else { return }
    try pool.write { db in
      let format = try Schema.format(db)
      try db.execute(sql: "PRAGMA user_version = \(format | Int(Schema.checksumMark))")
    }
  }

  /// Opens the connection that only looks.
  func openObserver() throws -> DatabaseQueue {
    var configuration = configuration()
    configuration.readonly = true
    return try DatabaseQueue(path: uri, configuration: configuration)
  }

  /// Large pages make reading a column one read; journal commits write at least two pages each.
  static let pageSize = 16_384

  private var uri: String {
    guard isImmutable else { return path }
    return "file:\(Self.escaped(path))?immutable=1"
  }

  /// A path as it stands in a URI.
  static func escaped(_ path: String) -> String {
    path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path
  }

  private func configuration() -> Configuration {
    var configuration = Configuration()
    configuration.label = "playhead.store"
    configuration.busyMode = .timeout(options.patience)
    configuration.readonly = options.isReadOnly
    // Who only reads is one screen or one command: a third connection would come with the first rare
    // coincidence, and stay.
    // Otherwise there are connections for all queries that are computed at once, and some for other reads.
    configuration.maximumReaderCount = options.isReadOnly ? 2 : QueryAdmission.cores + 4
    let (isNew, isReader) = (isNew, options.isReadOnly)
    let addsChecksums = options.addsChecksums
    let (reading, retention) = (options.reading, options.retention)
    configuration.prepareDatabase { db in
      if isNew, !db.configuration.readonly {
        try db.execute(sql: "PRAGMA page_size = \(Self.pageSize)")
        if addsChecksums { PageChecksums.reserve(db) }
        try db.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL")
      }
      // What is deleted is overwritten where the page is written anyway: destroyed keys are gone.
      try db.execute(sql: "PRAGMA secure_delete = FAST")
      // In KB. What readers read, they keep decoded; a long-lived one would fill its own cache as the
      // file grows, and there are several.
      try db.execute(sql: "PRAGMA cache_size = -\(db.configuration.readonly ? 256 : 8192)")
      guard isReader else { return }
      try db.inTransaction(.deferred) {
        let format = try Schema.format(db)
        if format == 1 { try Schema.createSupplements(db, as: "TEMP TABLE", reading, retention) }
        if (1..<4).contains(format) { try Schema.createAccessTables(db, as: "TEMP TABLE") }
        return .commit
      }
    }
    return configuration
  }

  /// What the first bytes of a file say.
  private struct Header {
    var format: Int
    /// How many bytes SQLite leaves unused at the end of each page.
    var reservedBytes: Int
    var isBackup = false
  }

  /// Makes sure that the file is a store of a format that is known.
  private func checkFile(hasLog: Bool) throws(StoreError) -> Header {
    let header = try readHeader()
    let isBackup = header.applicationID == Schema.backupID
    let hasJournal = Self.size(of: StoreFileNames(path).journal) > 0
    if isBackup, hasLog || hasJournal { throw .foreignLog(path: path) }
    let (applicationID, version, schemaVersion) =
      hasLog
      ? try identity()
      : (
        isBackup ? Schema.applicationID : header.applicationID, header.version, header.schemaVersion
      )
    // What is in the log came after what is in the file.
    if applicationID == Schema.applicationID, schemaVersion < header.schemaVersion {
      throw .foreignLog(path: path)
    }
    guard applicationID == Schema.applicationID else {
      // A store whose making was interrupted is an empty database.
      if applicationID == 0, try isEmptyDatabase() {
        return Header(format: 0, reservedBytes: header.reservedBytes)
      }
      throw .foreign(path: path)
    }
    let format = version & ~Int(Schema.checksumMark)
    guard (0...Schema.version).contains(format) else {
      throw .newer(path: path, version: format, newestKnown: Schema.version)
    }
    let hasMark = version != format
    guard header.reservedBytes == PageChecksums.size || header.reservedBytes == 0 && !hasMark else {
      throw .corrupt(path: path, detail: "its header has no room for checksums")
    }
    return Header(format: format, reservedBytes: header.reservedBytes, isBackup: isBackup)
  }

  /// The header as the log has it, which is not in the file yet.
  private func identity() throws(StoreError) -> (
    applicationID: Int, version: Int, schemaVersion: Int
  ) {
    try look { db in
      (
        try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0,
        Int(UInt32(bitPattern: try Int32.fetchOne(db, sql: "PRAGMA user_version") ?? 0)),
        try Int.fetchOne(db, sql: "PRAGMA schema_version") ?? 0
      )
    }
  }

  /// Reads the header as it is in the file.
  private func readHeader() throws(StoreError) -> (
    applicationID: Int, version: Int, schemaVersion: Int, reservedBytes: Int
  ) {
    let header = try readStart()
    guard header.starts(with: Array("SQLite format 3\u{0}".utf8)) else {
      throw .foreign(path: path)
    }
    guard header.count == 100 else { throw .truncated(path: path) }
    func number(at offset: Int) -> Int {
      header[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    let pageSize = max(512, Int(header[16]) << 8 | Int(header[17]) << 16)
    if !hasLog, number(at: 28) * pageSize > Self.size(of: path) { throw .truncated(path: path) }
    return (number(at: 68), number(at: 60), number(at: 40), Int(header[20]))
  }

  /// The first bytes of the file.
  private func readStart() throws(StoreError) -> [UInt8] {
    let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw .notPermitted(path: path) }
    defer { Glibc.close(file) }
    var bytes = [UInt8](repeating: 0, count: StoreHeader.size)
    let count = pread(file, &bytes, bytes.count, 0)
    guard count >= 0 else {
      throw .unreadable(path: path, reason: String(cString: strerror(errno)))
    }
    return Array(bytes[..<count])
  }

  private func isEmptyDatabase() throws(StoreError) -> Bool {
    try look { db in
      try Int.fetchOne(
        db,
        sql: "SELECT count(*) FROM sqlite_master WHERE tbl_name != 'grdb_migrations'"
      ) == 0
    }
  }

  private func look<Value>(_ body: (Database) throws -> Value) throws(StoreError) -> Value {
    do {
      var configuration = Configuration()
      configuration.readonly = true
      configuration.busyMode = .timeout(options.patience)
      return try DatabaseQueue(path: uri, configuration: configuration).read(body)
    } catch {
      throw StoreError(error, path: path)
    }
  }

  /// Undoes what a process that was killed had begun to write without a log.
  ///
  /// It made the store, or brought it to a newer format. Only a connection that may write can undo it; until then
  /// SQLite lets nobody read the file.
  private static func undoUnfinishedWrite(to path: String, patience: Double) {
    guard let journal = FileHandle(forReadingAtPath: path + "-journal"),
      let start = try? journal.read(upToCount: 20), !start.isEmpty,
      let file = FileHandle(forReadingAtPath: path)
    else { return }
    let header = (try? file.read(upToCount: 72)) ?? Data()
    // Other programs' files stay as they are, journals included.
    // One that ends too early to say so has nothing to undo, but SQLite lets nobody read beside it either.
    let wasEmpty = start.count == 20 && start[16..<20].allSatisfy { $0 == 0 }
    func says(_ id: String) -> Bool {
      header.count == 72 && header[68..<72].elementsEqual(id.utf8)
    }
    // A journal beside a backup is that of what the backup was copied over.
    // The first page is made before the store says whose it is.
    let isFirstPage = size(of: path) <= pageSize && (header.count < 72 || says("\0\0\0\0"))
    guard wasEmpty && !says("PHSB") || says("PHST") || isFirstPage else { return }
    var configuration = Configuration()
    configuration.busyMode = .timeout(patience)
    // What is wrong with the file is said by who reads it next.
    let queue = try? DatabaseQueue(path: path, configuration: configuration)
    _ = try? queue?.inDatabase { db in try Row.fetchOne(db, sql: "SELECT 1 FROM sqlite_schema") }
    try? queue?.close()
  }

  static func size(of path: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? NSNumber)?.intValue ?? 0
  }
}
