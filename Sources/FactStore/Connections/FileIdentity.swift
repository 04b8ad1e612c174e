import Glibc

/// Which file a path leads to.
///
/// A file that was deleted or renamed lives on for whoever has it open; what is written to it then is
/// lost to everyone else.
struct FileIdentity: Equatable {
  private let device: dev_t
  private let number: ino_t

  /// The file at a path; nil where there is none.
  init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = status.st_dev
    number = status.st_ino
  }
}

/// What is found at a path before a store is opened there.
enum FilePresence: Equatable {
  case file
  case folder
  case missing
  /// Whether there is anything can't be told: a folder above does not permit it.
  case hidden
  /// The system answers with another error.
  case unknown(errno: Int32)

  init(_ path: String) {
    var status = stat()
    if stat(path, &status) == 0 {
      self = status.st_mode & S_IFMT == S_IFDIR ? .folder : .file
      return
    }
    switch errno {
    case ENOENT, ENOTDIR: self = .missing
    case EACCES: self = .hidden
    case let number: self = .unknown(errno: number)
    }
  }
}

/// The names of the files that make up a store.
struct StoreFileNames: Hashable, Sendable {
  let main: String
  /// What is committed and not in the main file yet.
  let log: String
  /// Where in the log each page is: memory that processes share.
  let index: String
  /// What undoes a write without a log, of which there are few: while a store is made, or gets another format.
  let journal: String

  init(_ path: String) {
    main = path
    log = path + "-wal"
    index = path + "-shm"
    journal = path + "-journal"
  }

  var all: [String] { [main, log, index, journal] }
}
