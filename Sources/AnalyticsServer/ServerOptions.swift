public import AnalyticsAPI
public import QueryCore

/// How a server behaves; the defaults suit production.
public struct ServerOptions: Sendable {
  /// Where it listens.
  public var address: ListenAddress
  /// What a problem's `type` begins with; the kind's name follows.
  public var problemTypePrefix: String
  /// How many pings may come from one address within 10 seconds; then the answer is a 429.
  public var pingsPerAddress: Int
  /// How many requests of an environment an API key may send in a minute, or an address without one; then the
  /// answer is a 429.
  public var readsPerMinute: [StoreEnvironment: Int]
  /// The pages that may read the answers to pings.
  public var pageOrigins: PageOrigins
  /// The pages that may read data, where their users have a key or the server needs none.
  public var dataOrigins: PageOrigins
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
  ///
  /// So long may a client also take nothing of an answer; then its connection is closed.
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
  /// How many connections may be open at once; for one more, the idlest is closed, or it is answered with a 503.
  public var mostConnections: Int
  /// How many bytes of answers may wait for their clients; then those go that have waited longest, and queries are
  /// answered with a 503 while that is not enough.
  public var mostUnsentBytes: Int
  /// What encrypts connections; nil for HTTP in plain text.
  package var encryption: (any ConnectionEncryption)?

  /// How often streams of events look for something new.
  public var eventStep = Duration.milliseconds(250)
  /// After how many looks without news a stream of events says that it is still there.
  public var stepsPerHeartbeat = 60

  /// As the hosted API has them.
  public static let standardReadsPerMinute: [StoreEnvironment: Int] = [
    .production: 500, .sandbox: 100,
  ]

  /// Makes options; what is left out has its default.
  public init(
    address: ListenAddress,
    problemTypePrefix: String = Problem.defaultTypePrefix,
    pingsPerAddress: Int = 10_000,
    readsPerMinute: [StoreEnvironment: Int] = ServerOptions.standardReadsPerMinute,
    pageOrigins: PageOrigins = .all,
    dataOrigins: PageOrigins = .none,
    keyRequirement: KeyRequirement = .onceThereAreAny,
    metricsToken: String? = nil,
    failuresPerAddress: Int = 100,
    queryDeadline: Duration = .seconds(10),
    requestDeadline: Duration = .seconds(15),
    idleTimeout: Duration = .seconds(75),
    drainLimit: Duration = .seconds(5),
    trustedProxies: TrustedProxies = .none,
    basePath: BasePath = .none,
    mostConnections: Int = .max,
    mostUnsentBytes: Int = 128 << 20
  ) {
    self.address = address
    self.problemTypePrefix = problemTypePrefix
    self.pingsPerAddress = pingsPerAddress
    self.readsPerMinute = readsPerMinute
    self.pageOrigins = pageOrigins
    self.dataOrigins = dataOrigins
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
    self.mostUnsentBytes = mostUnsentBytes
  }

  /// How many connections are accepted before one that is too many can be closed.
  public static let connectionsAcceptedAtOnce = 64

  /// What a problem's `type` begins with: a prefix that is a path lies below the base path.
  var problemTypes: String {
    problemTypePrefix.hasPrefix("/") ? basePath.text + problemTypePrefix : problemTypePrefix
  }
}
