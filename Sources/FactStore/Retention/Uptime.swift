import Foundation
import Glibc

/// How long the machine has been running: a clock that nobody can set.
public struct Uptime: Hashable, Sendable {
  /// Which start of the machine; uptimes of different starts can't be compared.
  public var boot: String
  /// Time since that start in milliseconds, sleep included.
  public var milliseconds: Int64

  /// Makes an uptime.
  public init(boot: String, milliseconds: Int64) {
    self.boot = boot
    self.milliseconds = milliseconds
  }

  /// The uptime now.
  public static let system: @Sendable () -> Uptime = {
    var time = timespec()
    clock_gettime(CLOCK_BOOTTIME, &time)
    let milliseconds = Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    return Uptime(boot: boot, milliseconds: milliseconds - namespaceOffset)
  }

  /// The boot id; a random one per process where the system has none, so that uptimes are never compared.
  private static let boot =
    ProcessIdentity.current.boot.isEmpty
    ? "process \(UInt64.random(in: 0...(.max)))" : ProcessIdentity.current.boot

  /// What the time namespace of this process adds to the uptime of the machine, in milliseconds.
  private static let namespaceOffset: Int64 = {
    let path = "/proc/self/timens_offsets"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("boottime") }
    let numbers = line?.split(separator: " ").compactMap { Int64($0) } ?? []
    return numbers.count == 2 ? numbers[0] * 1000 + numbers[1] / 1_000_000 : 0
  }()

  /// The milliseconds since an earlier uptime of the same start; nil where they can't be compared.
  func milliseconds(since other: Uptime) -> Int64? {
    guard boot == other.boot, milliseconds >= other.milliseconds else { return nil }
    return milliseconds - other.milliseconds
  }
}
