import Dashboard
import Glibc
import Synchronization

/// Measures what this process takes from the machine, since the last time it was asked.
final class ProcessMeter: Sendable {
  private struct Reading {
    var cpuSeconds: Double
    var at: ContinuousClock.Instant
  }

  private let last: Mutex<Reading>

  init() {
    last = Mutex(Reading(cpuSeconds: Self.cpuSeconds, at: .now))
  }

  /// The share of a core since the last call, and the memory now; nil where the system does not say.
  func measure() -> ProcessUse? {
    guard let pages = Self.anonymousPages else { return nil }
    let now = Reading(cpuSeconds: Self.cpuSeconds, at: .now)
    let before = last.withLock { last in
      defer { last = now }
      return last
    }
    let passed = before.at.duration(to: now.at) / .seconds(1)
    return ProcessUse(
      cpuShare: passed > 0 ? (now.cpuSeconds - before.cpuSeconds) / passed : 0,
      memoryBytes: pages * sysconf(Int32(_SC_PAGESIZE))
    )
  }

  private static var cpuSeconds: Double {
    var usage = rusage()
    getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    return [usage.ru_utime, usage.ru_stime].reduce(0) {
      $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1_000_000
    }
  }

  /// The pages that no file backs.
  ///
  /// In `/proc/self/statm`, they are those resident without those shared. Pages of code are the kernel's, which
  /// takes them back as it needs them.
  private static var anonymousPages: Int? {
    guard let file = fopen("/proc/self/statm", "r") else { return nil }
    defer { fclose(file) }
    var text = [CChar](repeating: 0, count: 128)
    guard fgets(&text, 128, file) != nil else { return nil }
    let words = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }.split(separator: 0x20)
    let counts = words.compactMap { Int(String(decoding: $0, as: UTF8.self)) }
    return counts.count > 2 ? counts[1] - counts[2] : nil
  }
}
