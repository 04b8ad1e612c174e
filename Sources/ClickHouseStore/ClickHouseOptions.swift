public import PlaybackFacts
public import QueryCore

/// How a cluster is used.
public struct ClickHouseOptions: Sendable {
  /// For how long facts can be asked for.
  public var retention: Retention
  /// Where the outbox of a collector is, which one program alone may open; nil for all others.
  public var outboxPath: String?
  /// The folder in which facts wait that are imported; nil for that of the system.
  public var importFolder: String?
  /// The most bytes that the outbox may take.
  public var outboxBytes: Int
  /// For how long a statement may run, in seconds.
  public var statementSeconds: Int
  /// The most memory that a statement may take on a server, in bytes.
  public var statementMemory: Int
  /// How many statements of this process run at the same time.
  public var statementsAtOnce: Int
  /// How many collectors write to the cluster: where there are several, another may have to go on from the states of
  /// playbacks that this one commits.
  public var collectors = 1
  /// How long others may go on with playbacks that this collector has back.
  public var handOver = Duration.seconds(5)
  /// The wall clock.
  public var now: @Sendable () -> Timestamp
  /// Where keys of viewers come from.
  public var makeViewerKey: @Sendable () -> SipHash.Key

  /// Makes options; what is left out has the default.
  public init(
    retention: Retention = Retention(),
    outboxPath: String? = nil,
    importFolder: String? = nil,
    outboxBytes: Int = 8 << 30,
    statementSeconds: Int = 30,
    statementMemory: Int = 4 << 30,
    statementsAtOnce: Int = 8,
    now: @escaping @Sendable () -> Timestamp,
    makeViewerKey: @escaping @Sendable () -> SipHash.Key = {
      var generator = SystemRandomNumberGenerator()
      return SipHash.Key(using: &generator)
    }
  ) {
    self.retention = retention
    self.outboxPath = outboxPath
    self.importFolder = importFolder
    self.outboxBytes = outboxBytes
    self.statementSeconds = statementSeconds
    self.statementMemory = statementMemory
    self.statementsAtOnce = statementsAtOnce
    self.now = now
    self.makeViewerKey = makeViewerKey
  }
}
