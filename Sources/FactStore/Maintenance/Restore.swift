import Foundation
import GRDB
import Glibc
import PlaybackFacts

/// Puts a backup in the place of a store.
///
/// ```
///  copy of the backup ─▶ s.db.restoring           written, synced, and marked as a backup
///  s.db            ── link ────▶ s.db.replaced-…
///  s.db.restoring  ── rename ──▶ s.db             from here on it is the restored store
///  s.db-wal        ── rename ──▶ s.db.replaced-…-wal       and -journal likewise
///  s.db-shm        ── deleted
/// ```
/// If the machine stops in between, the file is the former store with its log, or a copy marked as a backup beside a
/// log, which is refused when it is opened; the mark goes when the store is opened for writing.
struct Restore {
  let path: String
  let now: Timestamp

  /// Replaces the store.
  ///
  /// - Parameter backup: the connections to the backup.
  /// - Returns: where the former store is; nil where there was none.
  /// - Throws: ``StoreError/inUse(path:process:)`` where somebody has the store open.
  func run(_ backup: Connections) async throws(StoreError) -> String? {
    let names = StoreFileNames(path)
    if let file = FileIdentity(path: backup.path), file == FileIdentity(path: path) {
      throw .backupIsStore(path: backup.path)
    }
    let former = try FileLock(path)
    defer { former?.release() }
    let partial = path + ".restoring"
    do {
      try await Backup.copy(backup, to: partial, keepsKeys: true, now: now)
      try takeOwner(partial, from: former)
      let isFree = [names.main, names.log, names.journal].allSatisfy {
        FilePresence($0) == .missing
      }
      let replaced = isFree ? nil : replacedPath
      try swap(names, with: partial, movingTo: replaced, hasFormer: former != nil)
      try Backup.synchronizeFolder(of: path)
      return replaced
    } catch {
      unlink(partial)
      throw error
    }
  }

  /// Where the former store goes: beside the new one, under a name that nothing has.
  private var replacedPath: String {
    let time = now.atom.prefix(19).filter { $0.isNumber || $0 == "T" }
    for number in 1... {
      let name = "\(path).replaced-\(time)" + (number == 1 ? "" : "-\(number)")
      if FilePresence(name) == .missing { return name }
    }
    return path + ".replaced"
  }

  private func swap(
    _ names: StoreFileNames,
    with partial: String,
    movingTo replaced: String?,
    hasFormer: Bool
  ) throws(StoreError) {
    if let replaced, hasFormer {
      // Where there are no links, the path is free for a moment.
      guard link(names.main, replaced) == 0 || rename(names.main, replaced) == 0 else {
        throw failure()
      }
    }
    guard rename(partial, names.main) == 0 else { throw failure() }
    if let replaced {
      let moved = StoreFileNames(replaced)
      for (name, target) in [(names.log, moved.log), (names.journal, moved.journal)] {
        guard rename(name, target) == 0 || errno == ENOENT else { throw failure() }
      }
    }
    guard unlink(names.index) == 0 || errno == ENOENT else { throw failure() }
  }

  /// Gives the new file the mode and the owner of the former one; without one, root gives it to the owner of the
  /// folder, who is the one to open it.
  private func takeOwner(_ file: String, from former: FileLock?) throws(StoreError) {
    var status = stat()
    if former != nil {
      guard stat(path, &status) == 0, chmod(file, status.st_mode & 0o777) == 0 else {
        throw failure()
      }
    } else {
      let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
      guard geteuid() == 0, stat(folder, &status) == 0 else { return }
    }
    guard status.st_uid != geteuid() || status.st_gid != getegid() else { return }
    guard chown(file, status.st_uid, status.st_gid) == 0 else { throw failure() }
  }

  private func failure() -> StoreError {
    .failed(path: path, reason: String(cString: strerror(errno)))
  }
}

/// The lock of a file that SQLite's connections share: whoever has it alone knows that nobody has the file open.
///
/// Source: SQLite's `os.h`, *the locking page*: 512 bytes from `PENDING_BYTE`, which is 2³⁰.
struct FileLock {
  private let file: Int32

  /// Takes the lock of a file; nil where there is no file.
  ///
  /// This process must not have it open: closing a file drops all locks of the process.
  init?(_ path: String) throws(StoreError) {
    switch FilePresence(path) {
    case .missing: return nil
    case .folder: throw .isFolder(path: path)
    case .hidden: throw .notPermitted(path: path)
    case .file, .unknown: break
    }
    file = open(path, O_RDWR | O_CLOEXEC)
    guard file >= 0 else { throw .notPermitted(path: path) }
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    (lock.l_start, lock.l_len) = (0x4000_0000, 512)
    var asked = lock
    if fcntl(file, F_SETLK, &lock) == 0 { return }
    let isTold = fcntl(file, F_GETLK, &asked) == 0 && asked.l_type != Int16(F_UNLCK)
    close(file)
    throw .inUse(path: path, process: isTold && asked.l_pid > 0 ? asked.l_pid : nil)
  }

  func release() { close(file) }
}
