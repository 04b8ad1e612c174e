import Glibc

/// How the process gives back memory that it does not need.
enum ProcessMemory {
  /// Gives back the program's code; what is called comes back from its file.
  ///
  /// The kernel maps the sixteen pages around each that is touched and keeps them for good, and the start of a
  /// Swift program touches almost all of them: they are most of what a dashboard would hold for days, and
  /// whatever happens once adds some.
  static func releaseCode() {
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
