import Glibc

extension ClickHouseAddress {
  /// What is wrong with the text of an address.
  public struct ReadingError: Error, Hashable, CustomStringConvertible {
    /// One sentence that quotes the text without its passwords.
    public let description: String
  }

  /// Reads an address such as `http://10.0.0.1:8123,http://10.0.0.2:8123/playhead?cluster=main`.
  ///
  /// - Throws: ``ReadingError`` where the text is not one.
  public init(_ text: String) throws(ReadingError) {
    func refusal(_ reason: String) -> ReadingError {
      ReadingError(
        description: "'\(Self.withoutPasswords(text))' is not a ClickHouse address: \(reason)"
      )
    }
    guard text.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
      throw refusal("it has spaces or control characters")
    }
    var nodes: [Node] = []
    var end = (database: Self.standardDatabase, cluster: String?.none)
    let parts = Self.parts(of: text)
    for (number, part) in parts.enumerated() {
      let (node, rest): (Node, Substring)
      switch Self.node(part) {
      case .success((let found, let tail)): (node, rest) = (found, tail)
      case .failure(let fault): throw refusal(fault.reason)
      }
      guard number == parts.count - 1 || rest.isEmpty else {
        throw refusal("only the last server may be followed by a database or a query")
      }
      guard !nodes.contains(where: { $0.host == node.host && $0.port == node.port }) else {
        throw refusal("it names \(node.name) twice")
      }
      nodes.append(node)
      switch Self.databaseAndCluster(rest) {
      case .success(let found): end = found
      case .failure(let fault): throw refusal(fault.reason)
      }
    }
    self.init(nodes: nodes, database: end.database, cluster: end.cluster)
  }

  /// The text of an address, well formed or not, with `***` in place of what may be a password.
  public static func withoutPasswords(_ text: String) -> String {
    parts(of: text).map(withoutPassword).joined(separator: ",")
  }
}

// MARK: - Parts

extension ClickHouseAddress {
  /// Why a part of an address can't be read.
  private struct Fault: Error {
    let reason: String
  }

  /// Cuts a text at the commas before which a server ends and another begins: a password may have some.
  private static func parts(of text: String) -> [Substring] {
    var parts: [Substring] = []
    var start = text.startIndex
    for comma in text.indices where text[comma] == "," {
      let next = text.index(after: comma)
      let scheme = text[next...].prefix { $0.isASCII && $0.isLetter }
      guard text[scheme.endIndex...].hasPrefix("://") || scheme.lowercased().hasPrefix("http")
      else { continue }
      parts.append(text[start..<comma])
      start = next
    }
    return parts + [text[start...]]
  }

  /// Reads a server, and returns what follows it.
  private static func node(_ part: Substring) -> Result<(Node, Substring), Fault> {
    func fault(_ reason: String) -> Result<(Node, Substring), Fault> {
      .failure(Fault(reason: reason))
    }
    guard let scheme = part.firstRange(of: "://") else {
      return fault("each server is written http://host:port")
    }
    guard part[..<scheme.lowerBound].lowercased() == "http" else {
      return fault("each server is written http://host:port; other protocols are not spoken")
    }
    var rest = part[scheme.upperBound...]
    var user: String?
    var password: String?
    if let at = rest.lastIndex(of: "@") {
      let credentials = rest[..<at]
      rest = rest[rest.index(after: at)...]
      let name = credentials.prefix { $0 != ":" }
      guard !name.isEmpty else { return fault("there is no user before the @") }
      user = unescaped(name)
      if name.endIndex < credentials.endIndex {
        password = unescaped(credentials[name.endIndex...].dropFirst())
        if password == nil { return fault("a % in a password is written %25") }
      }
      if user == nil { return fault("a % in a user name is written %25") }
    }
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    guard let (host, port) = hostAndPort(authority) else {
      return fault("each server is written http://host:port, with a port of 1 to 65535")
    }
    let node = Node(host: host, port: port, user: user, password: password)
    return .success((node, rest[authority.endIndex...]))
  }

