import Glibc
import PingCollector
import TextAndBytes

/// The files that countries are looked up in.
struct CountryFiles: Hashable, Sendable {
  /// Their paths: one MMDB file, or the text files of IPv4 and IPv6.
  private let paths: [String]
  /// Whether no country is known, and nothing wrong, where the files are missing.
  private let mayBeMissing: Bool

  /// An MMDB file, such as GeoLite2 Country or DB-IP Lite.
  static func mmdb(_ path: String) -> CountryFiles {
    CountryFiles(paths: [path], mayBeMissing: false)
  }

  /// Two text files in the format of tor's `geoip` and `geoip6`.
  static func text(v4: String, v6: String, mayBeMissing: Bool = false) -> CountryFiles {
    CountryFiles(paths: [v4, v6], mayBeMissing: mayBeMissing)
  }

  /// The text files that Debian's package `tor-geoipdb` installs, made from the IPFire location
  /// database (CC BY-SA 4.0).
  static let debian = text(
    v4: "/usr/share/tor/geoip",
    v6: "/usr/share/tor/geoip6",
    mayBeMissing: true
  )

  /// What people call them.
  var names: String { paths.joined(separator: " and ") }

  /// The state of each file now; nil of one that is missing.
  var versions: [FileVersion?] { paths.map { FileVersion(of: $0) } }

  /// Reads them.
  /// - Returns: the lookup, and the states of the files that it was read from.
  /// - Throws: ``CommandError`` with a sentence that names the file.
  func read() throws(CommandError) -> (lookup: CountryLookup, versions: [FileVersion?]) {
    let found = versions
    if mayBeMissing, found.contains(nil) { return (.none, found) }
    var contents: [[UInt8]] = []
    var read: [FileVersion?] = []
    for path in paths {
      let (bytes, version) = try Self.contents(of: path)
      contents.append(bytes)
      read.append(version)
    }
    do throws(CountryLookupError) {
      let lookup =
        contents.count == 1
        ? try CountryLookup(mmdb: contents[0])
        : try CountryLookup(v4: contents[0], v6: contents[1])
      return (lookup, read)
    } catch {
      var path = paths[0]
      if case .malformed(.v6, _) = error { path = paths[paths.count - 1] }
      throw CommandError("the country database '\(path)' can't be used: \(error)")
    }
  }

  /// No database is nearly as large.
  private static let mostBytes = 1 << 30

  private static func contents(of path: String) throws(CommandError) -> ([UInt8], FileVersion) {
    // Without waiting for somebody to write, where it is a pipe.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw unreadable(path, String(cString: strerror(errno))) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else {
      throw unreadable(path, String(cString: strerror(errno)))
    }
    guard status.st_mode & S_IFMT == S_IFREG else { throw unreadable(path, "it is not a file") }
    guard status.st_size <= mostBytes else { throw unreadable(path, "it is over 1 GB") }
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
      while count < buffer.count {
        let got = Glibc.read(file, buffer.baseAddress?.advanced(by: count), buffer.count - count)
        if got < 0, errno == EINTR { continue }
        if got < 0 { failure = errno }
        guard got > 0 else { return }
        count += got
      }
    }
    guard failure == 0 else { throw unreadable(path, String(cString: strerror(failure))) }
    return (bytes, FileVersion(status))
  }

  private static func unreadable(_ path: String, _ reason: String) -> CommandError {
    CommandError("the country database '\(path)' can't be read: \(reason)")
  }
}
