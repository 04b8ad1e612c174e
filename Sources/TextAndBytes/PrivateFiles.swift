import Glibc

/// Files and folders that only their owner may open, whatever the umask of the person.
public enum PrivateFiles {
  /// The mode of a new file.
  static let fileMode: mode_t = 0o600
  /// The mode of a new folder.
  static let folderMode: mode_t = 0o700

  /// Creates an empty file; one that exists stays as it is.
  ///
  /// - Returns: 0, or the number of the system's error.
  public static func create(at path: String) -> Int32 {
    let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_EXCL, fileMode)
    guard file >= 0 else { return errno == EEXIST ? 0 : errno }
    close(file)
    return 0
  }

  /// Creates a folder and those above it that are missing; the ones that exist stay as they are.
  ///
  /// - Returns: 0, or the number of the system's error.
  public static func createFolder(at path: String) -> Int32 {
    if mkdir(path, folderMode) == 0 { return 0 }
    switch errno {
    case EEXIST:
      var status = stat()
      guard stat(path, &status) == 0 else { return errno }
      return status.st_mode & S_IFMT == S_IFDIR ? 0 : ENOTDIR
    case ENOENT:
      guard let end = path[..<(path.lastIndex { $0 != "/" } ?? path.startIndex)].lastIndex(of: "/"),
        end > path.startIndex
      else {
        return ENOENT
      }
      let failure = createFolder(at: String(path[..<end]))
      guard failure == 0 else { return failure }
      return mkdir(path, folderMode) == 0 || errno == EEXIST ? 0 : errno
    case let failure:
      return failure
    }
  }

  /// Writes a whole file; whoever reads it sees the former one or this one, never a part.
  ///
  /// - Returns: 0, or the number of the system's error; the former file is as it was then.
  public static func write(_ bytes: [UInt8], to path: String) -> Int32 {
    let partial = path + ".partial"
    unlink(partial)
    let file = open(partial, O_WRONLY | O_CREAT | O_CLOEXEC | O_EXCL, fileMode)
    guard file >= 0 else { return errno }
    var failure: Int32 = 0
    var rest = bytes[...]
    while failure == 0, !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
      if count >= 0 { rest = rest.dropFirst(count) } else if errno != EINTR { failure = errno }
    }
    if Glibc.close(file) != 0, failure == 0 { failure = errno }
    if failure == 0, rename(partial, path) != 0 { failure = errno }
    if failure != 0 { unlink(partial) }
    return failure
  }
}
