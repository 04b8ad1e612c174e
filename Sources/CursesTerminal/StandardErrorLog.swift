import CNCurses
import Glibc

/// Keeps what the process writes to standard error off the screen, and shows its end afterwards.
///
/// Only when standard error is a terminal; a file that the user chose is left alone.
struct StandardErrorLog {
  /// Bytes that are kept; older ones are dropped.
  private static let limit: off_t = 1 << 16
  private static let shownLimit = 4096

  /// The file in memory.
  let file: Int32
  private let original: Int32

  init?() {
    guard isatty(STDERR_FILENO) != 0 else { return nil }
    file = cnc_memory_file()
    original = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
    guard file >= 0, original >= 0 else { return nil }
  }

  /// From now on standard error goes to the file.
  func capture() {
    dup2(file, STDERR_FILENO)
  }

  /// Drops everything when there is too much of it.
  func trim() {
    if lseek(file, 0, SEEK_END) > Self.limit { ftruncate(file, 0) }
  }

  /// Gives standard error back and writes the end of the file to it.
  func release() {
    dup2(original, STDERR_FILENO)
    let size = lseek(file, 0, SEEK_END)
    var tail = [UInt8](repeating: 0, count: Self.shownLimit)
    let count = pread(file, &tail, tail.count, max(0, size - off_t(tail.count)))
    if count > 0 { _ = write(STDERR_FILENO, tail, count) }
    ftruncate(file, 0)
  }
}
