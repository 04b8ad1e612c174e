public import AnalyticsSource
public import PlaybackFacts
public import QueryCore

/// What a server serves; it knows no store and no collector by name.
public struct ServerParts: Sendable {
  /// The environments; the first answers whoever needs no key.
  let environments: [ServedEnvironment]
  /// The time.
  let now: @Sendable () -> Timestamp
  /// What is measured; nil where nothing is.
  let metrics: ServerMetrics?
  /// Where pings go of playbacks that other collectors have; nil where there are no others.
  let forwarding: PingForwarding?

  /// Makes the parts of a server.
  /// - Parameters:
  ///   - first: The environment that answers whoever needs no key.
  ///   - other: The other environment, which only its own keys open; nil where there is none.
  ///   - metrics: What is measured beside the counts of collectors; nil where nothing is.
  ///   - forwarding: Where pings go of playbacks that other collectors have; nil where there are no others.
  ///   - now: The time.
  public init(
    _ first: ServedEnvironment,
    _ other: ServedEnvironment? = nil,
    metrics: ServerMetrics? = nil,
    forwarding: PingForwarding? = nil,
    now: @escaping @Sendable () -> Timestamp
  ) {
    environments = [first] + (other.map { [$0] } ?? [])
    self.metrics = metrics
    self.forwarding = forwarding
    self.now = now
  }
}

/// What a server serves of one environment; nothing of it is ever shown under a key of the other.
public struct ServedEnvironment: Sendable {
  /// Which one it is.
  public var environment: StoreEnvironment
  /// What answers questions.
  public var data: any QueryAnswering
  /// What reads questions.
  public var parser: @Sendable () -> QueryParser
  /// What knows the titles of media items; nil where nothing does.
  public var media: (any MediaListing)?
  /// What tells of passing facts and of health; nil where nothing does.
  public var observing: (any SourceObserving)?
  /// What knows what became of pings; nil where nothing does.
  public var pings: (any PingHistoryReading)?
  /// What knows API keys; nil where there can be none.
  public var access: (any AccessGranting)?
  /// What takes the pings that come to ``path``.
  public var collector: any PingReceiving
  /// What keeps the store from being written now, in words that everybody may read; nil where nothing does.
  public var writeFault: @Sendable () -> String? = { nil }
  /// Counts the requests that are refused because there are too many.
  public var refusals: LimitCounts
  /// Where large reads wait for their turn, with the queries that are computed.
  public var admission: QueryAdmission
  /// The threads that make large answers; nil for those of the shared pool.
  public var executor: (any TaskExecutor)?

  /// Makes an environment; of what is left out, it has none.
  public init(
    _ environment: StoreEnvironment,
    data: any QueryAnswering,
    parser: @escaping @autoclosure @Sendable () -> QueryParser,
    media: (any MediaListing)? = nil,
    observing: (any SourceObserving)? = nil,
    pings: (any PingHistoryReading)? = nil,
    access: (any AccessGranting)? = nil,
    collector: any PingReceiving,
    refusals: LimitCounts = LimitCounts(),
    admission: QueryAdmission = QueryAdmission(),
    executor: (any TaskExecutor)? = nil
  ) {
    self.environment = environment
    self.data = data
    self.parser = parser
    self.media = media
    self.observing = observing
    self.pings = pings
    self.access = access
    self.collector = collector
    self.refusals = refusals
    self.admission = admission
    self.executor = executor
  }

  /// Where players send their pings.
  var path: String { environment.pingPath }
}

extension StoreEnvironment {
  /// Where players send their pings.
  var pingPath: String {
    switch self {
    case .production: "/watch"
    case .sandbox: "/sandbox/watch"
    }
  }
}
