import Glibc

/// Whoever read the output has closed it: nothing is left to do.
struct OutputClosed: Error {}

/// The output that other programs read.
enum StandardOutput {
  /// Whether a person reads it.
  static var isTerminal: Bool { isatty(1) == 1 }

  /// Whether colours are wanted on it: on a terminal, unless `NO_COLOR` is set.
  static var isColored: Bool {
    isTerminal && (getenv("NO_COLOR").map { $0.pointee == 0 } ?? true)
  }

  /// Writes text; a closed pipe ends the program quietly.
  static func write(_ text: String) {
    writeBytes(Array(text.utf8))
  }

  /// Writes what came of work that is done and can't be undone; where that fails, it is told as a warning,
  /// and the work counts as done.
  static func tell(_ outcome: String) {
    guard let failure = writeAll(Array(outcome.utf8), to: 1), failure != EPIPE else { return }
    StandardError.write(
      "playhead: warning: standard output: \(String(cString: strerror(failure)))\n\(outcome)"
    )
  }

  /// Writes bytes; a closed pipe ends the program quietly, any other failure with a sentence.
  static func writeBytes(_ bytes: [UInt8]) {
    if let failure = writeAll(bytes, to: 1) {
      if failure == EPIPE { Main.leave(OutputClosed()) }
      Main.leave(CommandError("standard output: \(String(cString: strerror(failure)))"))
    }
  }
}

/// Where a person is told what went wrong or goes on.
enum StandardError {
  /// Whether a person reads it.
  static var isTerminal: Bool { isatty(2) == 1 }

  /// Writes text; nobody is told if that fails.
  static func write(_ text: String) {
    _ = writeAll(Array(text.utf8), to: 2)
  }
}

/// Writes all bytes to a descriptor; returns the error number where that fails.
private func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32? {
  bytes.withUnsafeBytes { buffer in
    var written = 0
    while written < buffer.count {
      let count = Glibc.write(
        descriptor,
        buffer.baseAddress.map { $0 + written },
        buffer.count - written
      )
      if count < 0 {
        if errno == EINTR { continue }
        return errno
      }
      written += count
    }
    return nil
  }
}
