public import AnalyticsAPI

/// How a server behaves; the defaults suit production.
public struct ServerOptions: Sendable {
  /// Where it listens.
  public var address: ListenAddress
  /// What a problem's `type` begins with; the kind's name follows.
  public var problemTypePrefix: String
  /// How many pings may come from one address within 10 seconds; then the answer is a 429.
  public var pingsPerAddress: Int
  /// The pages that may read the answers to pings.
  public var pageOrigins: PageOrigins
  /// Who may read without an API key.
  public var keyRequirement: KeyRequirement
  /// A token that opens the counts under `/metrics` and nothing else; nil for none.
  public var metricsToken: String?
  /// How many wrong keys or tokens one address may show within 10 seconds; then the answer is a 429.
  public var failuresPerAddress: Int
  /// How long a question may be worked on; then the answer is a 503.
  public var queryDeadline: Duration
  /// How long a request may take to arrive, from the first byte of its head to the last of its body; then the answer
  /// is a 408.
  public var requestDeadline: Duration
  /// How long a connection may be silent, before its first request and between requests.
  public var idleTimeout: Duration
  /// How long requests that have begun may take once the server is asked to stop; then their connections are
  /// closed.
  public var drainLimit: Duration
  /// The proxies that say for whom they send a request.
  public var trustedProxies: TrustedProxies
  /// What stands before the paths of all routes.
  public var basePath: BasePath
  /// How many connections may be open at once; one more is answered with a 503.
  public var mostConnections: Int
  /// What encrypts connections; nil for HTTP in plain text.
  package var encryption: (any ConnectionEncryption)?

  /// Makes options; what is left out has its default.
  public init(
    address: ListenAddress,
    problemTypePrefix: String = Problem.defaultTypePrefix,
    pingsPerAddress: Int = 10_000,
    pageOrigins: PageOrigins = .all,
    keyRequirement: KeyRequirement = .onceThereAreAny,
    metricsToken: String? = nil,
    failuresPerAddress: Int = 100,
    queryDeadline: Duration = .seconds(10),
    requestDeadline: Duration = .seconds(15),
    idleTimeout: Duration = .seconds(75),
    drainLimit: Duration = .seconds(5),
    trustedProxies: TrustedProxies = .none,
    basePath: BasePath = .none,
    mostConnections: Int = .max
  ) {
    self.address = address
    self.problemTypePrefix = problemTypePrefix
    self.pingsPerAddress = pingsPerAddress
    self.pageOrigins = pageOrigins
    self.keyRequirement = keyRequirement
    self.metricsToken = metricsToken
    self.failuresPerAddress = failuresPerAddress
    self.queryDeadline = queryDeadline
    self.requestDeadline = requestDeadline
    self.idleTimeout = idleTimeout
    self.drainLimit = drainLimit
    self.trustedProxies = trustedProxies
    self.basePath = basePath
    self.mostConnections = mostConnections
  }

  /// How many connections are accepted before one that is too many can be closed.
  public static let connectionsAcceptedAtOnce = 64

  /// What a problem's `type` begins with: a prefix that is a path lies below the base path.
  var problemTypes: String {
    problemTypePrefix.hasPrefix("/") ? basePath.text + problemTypePrefix : problemTypePrefix
  }
}
