import Glibc
import PlaybackFacts

/// Tells the country of an address, from one of several kinds of database.
///
/// It never changes after it was opened, so that any number of tasks may ask it at once.
public struct CountryLookup: Sendable {
  private enum Source {
    case none
    case ranges(CountryRanges<UInt32>, CountryRanges<UInt128>)
    case maxMind(MaxMindFile)
  }

  private let source: Source

  /// A lookup without a database: every country is unknown.
  public static let none = CountryLookup(source: .none)

  /// The text files that Debian's package `tor-geoipdb` installs, made from the IPFire location
  /// database (CC BY-SA 4.0).
  public static let debianPaths = (v4: "/usr/share/tor/geoip", v6: "/usr/share/tor/geoip6")

  private init(source: Source) {
    self.source = source
  }

  /// Opens an MMDB file, such as GeoLite2 Country or DB-IP Lite.
  public init(mmdbPath: String) throws(CountryLookupError) {
    source = .maxMind(try MaxMindFile(path: mmdbPath))
  }

  /// Reads two text files in the format of tor's `geoip` and `geoip6`.
  public init(v4Path: String, v6Path: String) throws(CountryLookupError) {
    source = .ranges(
      try Self.ranges(at: v4Path, address: Self.decimal),
      try Self.ranges(at: v6Path, address: IPAddress.parseV6)
    )
  }

  /// The MMDB file if one is given; else Debian's text files, if they are installed; else none.
  public static func standard(mmdbPath: String?) throws(CountryLookupError) -> CountryLookup {
    if let mmdbPath { return try CountryLookup(mmdbPath: mmdbPath) }
    let (v4, v6) = debianPaths
    guard access(v4, R_OK) == 0, access(v6, R_OK) == 0 else { return .none }
    return try CountryLookup(v4Path: v4, v6Path: v6)
  }

  /// The ISO 3166 code of the country in which an address lies.
  ///
  /// Addresses are IPv4 or IPv6 in the usual notation, without a port. The country is `unknown` for
  /// those that are private, malformed, or not in the database.
  public func country(of address: String) -> String {
    guard let address = IPAddress(address), address.isPublic else { return Dimension.unknown }
    let code =
      switch (source, address) {
      case (.none, _): CountryCode?.none
      case (.ranges(let ranges, _), .v4(let number)): ranges.code(of: number)
      case (.ranges(_, let ranges), .v6(let number)): ranges.code(of: number)
      case (.maxMind(let file), _): file.code(of: address)
      }
    return code?.country ?? Dimension.unknown
  }

  private static func ranges<Address>(
    at path: String,
    address: (UnsafeBufferPointer<UInt8>) -> Address?
  ) throws(CountryLookupError) -> CountryRanges<Address> {
    let bytes = try contents(of: path)
    do throws(CountryRanges<Address>.BadLine) {
      return try bytes.withUnsafeBufferPointer { text throws(CountryRanges<Address>.BadLine) in
        try CountryRanges(parsing: text, address: address)
      }
    } catch {
      throw .malformed(path: path, line: error.number)
    }
  }

  private static func contents(of path: String) throws(CountryLookupError) -> [UInt8] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw unreadable(path) }
    defer { close(file) }
    var status = stat()
    guard fstat(file, &status) == 0 else { throw unreadable(path) }
    var failed = false
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
      while count < buffer.count {
        let got = read(file, buffer.baseAddress?.advanced(by: count), buffer.count - count)
        if got < 0 { failed = true }
        guard got > 0 else { return }
        count += got
      }
    }
    guard !failed else { throw unreadable(path) }
    return bytes
  }

  private static func unreadable(_ path: String) -> CountryLookupError {
    .unreadable(path: path, reason: String(cString: strerror(errno)))
  }

  private static func decimal(_ digits: UnsafeBufferPointer<UInt8>) -> UInt32? {
    guard 1...10 ~= digits.count else { return nil }
    var number: UInt64 = 0
    for byte in digits {
      guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte else { return nil }
      number = number * 10 + UInt64(byte - UInt8(ascii: "0"))
    }
    return UInt32(exactly: number)
  }
}
