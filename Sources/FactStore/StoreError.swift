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

  /// A backup overwrites nothing.
  case backupExists(path: String)

  // Reading
  /// The file contradicts itself.
  case corrupt(path: String, detail: String)
  /// Totals are kept by media only.
  case notInTotals(dimension: String)

  // At any time
  /// The file was deleted, renamed or replaced while it was open.
  case gone(path: String)
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
      "The store\(named(path)) can't be opened; its file or folder does not permit it."
    case .foreign(let path): "The file\(named(path)) is not a Playhead store; it was left as it is."
    case .truncated(let path):
      "The store\(named(path)) is shorter than it should be; restore it from a backup."
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
    case .backupExists(let path):
      "The file\(named(path)) exists already; choose another name for the backup."
    case .importEnded: "The import was ended; start it again."
    case .corrupt(let path, let detail):
      "The store\(named(path)) is damaged (\(detail)); restore it from a backup."
    case .notInTotals(let dimension): "All-time totals are not available by \(dimension)."
    case .gone(let path):
      "The store\(named(path)) was deleted or replaced while it was open; put it back, or start again."
    case .closed(let path): "The store\(named(path)) was closed."
    case .failed(let path, let reason, let code):
      "The store\(named(path)) failed: \(reason)\(code.map { " (SQLite code \($0))" } ?? "")."
    }
  }
}