  private static func hostAndPort(_ authority: Substring) -> (host: String, port: Int)? {
    let host: Substring
    let rest: Substring
    if authority.hasPrefix("[") {
      guard let end = authority.firstIndex(of: "]") else { return nil }
      host = authority[..<end].dropFirst()
      rest = authority[end...].dropFirst()
      var address = in6_addr()
      guard inet_pton(AF_INET6, String(host), &address) == 1 else { return nil }
    } else {
      host = authority.prefix { $0 != ":" }
      rest = authority[host.endIndex...]
      guard !host.isEmpty, host.utf8.allSatisfy({ isWordByte($0) || $0 == 0x2d || $0 == 0x2e })
      else { return nil }
    }
    if rest.isEmpty { return (String(host), Node.standardPort) }
    guard rest.hasPrefix(":"), rest.dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let port = Int(rest.dropFirst()), (1...65_535).contains(port)
    else { return nil }
    return (String(host), port)
  }

  /// Reads `/database?cluster=NAME`, both of which may be missing.
  private static func databaseAndCluster(
    _ text: Substring
  ) -> Result<(database: String, cluster: String?), Fault> {
    let path = text.prefix { $0 != "?" && $0 != "#" }
    let query = text[path.endIndex...]
    var database = standardDatabase
    if path.count > 1 {
      database = String(path.dropFirst())
      guard database.utf8.allSatisfy(isWordByte), database.first?.isNumber == false else {
        return .failure(Fault(reason: "a database has letters, digits and _, and no digit first"))
      }
    }
    guard !query.isEmpty else { return .success((database, nil)) }
    guard query.hasPrefix("?cluster=") else {
      return .failure(Fault(reason: "after the database may come only ?cluster=NAME"))
    }
    let cluster = query.dropFirst("?cluster=".count)
    guard !cluster.isEmpty,
      cluster.utf8.allSatisfy({ isWordByte($0) || $0 == 0x2d || $0 == 0x2e })
    else {
      return .failure(Fault(reason: "a cluster has a name of letters, digits, _, - and ."))
    }
    return .success((database, String(cluster)))
  }

  /// Letters, digits and `_`.
  private static func isWordByte(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x5f: true
    default: false
    }
  }

  /// The text with its `%41` replaced by the bytes they stand for; nil where a `%` stands for nothing.
  private static func unescaped(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, let first = hexDigit(digits.first), let last = hexDigit(digits.last)
      else { return nil }
      bytes.append(first << 4 | last)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func hexDigit(_ byte: UInt8?) -> UInt8? {
    switch byte {
    case let byte? where (0x30...0x39).contains(byte): byte - 0x30
    case let byte? where (0x41...0x46).contains(byte): byte - 0x41 + 10
    case let byte? where (0x61...0x66).contains(byte): byte - 0x61 + 10
    default: nil
    }
  }

  /// A server's part without its password.
  ///
  /// All before the last `@` belongs to the user. Where there is none, what should be a port and is not may be a
  /// password whose host was forgotten; and so may any value of a query but a cluster's name.
  private static func withoutPassword(_ part: Substring) -> String {
    let start = part.firstRange(of: "://")?.upperBound ?? part.startIndex
    var rest = part[start...]
    var shown = String(part[..<start])
    if let at = rest.lastIndex(of: "@") {
      let credentials = rest[..<at]
      let name = credentials.prefix { $0 != ":" }
      shown += name.endIndex < credentials.endIndex ? "\(name):***@" : "\(name)@"
      rest = rest[rest.index(after: at)...]
    }
    let path = rest.prefix { $0 != "?" }
    let query = rest[path.endIndex...]
    let colon = path.hasPrefix("[") ? path.firstRange(of: "]:")?.upperBound : nil
    let port = colon ?? path.firstIndex(of: ":").map(path.index(after:)) ?? path.endIndex
    let digits = path[port...].prefix { $0.isASCII && $0.isNumber }
    let isPort = path[digits.endIndex...].first.map { $0 == "/" || $0 == "#" } ?? true
    shown += isPort || path.hasPrefix("[") && colon == nil ? path : path[..<port] + "***"
    let isCluster =
      query.hasPrefix("?cluster=") && !query.contains("&") && query.filter { $0 == "=" }.count == 1
    return shown + (query.isEmpty || isCluster ? query : "?***")
  }
}
