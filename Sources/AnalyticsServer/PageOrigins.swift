import HTTPTypes

/// The pages whose scripts may read answers.
///
/// Pings of other pages are taken too: players send without asking, and read nothing.
public struct PageOrigins: Hashable, Sendable {
  /// Pages of every origin.
  public static let all = PageOrigins(listed: nil)

  /// Pages of no origin.
  public static let none = PageOrigins(listed: [])

  private let listed: Set<String>?

  private init(listed: Set<String>?) {
    self.listed = listed
  }

  /// Pages of these origins, such as `https://www.example.com` or `http://localhost:3000`.
  ///
  /// - Throws: ``ServerError/invalidOrigin(_:)`` for the first that is none.
  public init(_ origins: [String]) throws(ServerError) {
    for origin in origins where !Self.isOrigin(origin) { throw .invalidOrigin(origin) }
    listed = Set(origins.map { $0.lowercased() })
  }

  /// The fields that let the page of an origin read an answer.
  func fields(for origin: String?) -> HTTPFields {
    guard let listed else { return [.accessControlAllowOrigin: "*"] }
    if listed.isEmpty { return [:] }
    var fields: HTTPFields = [.vary: "Origin"]
    if let origin, listed.contains(origin.lowercased()) {
      fields[.accessControlAllowOrigin] = origin
    }
    return fields
  }

  /// The origin of the page that sends a request; nil where it has none, or all pages or none may read.
  func origin(of request: HTTPRequest) -> String? {
    listed?.isEmpty ?? true ? nil : request.headerFields.value(.origin)
  }

  /// Whether a text is what browsers send as `Origin`: scheme, host and perhaps a port, nothing more.
  private static func isOrigin(_ text: String) -> Bool {
    guard let colon = text.firstRange(of: "://"),
      ["http", "https"].contains(text[..<colon.lowerBound].lowercased())
    else { return false }
    let host = text[colon.upperBound...]
    return !host.isEmpty
      && host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && !"/?#@,;\"\\*".utf8.contains($0) }
  }
}
