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
    let page = address.utf8.prefix { $0 != UInt8(ascii: "?") && $0 != UInt8(ascii: "#") }
    guard let slashes = page.firstRange(of: "://".utf8) else { return String(Substring(page)) }
    let host = page[slashes.upperBound...].prefix { $0 != UInt8(ascii: "/") }
    guard let at = host.lastIndex(of: UInt8(ascii: "@")) else { return String(Substring(page)) }
    return String(Substring(page[..<slashes.upperBound]))
      + Substring(page[page.index(after: at)...])
  }
}
