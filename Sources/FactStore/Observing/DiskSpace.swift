import Glibc

/// The room on the disk that holds a file, or will.
public struct DiskSpace: Hashable, Sendable {
  /// What an unprivileged process may still write, in bytes.
  public let free: Int
  /// Of the whole disk, in bytes.
  public let total: Int

  /// Why it can't be read.
  public struct Unreadable: Error, CustomStringConvertible {
    /// The folder, and what the system says of it.
    public let description: String
  }

  /// Reads the room beside a file.
  ///
  /// A folder that does not exist yet is made with the file: then it is that of the folder around it.
  ///
  /// - Throws: ``Unreadable`` where the folder may not be looked at, or is none.
  public init(beside path: String) throws(Unreadable) {
    var info = statvfs()
    var folder = path
    repeat {
      folder = folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? "."
      if statvfs(folder.isEmpty ? "/" : folder, &info) == 0 { break }
      guard errno == ENOENT, folder != "." else {
        throw Unreadable(description: "\(folder): \(String(cString: strerror(errno)))")
      }
    } while true
    free = Int(info.f_bavail) * Int(info.f_frsize)
    total = Int(info.f_blocks) * Int(info.f_frsize)
  }
}
