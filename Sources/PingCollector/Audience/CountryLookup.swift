import PlaybackFacts

/// Finds the country of an address in one of several kinds of database.
///
/// It never changes after it was made, and holds all that it needs, so that any number of tasks may
/// ask it at once and nobody can pull a file away under it.
public struct CountryLookup: Sendable {
  private enum Source {
    case none
    case ranges(CountryRanges<UInt32>, CountryRanges<UInt128>)
    case tree(CountryTree)
  }

  private let source: Source

  /// A lookup without a database: every country is unknown.
  public static let none = CountryLookup(source: .none)

  private init(source: Source) {
    self.source = source
  }

  /// Reads an MMDB file, such as GeoLite2 Country or City, DB-IP Lite or IPinfo Lite.
  ///
  /// The country of a network is its `country`, `country_code` or `registered_country`, which is a
  /// code of two letters, or a map with such an `iso_code`.
  public init(mmdb bytes: [UInt8]) throws(CountryLookupError) {
    source = .tree(try CountryTree(mmdb: bytes))
  }

  /// Reads two text files in the format of tor's `geoip` and `geoip6`, made from the IPFire location
  /// database.
  public init(v4 v4Text: [UInt8], v6 v6Text: [UInt8]) throws(CountryLookupError) {
    source = .ranges(
      try Self.ranges(v4Text, .v4, address: Self.decimal),
      try Self.ranges(v6Text, .v6, address: IPAddress.parseV6)
    )
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
      case (.tree(let tree), _): tree.code(of: address)
      }
    return code?.country ?? Dimension.unknown
  }

  private static func ranges<Address>(
    _ text: [UInt8],
    _ version: CountryLookupError.Version,
    address: (UnsafeBufferPointer<UInt8>) -> Address?
  ) throws(CountryLookupError) -> CountryRanges<Address> {
    do throws(CountryRanges<Address>.BadLine) {
      return try text.withUnsafeBufferPointer { text throws(CountryRanges<Address>.BadLine) in
        try CountryRanges(parsing: text, address: address)
      }
    } catch {
      throw .malformed(version, line: error.number)
    }
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

/// Why the bytes of a database of countries can't be used.
public enum CountryLookupError: Error, Hashable {
  /// A version of the internet protocol.
  public enum Version: Hashable, Sendable { case v4, v6 }

  /// They aren't in the format of MMDB; the reason is a part of a sentence.
  case notMMDB(reason: String)
  /// They are an MMDB file of another kind, such as one of networks' names.
  case noCountries(databaseType: String)
  /// A line of the text file for a version isn't `first,last,country`, or is out of order.
  case malformed(Version, line: Int)
}

extension CountryLookupError: CustomStringConvertible {
  /// A part of a sentence for the user, behind the name of the file.
  public var description: String {
    switch self {
    case .notMMDB(let reason): "it is not an MMDB file: \(reason)"
    case .noCountries(let type):
      "it holds no countries: its type is '\(type)'; give a database of countries or cities"
    case .malformed(_, let line): "line \(line) isn't 'first,last,country' in ascending order"
    }
  }
}

/// The two letters by which a database names a country; not all of them are countries.
struct CountryCode: Hashable, Sendable {
  private let first: UInt8
  private let second: UInt8

  init(_ first: UInt8, _ second: UInt8) {
    self.first = first
    self.second = second
  }

  /// The ISO 3166 code, or `unknown` for what is none, as `??`, `A1` (a proxy) and `EU` are.
  var country: String {
    Country.of(String(decoding: [first, second], as: UTF8.self))?.code ?? Dimension.unknown
  }

  /// Whether it is the code of a country.
  var isCountry: Bool { country != Dimension.unknown }
}
