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
