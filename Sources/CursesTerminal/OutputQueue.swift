import Glibc

/// Bytes on their way to a file that may have no room for them yet.
struct OutputQueue {
  /// What became of the bytes.
  enum Progress: Hashable {
    /// Everything is written.
    case drained
    /// There is no room; poll for it.
    case blocked
    /// Nobody will ever read them.
    case failed
  }

  private var bytes: [UInt8] = []
  private var written = 0

  var isEmpty: Bool { bytes.isEmpty }

  /// Whether some bytes of what was added last may be on the screen and others not.
  var isPartlyWritten: Bool { written > 0 }

  mutating func add(_ more: some Sequence<UInt8>) {
    bytes += more
  }

  mutating func removeAll() {
    bytes = []
    written = 0
  }

  /// Writes without waiting; the file must be non-blocking.
  mutating func write(to file: Int32) -> Progress {
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(file, $0.baseAddress?.advanced(by: written), $0.count - written)
      }
      if count >= 0 {
        written += count
      } else if errno == EAGAIN {
        return .blocked
      } else if errno != EINTR {
        return .failed
      }
    }
    removeAll()
    return .drained
  }
}
