import AnalyticsSource
import FactStore
import Glibc
import TextAndBytes

/// Checks of the machine: its clock, its disk, and how many files may be open.
enum MachineChecks {
  /// The kernel's clock.
  static func clock() -> Finding {
    // `adjtimex(2)` says it, which Swift's Glibc does not show; all of zero, its argument asks and changes nothing.
    typealias Adjust = @convention(c) (UnsafeMutableRawPointer) -> Int32
    guard let symbol = dlsym(nil, "adjtimex") else { return clock(isSynchronized: false) }
    let adjust = unsafeBitCast(symbol, to: Adjust.self)
    var argument = [UInt64](repeating: 0, count: 64)
    let state = argument.withUnsafeMutableBytes { bytes in bytes.baseAddress.map(adjust) ?? -1 }
    let notSynchronized: Int32 = 5
    return clock(isSynchronized: state >= 0 && state != notSynchronized)
  }

  static func clock(isSynchronized: Bool) -> Finding {
    isSynchronized
      ? .ok("clock", "synchronized with a time server")
      : .warning(
        "clock",
        "not synchronized with a time server, as far as the kernel knows",
        "install systemd-timesyncd or chrony, unless the host of this machine sets its clock"
      )
  }

  /// The room beside a file, which grows by `daily` bytes a day, and by `growth` bytes until its retention is full;
  /// `option` chooses another place.
  static func disk(
    of path: String,
    growth: Int,
    daily: Int = 0,
    option: Setting = .store
  ) -> Finding {
    do {
      let space = try DiskSpace(beside: path)
      return disk(free: space.free, total: space.total, growth: growth, daily: daily)
    } catch {
      return .error("disk", "\(error)", "choose another place with --\(option.rawValue)")
    }
  }

  static func disk(free: Int, total: Int, growth: Int, daily: Int = 0) -> Finding {
    let room = "\(Numbers.bytes(free)) of \(Numbers.bytes(total)) free"
    if free < SourceHealth.leastFreeDiskBytes {
      return .error("disk", room, "free some space: with a full disk, pings are refused")
    }
    if growth > free {
      let days = daily > 0 ? ", and fill the disk in \(Numbers.grouped(free / daily)) d" : ""
      return .warning(
        "disk",
        "\(room); the store will grow by \(Numbers.bytes(growth))\(days)",
        "shorten the retention ('playhead store retention'), or move the store to a larger disk"
      )
    }
    return .ok(
      "disk",
      growth > 0 ? "\(room); the store will grow by \(Numbers.bytes(growth))" : room
    )
  }

  /// How many files this process may open; a server raises the soft limit by itself, as far as the hard one goes.
  static func openFiles() -> Finding {
    var limit = rlimit()
    getrlimit(.init(RLIMIT_NOFILE.rawValue), &limit)
    return openFiles(limit: Int(clamping: limit.rlim_max))
  }

  /// Below this, thousands of players at once are too many.
  static let leastFiles = 8192

  static func openFiles(limit: Int) -> Finding {
    limit < leastFiles
      ? .warning(
        "open files",
        "at most \(Numbers.grouped(limit)) files and connections",
        "raise the limit: LimitNOFILE=65536 in the unit, or 'ulimit -Hn 65536'"
      ) : .ok("open files", "up to \(Numbers.grouped(limit)) files and connections")
  }
}
