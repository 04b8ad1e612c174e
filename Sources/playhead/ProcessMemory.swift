import CMalloc
import Glibc

/// How the process gives back memory that it does not need.
enum ProcessMemory {
  /// Keeps the process from growing for days by what was freed between things that are kept.
  ///
  /// - Parameter arenas: How many heaps its threads share, at least 1. By itself each thread would keep
  ///   freed memory of its own: under a storm of questions a server had half as much again. One heap
  ///   has the fewest holes, two are faster by a twentieth where two threads allocate at once.
  static func restrain(arenas: Int32) {
    mallopt(M_ARENA_MAX, arenas)
    // By itself it would take ever larger blocks, the facts of an hour, from the heap, where they leave
    // holes as large as they were.
    mallopt(M_MMAP_THRESHOLD, 4 << 20)
    mallopt(M_TRIM_THRESHOLD, 16 << 20)
    Task.detached(priority: .utility) {
      // For as long as the process lives. What lies at the very end of the heap goes back by itself,
      // the rest only so.
      while true {
        try await Task.sleep(for: .seconds(10), tolerance: .seconds(1))
        malloc_trim(0)
      }
    }
  }

  /// Gives back the program's code that only the start has needed; it comes back from its file when it is called.
  ///
  /// The kernel maps the sixteen pages around each that is touched, and the start of a Swift program
  /// touches almost all of them: they are most of what a dashboard would hold for days.
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
