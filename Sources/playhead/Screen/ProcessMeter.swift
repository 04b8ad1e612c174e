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

  /// The share of a core since the last call, and the memory now; nil where the system tells nothing.
  func measure() -> ProcessUse? {
    guard let pages = Self.residentPages else { return nil }
    let now = Reading(cpuSeconds: Self.cpuSeconds, at: .now)
    let before = last.withLock { last in
      defer { last = now }
      return last
    }
    let passed = before.at.duration(to: now.at) / .seconds(1)
    return ProcessUse(
      cpuShare: passed > 0 ? (now.cpuSeconds - before.cpuSeconds) / passed : 0,
      residentBytes: pages * sysconf(Int32(_SC_PAGESIZE))
    )
  }

  private static var cpuSeconds: Double {
    var usage = rusage()
    getrusage(Int32(RUSAGE_SELF.rawValue), &usage)
    return [usage.ru_utime, usage.ru_stime].reduce(0) {
      $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1_000_000
    }
  }

  /// The second number of `/proc/self/statm`.
  private static var residentPages: Int? {
    guard let file = fopen("/proc/self/statm", "r") else { return nil }
    defer { fclose(file) }
    var text = [CChar](repeating: 0, count: 128)
    guard fgets(&text, 128, file) != nil else { return nil }
    let words = text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }.split(separator: 0x20)
    return words.count > 1 ? Int(String(decoding: words[1], as: UTF8.self)) : nil
  }
}
