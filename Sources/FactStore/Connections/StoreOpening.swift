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

  var uri: String {
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

  static func size(of path: String) -> Int {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    return (attributes?[.size] as? NSNumber)?.intValue ?? 0
  }
}
