import TextAndBytes

/// How a request arrived at a server: what it needs to know to tell viewers apart behind a proxy.
public struct Arrival: Hashable, Sendable {
  /// The path that a server answers with it.
  public static let path = "/health/arrival"

  /// The address at the other end of the connection: the client's, or that of a proxy.
  public var connection: String
  /// The address that the request counts as coming from.
  public var sender: String
  /// What the request says of proxies on its way, by the names of fields in lower case, such as
  /// `x-forwarded-for`.
  public var fields: [String: String]

  /// Describes an arrival.
  public init(connection: String, sender: String, fields: [String: String]) {
    self.connection = connection
    self.sender = sender
    self.fields = fields
  }

  /// The fields by which proxies tell for whom they send a request, and how it came to them.
  public static let fieldNames = [
    "forwarded", "x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "x-real-ip",
    "cf-connecting-ip", "true-client-ip",
  ]

  /// The body of an HTTP answer.
  public func json() -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.key("connection")
      json.string(connection)
      json.key("sender")
      json.string(sender)
      json.key("fields")
      json.object { json in
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
          json.key(name)
          json.string(value)
        }
      }
    }
    return json.bytes
  }

  /// Reads the body that ``json()`` writes; nil for anything else.
  public init?(json: [UInt8]) {
    guard let body = try? decode(Body.self, json) else { return nil }
    self.init(connection: body.connection, sender: body.sender, fields: body.fields)
  }

  private struct Body: Decodable {
    var connection: String
    var sender: String
    var fields: [String: String]
  }
}
