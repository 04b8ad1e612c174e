import Foundation
public import PlaybackFacts
public import QueryCore

/// How a store is opened.
public struct StoreOptions: Sendable {
  /// How long a new store retains facts.
  ///
  /// An existing one has its own retention, which is never shortened.
  public var retention: Retention
  /// Whether a store that retains facts for less is to retain them as long as ``retention`` says.
  public var extendsRetention: Bool
  /// The most memory that kept results may take, in bytes.
  public var cacheBytes: Int
  /// Whether the store may only be read; it then has to exist.
  public var isReadOnly: Bool
  /// How long to wait for another process's transaction, in seconds.
  public var patience: Double
  /// How long after its end an hour is sealed, in milliseconds.
  public var sealingGrace: Int64
  /// How many facts may wait in the journal until all but the newest are sealed before their hour is over.
  ///
  /// Whoever opens the store decodes them before the first answer, half a microsecond each; whoever has it open
  /// holds them in memory. Each sealing lets go of all cached answers.
  public var journalLimit: Int
  /// How many bytes of facts may wait in the journal until they are sealed before their hour is over.
  public var journalByteLimit: Int
  /// How many bytes the history of pings may take, of which the oldest leave first; nil for any number.
  ///
  /// With 0 all of it is removed.
  public var pingHistoryBytes: Int?
  /// The wall clock.
  public var now: @Sendable () -> Timestamp
  /// The clock that nobody can set, by which the wall clock is checked; nil trusts the wall clock.
  public var uptime: (@Sendable () -> Uptime)?
  /// Where keys of viewers come from.
  public var makeViewerKey: @Sendable () -> SipHash.Key

  /// Called before each transaction of maintenance and import commits; tests let it fail.
  var beforeCommit: @Sendable () throws -> Void = {}
  /// After so long without a batch all but the newest facts are sealed, in milliseconds.
  var quietTime: Int64 = 10_000
  /// About so many facts are sealed in one step; memory and the length of a transaction go with it.
  var sealingStep = 20_000
  /// About so many bytes of a segment are written in one transaction, for which pings wait.
  var writingStep = 1 << 20
  /// Waits between the snapshots of a long read; tests do something else meanwhile.
  var betweenSnapshots: @Sendable (Duration) async -> Void = { duration in
    // Only cancellation ends it early: then the rest is read at once.
    if duration > .zero { try? await Task.sleep(for: duration) }
  }
  /// So many facts of an import are held in memory before they are written, while as many are written.
  var importLimit = 200_000
  /// Whether pages get checksums; tests make stores of before there were any.
  var addsChecksums = true
  /// Which process this is.
  var process = ProcessIdentity.current

  /// Makes options; what is left out has the default.
  public init(
    retention: Retention = Retention(),
    extendsRetention: Bool = false,
    cacheBytes: Int = 256 << 20,
    isReadOnly: Bool = false,
    patience: Double = 5,
    sealingGrace: Int64 = 5 * Milliseconds.minute,
    journalLimit: Int = 20_000,
    journalByteLimit: Int = 4 << 20,
    pingHistoryBytes: Int? = nil,
    now: @escaping @Sendable () -> Timestamp = StoreOptions.systemClock,
    uptime: (@Sendable () -> Uptime)? = Uptime.system,
    makeViewerKey: @escaping @Sendable () -> SipHash.Key = StoreOptions.randomKey
  ) {
    self.retention = retention
    self.extendsRetention = extendsRetention
    self.cacheBytes = cacheBytes
    self.isReadOnly = isReadOnly
    self.patience = patience
    self.sealingGrace = sealingGrace
    self.journalLimit = journalLimit
    self.journalByteLimit = journalByteLimit
    self.pingHistoryBytes = pingHistoryBytes
    self.now = now
    self.uptime = uptime
    self.makeViewerKey = makeViewerKey
  }

  /// The system's clock.
  public static let systemClock: @Sendable () -> Timestamp = {
    Timestamp(milliseconds: Int64((Date().timeIntervalSince1970 * 1000).rounded(.down)))
  }

  /// Keys of the system's random numbers.
  public static let randomKey: @Sendable () -> SipHash.Key = {
    var generator = SystemRandomNumberGenerator()
    return SipHash.Key(using: &generator)
  }
}

extension StoreOptions {
  /// What the clocks say of an instant; without an uptime, the wall clock is one.
  func reading(at now: Timestamp) -> ClockReading {
    let uptime = uptime?() ?? Uptime(boot: "wall", milliseconds: now.milliseconds)
    return ClockReading(wall: now, uptime: uptime)
  }

  /// What the clocks say now.
  var reading: ClockReading { reading(at: now()) }
}
