import Glibc

/// The program's code, as far as it is in memory.
enum CodePages {
  /// Gives back the code that only the start has needed; it comes back from its file when it is called.
  ///
  /// The kernel maps the sixteen pages around each that is touched, and the start of a Swift program
  /// touches almost all of them: they are most of what a dashboard would hold for days.
  static func release() {
    guard let maps = fopen("/proc/self/maps", "r") else { return }
    defer { fclose(maps) }
    var line = [CChar](repeating: 0, count: 4096)
    while fgets(&line, Int32(line.count), maps) != nil {
      let words = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }.split(separator: 0x20)
      // Only code of files: whatever may have been written to would be lost.
      guard words.count > 5, words[1].elementsEqual("r-xp".utf8), words[5].first == 0x2F else {
        continue
      }
      let ends = words[0].split(separator: 0x2D).compactMap {
        UInt(String(decoding: $0, as: UTF8.self), radix: 16)
      }
      guard ends.count == 2 else { continue }
      _ = madvise(
        UnsafeMutableRawPointer(bitPattern: ends[0]),
        Int(ends[1] - ends[0]),
        Int32(MADV_DONTNEED)
      )
    }
  }
}
