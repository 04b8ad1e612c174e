public import QueryCore

/// Where a ClickHouse cluster is: the servers that take requests, a database, and the cluster's name.
///
/// ```
/// let address = try ClickHouseAddress("http://ch1:8123,http://stats:secret@ch2/playhead?cluster=main")
/// address.nodes.map(\.url)   // ["http://ch1:8123", "http://ch2:8123"]
/// address.name               // "main"
/// "\(address)"               // without the password
/// ```
///
/// The form is `http://[user[:password]@]host[:port]`, for several servers with commas between them; after the last
/// one may come `/database` and `?cluster=NAME`. In a user name or password `%` is written `%25`; other
/// characters may be escaped likewise.
public struct ClickHouseAddress: Hashable, Sendable {
  /// A server that takes requests over HTTP.
  public struct Node: Hashable, Sendable {
    /// A name or an IP address; an IPv6 address is without its brackets.
    public let host: String
    /// 1–65,535.
    public let port: Int
    /// Who asks; nil for the server's default user.
    public let user: String?
    /// The user's password, which never gets into a description; nil for none.
    public let password: String?

    /// The port where none is given.
    public static let standardPort = 8123

    /// Makes a node.
    public init(
      host: String,
      port: Int = Self.standardPort,
      user: String? = nil,
      password: String? = nil
    ) {
      self.host = host
      self.port = port
      self.user = user
      self.password = password
    }

    /// Host and port, `[::1]:8123`.
    public var name: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// The URL without user and password, and without a slash at the end.
    public var url: String { "http://\(name)" }
  }

  /// The servers in the order in which they were given, at least one, each once.
  public let nodes: [Node]
  /// The database with the tables.
  public let database: String
  /// The name of the cluster in the configuration of the servers; nil where one server has all the data.
  public let cluster: String?

  /// The database where none is given.
  public static let standardDatabase = "playhead"

  /// What people call it: the cluster's name, or host and port of the first server.
  public var name: String { cluster ?? nodes[0].name }

  /// Makes an address.
  ///
  /// - Parameters:
  ///   - nodes: the servers, at least one.
  ///   - database: letters, digits and `_`, no digit first.
  ///   - cluster: the cluster's name; nil where one server has all the data.
  public init(nodes: [Node], database: String = Self.standardDatabase, cluster: String? = nil) {
    precondition(!nodes.isEmpty, "an address has a node")
    self.nodes = nodes
    self.database = database
    self.cluster = cluster
  }

  /// The address of an environment's data: that of the sandbox is in a database of its own,
  /// `playhead_sandbox` beside `playhead`.
  public func address(of environment: StoreEnvironment) -> ClickHouseAddress {
    switch environment {
    case .production: self
    case .sandbox:
      ClickHouseAddress(nodes: nodes, database: "\(database)_sandbox", cluster: cluster)
    }
  }
}

extension ClickHouseAddress: CustomStringConvertible {
  /// The address as it is read, without passwords.
  public var description: String {
    let servers = nodes.map(\.description).joined(separator: ",")
    return "\(servers)/\(database)" + (cluster.map { "?cluster=\($0)" } ?? "")
  }
}

extension ClickHouseAddress.Node: CustomStringConvertible {
  /// The URL with the user, without the password.
  public var description: String {
    guard let user else { return url }
    return "http://\(user)@\(name)"
  }
}

extension ClickHouseAddress: CustomReflectable {
  /// Nothing beyond the description, so that a dump shows no password.
  public var customMirror: Mirror { Mirror(self, children: [(label: String?, value: Any)]()) }
}

extension ClickHouseAddress.Node: CustomReflectable {
  /// Nothing beyond the description, so that a dump shows no password.
  public var customMirror: Mirror { Mirror(self, children: [(label: String?, value: Any)]()) }
}
