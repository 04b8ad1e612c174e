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

  /// The room beside a file, which may grow by `growth` bytes until its retention is full.
  ///
  /// `option` chooses another. A folder that does not exist yet is made by the server: then it is that of the folder around it.
  static func disk(of path: String, growth: Int, option: Setting = .store) -> Finding {
    var info = statvfs()
    var folder = path
    repeat {
      folder = folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? "."
      if statvfs(folder.isEmpty ? "/" : folder, &info) == 0 { break }
      guard errno == ENOENT, folder != "." else {
        return .error(
          "disk",
          "\(folder): \(String(cString: strerror(errno)))",
          "choose another place with --\(option.rawValue)"
        )
      }
    } while true
    return disk(
      free: Int(info.f_bavail) * Int(info.f_frsize),
      total: Int(info.f_blocks) * Int(info.f_frsize),
      growth: growth
    )
  }

  /// Below this, pings may be refused soon, in bytes.
  static let leastFree = 200_000_000

  static func disk(free: Int, total: Int, growth: Int) -> Finding {
    let room = "\(Numbers.bytes(free)) of \(Numbers.bytes(total)) free"
    if free < leastFree {
      return .error("disk", room, "free some space: with a full disk, pings are refused")
    }
    if growth > free {
      return .warning(
        "disk",
        "\(room); the store will grow by \(Numbers.bytes(growth))",
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
