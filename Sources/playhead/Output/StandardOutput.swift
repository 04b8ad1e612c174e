import CellCanvas
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

  /// Writes text with colours, in which all that is from elsewhere was scrubbed.
  static func writeStyled(_ text: String) {
    writeRaw(Array(text.utf8))
  }

  /// Writes what acts on a terminal; nothing where there is none.
  static func control(_ sequence: String) {
    if isTerminal { writeRaw(Array(sequence.utf8)) }
  }

  /// Writes what came of work that is done and can't be undone; where that fails, it is told as a warning,
  /// and the work counts as done.
  static func tell(_ outcome: String) {
    let bytes = forReader(Array(outcome.utf8), isTerminal: isTerminal)
    guard let failure = writeAll(bytes, to: 1), failure != EPIPE else { return }
    StandardError.write(
      "playhead: warning: standard output: \(String(cString: strerror(failure)))\n\(outcome)"
    )
  }

  /// Writes the bytes of text, whole lines; a closed pipe ends the program quietly, any other failure with a
  /// sentence.
  static func writeBytes(_ bytes: [UInt8]) {
    writeRaw(forReader(bytes, isTerminal: isTerminal))
  }

  private static func writeRaw(_ bytes: [UInt8]) {
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
    _ = writeAll(forReader(Array(text.utf8), isTerminal: isTerminal), to: 2)
  }

  /// Writes what acts on a terminal, and text in between that is none of other people's.
  static func control(_ sequence: String) {
    _ = writeAll(Array(sequence.utf8), to: 2)
  }
}

/// Text as it is for a program; for a terminal without anything that could act on it.
///
/// Whatever is printed may hold what players sent, and goes through here.
func forReader(_ bytes: [UInt8], isTerminal: Bool) -> [UInt8] {
  guard isTerminal, !bytes.allSatisfy({ 0x20 <= $0 && $0 < 0x7f || $0 == 0x0a }) else {
    return bytes
  }
  let lines = bytes.split(separator: 0x0a, omittingEmptySubsequences: false)
  return Array(
    lines.map { Array(String(decoding: $0, as: UTF8.self).scrubbed.utf8) }.joined(separator: [0x0a])
  )
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
