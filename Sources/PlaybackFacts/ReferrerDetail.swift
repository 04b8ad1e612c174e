/// How much of the address of a page is kept as a referrer.
public enum ReferrerDetail: String, CaseIterable, Hashable, Sendable {
  /// Scheme, host and path: the rest often names a person, and has no end of values.
  case page
  /// All of it.
  case full

  /// The most bytes that are stored of an address; longer ones are cut.
  ///
  /// The state of every playback has its referrer, and should take about a kilobyte.
  public static let storedBytes = 1024

  /// The part of an address that is stored, at most ``storedBytes`` of it.
  ///
  /// Of ``page``, query, fragment, user name and password are cut off. Applied twice it gives the
  /// same, so filters are cut like what they look for.
  public func cut(_ address: String) -> String {
    let part = self == .page ? Self.page(of: address) : address
    guard part.utf8.count > Self.storedBytes else { return part }
    // Between two characters of Unicode: half of one would be another text.
    var end = part.utf8.index(part.utf8.startIndex, offsetBy: Self.storedBytes)
    while UTF8.isContinuation(part.utf8[end]) { part.utf8.formIndex(before: &end) }
    return String(part[..<end])
  }

  private static func page(of address: String) -> String {
    // By bytes: characters may hold more than the sign that is looked for.
    var address = address
    let parts = address.withUTF8 { Self.parts(of: $0) }
    guard parts.end < address.utf8.count || !parts.user.isEmpty else { return address }
    return address.withUTF8 { bytes in
      String(decoding: bytes[..<parts.user.lowerBound], as: UTF8.self)
        + String(decoding: bytes[parts.user.upperBound..<parts.end], as: UTF8.self)
    }
  }

  /// Where the page ends in an address, and where user name and password are, with the sign behind them.
  private static func parts(
    of address: UnsafeBufferPointer<UInt8>
  ) -> (end: Int, user: Range<Int>) {
    let end =
      address.firstIndex { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") } ?? address.count
    let page = address[..<end]
    var next = page.startIndex
    while let colon = page[next...].firstIndex(of: UInt8(ascii: ":")) {
      next = colon + 1
      guard page[next...].starts(with: "//".utf8) else { continue }
      let start = next + 2
      let host = page[start...].prefix { $0 != UInt8(ascii: "/") }
      let at = host.lastIndex(of: UInt8(ascii: "@"))
      return (end, start..<(at.map { $0 + 1 } ?? start))
    }
    return (end, 0..<0)
  }
}
