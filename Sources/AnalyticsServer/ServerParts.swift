public import PlaybackFacts
public import QueryCore

/// What a server serves; it knows no store and no collector by name.
public struct ServerParts: Sendable {
  /// What answers questions.
  public var data: any QueryAnswering
  /// What reads questions.
  public var parser: @Sendable () -> QueryParser
  /// What knows the titles of media items; nil where nothing does.
  public var media: (any MediaListing)?
  /// What tells of passing facts and of health; nil where nothing does.
  public var observing: (any SourceObserving)?
  /// What takes the pings that come to `/watch`.
  public var collector: any PingReceiving
  /// What takes the pings that come to `/sandbox/watch`; nil where there is no sandbox.
  public var sandboxCollector: (any PingReceiving)?
  /// The time.
  public var now: @Sendable () -> Timestamp

  /// Makes the parts of a server; of what is left out, it has none.
  public init(
    data: any QueryAnswering,
    parser: @escaping @autoclosure @Sendable () -> QueryParser,
    media: (any MediaListing)? = nil,
    observing: (any SourceObserving)? = nil,
    collector: any PingReceiving,
    sandboxCollector: (any PingReceiving)? = nil,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.data = data
    self.parser = parser
    self.media = media
    self.observing = observing
    self.collector = collector
    self.sandboxCollector = sandboxCollector
    self.now = now
  }

  /// The collectors, each with its environment and its path.
  var collectors: [Collecting] {
    let production = Collecting(collector, for: .production, at: "/watch")
    guard let sandboxCollector else { return [production] }
    return [production, Collecting(sandboxCollector, for: .sandbox, at: "/sandbox/watch")]
  }
}

/// A collector at its place.
struct Collecting: Sendable {
  let collector: any PingReceiving
  let environment: StoreEnvironment
  let path: String

  init(_ collector: any PingReceiving, for environment: StoreEnvironment, at path: String) {
    self.collector = collector
    self.environment = environment
    self.path = path
  }
}
