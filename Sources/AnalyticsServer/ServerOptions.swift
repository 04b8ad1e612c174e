public import AnalyticsAPI

/// How a server behaves; the defaults suit production.
public struct ServerOptions: Sendable {
  /// Where it listens.
  public var address: ListenAddress
  /// What a problem's `type` begins with; the kind's name follows.
  public var problemTypePrefix: String
  /// How many pings may come from one address within 10 seconds; then the answer is a 429.
  public var pingsPerAddress: Int
  /// How long a question may be worked on; then the answer is a 503.
  public var queryDeadline: Duration
  /// How long a request may take to arrive once its head has; then the answer is a 408.
  public var requestDeadline: Duration
  /// How long a connection may be silent, between requests or in the middle of a head.
  public var idleTimeout: Duration

  /// Makes options; what is left out has its default.
  public init(
    address: ListenAddress,
    problemTypePrefix: String = Problem.defaultTypePrefix,
    pingsPerAddress: Int = 10_000,
    queryDeadline: Duration = .seconds(10),
    requestDeadline: Duration = .seconds(15),
    idleTimeout: Duration = .seconds(75)
  ) {
    self.address = address
    self.problemTypePrefix = problemTypePrefix
    self.pingsPerAddress = pingsPerAddress
    self.queryDeadline = queryDeadline
    self.requestDeadline = requestDeadline
    self.idleTimeout = idleTimeout
  }
}
