import CMalloc
import Glibc

/// How the process gives back memory that it has freed.
enum ProcessMemory {
  /// Keeps the process from growing for days by what was freed between things that are kept.
  static func restrain() {
    // Each of many threads would keep freed memory of its own: under a storm of questions a server had
    // half as much again.
    mallopt(M_ARENA_MAX, 2)
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
}
