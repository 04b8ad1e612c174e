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
    return Uptime(
      boot: ProcessIdentity.current.boot,
      milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    )
  }

  /// The milliseconds since an earlier uptime of the same start; nil where they can't be compared.
  func milliseconds(since other: Uptime) -> Int64? {
    guard boot == other.boot, milliseconds >= other.milliseconds else { return nil }
    return milliseconds - other.milliseconds
  }
}
