import PlaybackFacts

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
