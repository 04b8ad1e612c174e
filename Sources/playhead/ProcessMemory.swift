import CMalloc
import Glibc

/// How the process gives back memory that it has freed.
enum ProcessMemory {
  /// Keeps the process from growing for days by what was freed between things that are kept.
  static func restrain() {
    // Each of many threads would keep freed memory of its own: under a storm of questions a server had
    // half as much again.
    mallopt(M_ARENA_MAX, 2)
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
