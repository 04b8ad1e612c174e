import Glibc

/// What the process uses, as the kernel counts it.
struct ProcessMetrics: Hashable, Sendable {
  /// Of all threads, in seconds.
  var cpuSeconds: Double
  /// Memory in use, in bytes, code included.
  var residentBytes: Int
  /// When the process started, in seconds since 1970.
  var startTime: Double
  /// How many files and connections are open.
  var openFiles: Int
  /// How many may be.
  var openFileLimit: Int

  /// The numbers of now; those that can't be read are 0.
  static func now() -> ProcessMetrics {
    var usage = rusage()
    getrusage(RUSAGE_SELF.rawValue, &usage)
    var limit = rlimit()
    getrlimit(.init(RLIMIT_NOFILE.rawValue), &limit)
    let fields = words(of: "/proc/self/stat")
    // The name in field 2 may have blanks; it ends at the last parenthesis.
    let afterName = fields.lastIndex { $0.hasSuffix(")") }.map { Array(fields[($0 + 1)...]) } ?? []
    let ticks = afterName.count > 19 ? Double(afterName[19]) ?? 0 : 0
    let bootTime =
      words(of: "/proc/stat", line: "btime").last.flatMap { Double($0) } ?? 0
    let pages = words(of: "/proc/self/statm").dropFirst().first.flatMap { Int($0) } ?? 0
    return ProcessMetrics(
      cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
      residentBytes: pages * sysconf(Int32(_SC_PAGESIZE)),
      startTime: bootTime + ticks / Double(max(1, sysconf(Int32(_SC_CLK_TCK)))),
      openFiles: entries(of: "/proc/self/fd"),
      openFileLimit: Int(clamping: limit.rlim_cur)
    )
  }

  /// Adds them to a text, under the names that Prometheus' own clients use.
  func write(to text: inout PrometheusText) {
    text.add(
      cpuSeconds,
      to: "process_cpu_seconds_total",
      .counter,
      help: "CPU time of all threads, in seconds."
    )
    text.add(
      residentBytes,
      to: "process_resident_memory_bytes",
      .gauge,
      help: "Memory in use, in bytes, code included."
    )
    text.add(
      startTime,
      to: "process_start_time_seconds",
      .gauge,
      help: "When the process started, in seconds since 1970."
    )
    text.add(openFiles, to: "process_open_fds", .gauge, help: "Open files and connections.")
    text.add(
      openFileLimit,
      to: "process_max_fds",
      .gauge,
      help: "How many files and connections may be open."
    )
  }

  private static func seconds(_ time: timeval) -> Double {
    Double(time.tv_sec) + Double(time.tv_usec) / 1e6
  }

  /// The words of a file, or of its line that begins with one.
  private static func words(of path: String, line start: String = "") -> [Substring] {
    guard let file = fopen(path, "re") else { return [] }
    defer { fclose(file) }
    var buffer = [CChar](repeating: 0, count: 1024)
    while fgets(&buffer, Int32(buffer.count), file) != nil {
      let line = String(
        decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)),
        as: UTF8.self
      )
      if line.hasPrefix(start) { return line.split { $0 == " " || $0 == "\n" } }
    }
    return []
  }

  private static func entries(of path: String) -> Int {
    guard let folder = opendir(path) else { return 0 }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    // Without `.`, `..` and the folder itself.
    return max(0, count - 3)
  }
}
