public import PlaybackFacts

/// Why a store can't be opened, written or read.
public enum StoreError: Error, Hashable, Sendable {
  // Opening
  /// There is no such file, and it may not be made.
  case missing(path: String)
  /// The folder that should hold the file does not exist.
  case folderMissing(path: String)
  /// The path names a folder.
  case isFolder(path: String)
  /// The file may not be opened, or its folder may not be written.
  case notPermitted(path: String)
  /// The file is something else.
  case foreign(path: String)
  /// The file is shorter than it says.
  case truncated(path: String)
  /// The file is the store of another environment: production or sandbox.
  case otherEnvironment(path: String, environment: String)
  /// The log beside the file belongs to another store, or to one that was overwritten.
  case foreignLog(path: String)
  /// The file system has no memory that processes share, which the log needs.
  case noSharedMemory(path: String, code: Int32? = nil)
  /// The file was written by a later version.
  case newer(path: String, version: Int, newestKnown: Int)

  // Writing
  /// The disk, or the quota, is full.
  case diskFull(path: String)
  /// The store was opened for reading, or the disk is read-only.
  case readOnly(path: String)
  /// Another process has held the store for longer than the patience.
  case locked(path: String)
  /// Another process seals and compacts the store now.
  case maintainedElsewhere(path: String)
  /// The import was removed, because it gave no sign of life or was ended before.
  case importEnded

  // Backup and restore
  /// A backup overwrites nothing.
  case backupExists(path: String)
  /// The file of the backup can't be written; why.
  case backupNotWritten(path: String, reason: String)
  /// The file to restore is damaged; the first finding of the check.
  case backupDamaged(path: String, finding: String)
  /// The file to restore is the store itself.
  case backupIsStore(path: String)
  /// Another process has the store open; its number, if it can be told.
  case inUse(path: String, process: Int32?)

  // Reading
  /// The disk reports an error, which says nothing about what is stored.
  case unreadable(path: String, reason: String)
  /// The file contradicts itself.
  case corrupt(path: String, detail: String)
  /// Totals are kept by media only.
  case notInTotals(dimension: String)

  // At any time
  /// The file was deleted, renamed or replaced while it was open.
  case gone(path: String)
  /// The log or its index was deleted or replaced while the store was open.
  ///
  /// What was acknowledged is saved, or in the memory of the process, which tries again to save it.
  case logGone(path: String, isSaved: Bool)
  /// The file was overwritten with other contents while it was open.
  case overwritten(path: String)
  /// The store was closed.
  case closed(path: String)
  /// SQLite or the system said something else; the code is SQLite's extended result code, where there is one.
  case failed(path: String, reason: String, code: Int32? = nil)
}

extension StoreError: CustomStringConvertible, PubliclyDescribed {
  /// One sentence: what was wrong, and what helps.
  public var description: String { sentence { path in " \(path)" } }

  /// The same without the path.
  public var publicDescription: String { sentence { _ in "" } }

  private func sentence(_ named: (String) -> String) -> String {
    switch self {
    case .missing(let path): "There is no store\(named(path).isEmpty ? "" : " at" + named(path))."
    case .folderMissing(let path):
      "The folder of the store\(named(path)) does not exist; make it first."
    case .isFolder(let path): "The path\(named(path)) is a folder; name the store's file in it."
    case .notPermitted(let path):
      "The store\(named(path)) can't be opened; the permissions of its file or folder forbid it to this user."
    case .foreign(let path): "The file\(named(path)) is not a Playhead store; it was left as it is."
    case .truncated(let path):
      "The store\(named(path)) is shorter than it should be; 'playhead store restore BACKUP' replaces it."
    case .otherEnvironment(let path, let environment):
      "The store\(named(path)) belongs to the environment \(environment); pass another with --store."
    case .newer(let path, let version, let newestKnown):
      "The store\(named(path)) has format \(version); this version of Playhead supports formats up to"
        + " \(newestKnown); use a newer one."
    case .diskFull(let path): "There is no space left for the store\(named(path))."
    case .readOnly(let path): "The store\(named(path)) can't be written; it is read-only."
    case .locked(let path): "The store\(named(path)) is locked by another process; try again."
    case .maintainedElsewhere(let path):
      "Another process maintains the store\(named(path)) now; try again in a minute."
    case .foreignLog(let path):
      "The log beside the store\(named(path)) (-wal or -journal) belongs to another file; replace the store with"
        + " 'playhead store restore BACKUP', which moves the log away, and never with cp."
    case .noSharedMemory(let path, let code):
      "The file system of the store\(named(path)) has no shared memory and locks\(numbered(code)), as some network"
        + " file systems; move the store to a local disk."
    case .backupExists(let path):
      "The file\(named(path)) exists already; choose another name for the backup."
    case .backupNotWritten(let path, let reason):
      "The backup\(named(path)) can't be written: \(reason)."
    case .backupDamaged(let path, let finding):
      "The backup\(named(path)) is damaged (\(finding.hasSuffix(".") ? String(finding.dropLast()) : finding)); choose another, or restore it all the same with"
        + " --skip-check."
    case .backupIsStore(let path):
      "The file\(named(path)) is the store itself; name a backup of it."
    case .inUse(let path, let process):
      "The store\(named(path)) is open in \(process.map { "process \($0)" } ?? "another process"); stop the"
        + " server, and close dashboards that read the file."
    case .importEnded: "The import was ended; start it again."
    case .unreadable(let path, let reason):
      "The store\(named(path)) can't be read: the disk reports an error (\(reason)); look into the kernel's log, and"
        + " restore a backup on a sound disk if it stays."
    case .corrupt(let path, let detail):
      "The store\(named(path)) is damaged (\(detail)); 'playhead store restore BACKUP' replaces it."
    case .notInTotals(let dimension): "All-time totals are not available by \(dimension)."
    case .gone(let path):
      "The store\(named(path)) was deleted or replaced while it was open; put it back, or start Playhead again."
    case .logGone(let path, isSaved: true):
      "The log of the store\(named(path)) (-wal or -shm) was deleted while it was open; all that was acknowledged is on"
        + " disk; start Playhead again."
    case .logGone(let path, isSaved: false):
      "The log of the store\(named(path)) (-wal) was deleted while it was open, and what was acknowledged last is not"
        + " saved yet; let this process run, and end what else reads the store."
    case .overwritten(let path):
      "The store\(named(path)) was overwritten while it was open; stop Playhead, and restore the backup with"
        + " 'playhead store restore BACKUP'."
    case .closed(let path): "The store\(named(path)) was closed."
    case .failed(let path, let reason, let code):
      "The store\(named(path)) failed: \(reason)\(numbered(code))."
    }
  }

  private func numbered(_ code: Int32?) -> String { code.map { " (SQLite code \($0))" } ?? "" }
}
