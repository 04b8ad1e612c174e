import AnalyticsAPI
import AnalyticsServer
import AnalyticsSource
import ArgumentParser
import ClickHouseStore
import Foundation
import Logging
import PingCollector
import PlaybackFacts
import QueryCore
import ServiceLifecycle
import Synchronization
import UnixSignals

/// `playhead serve`: collector and HTTP API, until stopped.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Collect pings and answer queries over HTTP, until stopped.",
    discussion: """
      Players send pings to /watch (or /sandbox/watch); queries go to /data/…, health checks to \
      /health/live and /health/ready. Once there is an API key, queries need one: 'playhead keys create' creates it, and it \
      opens its own environment only. Beyond loopback a key is required, unless --insecure is given.

      TERM and INT stop it: what has begun is answered and committed, within 10 seconds; a second one \
      ends it at once. HUP reads the settings again.

      Example: playhead serve --listen 127.0.0.1:8080
      """
  )

  @OptionGroup var source: SourceOptions
  @OptionGroup var values: ValueOptions
  @Option(help: "The address to listen on (default: 127.0.0.1:8080); port 0 picks a free port.")
  var listen: String?
  @OptionGroup var access: AccessOptions
  @OptionGroup var limits: LimitOptions
  @OptionGroup var http: HTTPOptions
  @OptionGroup var audience: AudienceOptions
  @Option(
    help:
      "The most bytes for the history of pings that 'playhead why' reads, or off (default: 256M)."
  )
  var pingHistory: String?
  @Option(
    help: ArgumentHelp(
      "With --clickhouse: the file for pings that the cluster does not have yet (default: $XDG_DATA_HOME/playhead/outbox.db).",
      valueName: "file"
    )
  )
  var outbox: String?
  @OptionGroup var collectors: CollectorGroupOptions
  @OptionGroup var log: LogOptions
  @Option(help: "Whether bots count unless a question says: all, exclude or only (default: all).")
  var bots: String?

  func run() async throws {
    var options = audience.settings.merging(values.settings) { $1 }
      .merging(access.settings) { $1 }
      .merging(limits.settings) { $1 }
      .merging(log.settings) { $1 }
      .merging(http.settings) { $1 }
      .merging(collectors.settings) { $1 }
    options[.listen] = .some(listen)
    options[.bots] = .some(bots)
    options[.pingHistory] = .some(pingHistory)
    options[.outbox] = .some(outbox)
    let settings = try source.settings(options)
    _ = try settings.clickHouse()
    if settings[.remote] != nil {
      throw ValidationError("serve works on a store, not on a remote server")
    }
    let environment = try settings.environment()
    var serverOptions = try settings.serverOptions()
    var certificate = try settings.certificate()
    serverOptions.encryption = certificate?.encryption
    let scheme = certificate == nil ? "http" : "https"
    let basePath = serverOptions.basePath.text
    serverOptions.keyRequirement = try await settings.keyRequirement(
      at: serverOptions.address,
      isInsecure: access.insecure
    )
    let output = LogOutput(
      try settings.logStyle(),
      isJournal: ProcessInfo.processInfo.environment["JOURNAL_STREAM"] != nil
    )
    let logger = output.logger
    certificate?.report = { logger.error("\($0)") }
    let metrics = ServerMetrics(version: Playhead.version)
    let countries = try CountryKeeper(settings.countryFiles, logger: logger)
    let referrers = try settings.referrers()
    let bots = BotsSetting(try settings.bots() ?? .all)
    let lookup = AudienceLookup(referrers: referrers) { countries.country(of: $0) }
    let admission = QueryAdmission()
    let forwarding = try settings.collectorGroup().map { PingForwarding($0) }
    let stores = try [StoreEnvironment.production, .sandbox].map { environment in
      try CollectingStore(settings, environment, lookup, metrics, admission, forwarding)
    }
    let ledgers = stores.map { LedgerKeeper($0, logger: logger) }
    let served = zip(stores, ledgers).map { store, ledger in
      var served = store.served(referrers: referrers, bots: bots)
      served.writeFault = { ledger.fault }
      return served
    }
    let (first, other) = environment == .sandbox ? (1, 0) : (0, 1)
    let answering = stores[first]
    let keys = try await keysText(serverOptions.keyRequirement, stores, logger)
    let manager = ServiceManager(variables: ProcessInfo.processInfo.environment)
    let server = ServerApplication(
      ServerParts(
        served[first],
        served[other],
        metrics: metrics,
        forwarding: forwarding,
        now: { Timestamp.now }
      ),
      options: serverOptions,
      logger: output.libraryLogger
    ) { address in
      logger.info(
        "listening on \(scheme)://\(address)\(basePath)",
        metadata: [
          "environment": "\(environment.rawValue)", "store": "\(answering.store.place)",
          "keys": "\(keys)",
        ]
      )
      if !manager.tell(.ready) { logger.warning("NOTIFY_SOCKET can't be told that this is ready") }
    }
    let (wanted, retention) = (try settings.retention(of: environment), answering.store.retention)
    if settings.isRetentionSet, wanted.milliseconds != retention.milliseconds {
      logger.warning(
        "the store retains \(dayText(retention)); 'playhead store retention' changes it"
      )
    }
    let clockReports = ClockReports { logger.warning("\($0)") }
    // Services stop in the reverse of this order: first nobody is let in any more, then the
    // collectors finish, then the stores seal and close.
    let maintenance = stores.map {
      Maintenance(store: $0.store, clockReports: clockReports, logger: logger)
    }
    let reload = SettingsReload(
      settings,
      logger,
      parts: [
        { settings in
          // The server's own, and what other settings would keep it from starting with.
          let options = try settings.serverOptions()
          _ = try (settings.environment(), settings.referrers(), settings.collectorLimits())
          _ = try (settings.cacheBytes(), settings.retention(of: environment))
          _ = try settings.clickHouse()
          return { server.change(to: options) }
        },
        { settings in
          let style = try settings.logStyle()
          return { output.style = style }
        },
        { try countries.reading($0.countryFiles) },
        { settings in
          let chosen = try settings.bots() ?? .all
          return { bots.value = chosen }
        },
      ]
    ) { [source, options] in
      try source.settings(options)
    }
    let begun: [(any Service)?] = [certificate, forwarding, countries]
    var services = begun.compactMap(\.self)
    services += maintenance
    services += ledgers
    services.append(server)
    try await ServiceRun(
      services: services,
      logger: output.libraryLogger,
      onHangUp: { reload.run() },
      onStopping: { manager.tell(.stopping) }
    ).run()
  }

  /// Who may query the server, for the first log line.
  private func keysText(
    _ requirement: KeyRequirement,
    _ environments: [CollectingStore],
    _ logger: Logger
  ) async throws -> String {
    if requirement == .never { return "open to everybody" }
    do {
      for environment in environments where try await environment.store.hasKeys(at: .now) {
        return "with API keys"
      }
    } catch {
      for environment in environments {
        guard let cluster = environment.store as? ClickHouseStore, await cluster.isAway() else {
          throw error
        }
      }
      // Pings are taken all the same, and wait in the outbox.
      logger.warning("\(error)")
      return "with API keys as soon as they can be read"
    }
    return "without API keys yet"
  }
}

/// Whether bots count where a question does not say, which may change while a server runs.
final class BotsSetting: Sendable {
  private let current: Mutex<Bots>

  init(_ bots: Bots) { current = Mutex(bots) }

  var value: Bots {
    get { current.withLock(\.self) }
    set { current.withLock { $0 = newValue } }
  }
}

/// A store with the collector that writes it and the engine that reads it.
struct CollectingStore {
  let store: any AnalyticsStore
  let collector: Collector
  let engine: QueryEngine
  private let metrics: ServerMetrics?
  /// Of the server that shows the store.
  let refusals = LimitCounts()
  let admission: QueryAdmission

  init(
    _ store: any AnalyticsStore,
    _ audience: AudienceLookup,
    limits: CollectorLimits = CollectorLimits(),
    cacheBytes: Int,
    metrics: ServerMetrics? = nil,
    admission: QueryAdmission = QueryAdmission(),
    forwarding: PingForwarding? = nil
  ) {
    self.store = store
    self.metrics = metrics
    self.admission = admission
    let environment = store.retention.environment
    collector = Collector(
      sink: metrics?.timing(store, of: environment) ?? store,
      audience: audience,
      limits: limits,
      ownership: forwarding
    )
    engine = QueryEngine(backend: store, cacheBytes: cacheBytes, admission: admission)
  }

  /// The store as a server shows it to those who may read it.
  func served(referrers: ReferrerDetail, bots: BotsSetting) -> ServedEnvironment {
    let store = store
    let environment = store.retention.environment
    return ServedEnvironment(
      environment,
      data: metrics?.timing(engine, of: environment) ?? engine,
      parser: QueryParser(retention: store.retention, referrers: referrers, bots: bots.value),
      media: store,
      observing: store,
      pings: store,
      access: store,
      collector: collector,
      refusals: refusals,
      admission: admission,
      executor: store.executor
    )
  }

  /// Opens the store of an environment; that of the sandbox gets an eighth of the memory.
  init(
    _ settings: Settings,
    _ environment: StoreEnvironment,
    _ audience: AudienceLookup,
    _ metrics: ServerMetrics,
    _ admission: QueryAdmission,
    _ forwarding: PingForwarding?
  ) throws {
    let (sums, answers) = try settings.cacheBytes()
    var limits = try settings.collectorLimits()
    let pingHistoryBytes = try settings.pingHistoryBytes()
    limits.hasPingHistory = pingHistoryBytes > 0
    if let forwarding { limits.gathering = forwarding.gathering }
    let eighths = environment == .production ? 7 : 1
    let store = try openStore(
      settings,
      of: environment,
      .collecting,
      cacheBytes: sums / 8 * eighths,
      pingHistoryBytes: pingHistoryBytes
    )
    self.init(
      store,
      audience,
      limits: limits,
      cacheBytes: answers / 8 * eighths,
      metrics: metrics,
      admission: admission,
      forwarding: forwarding
    )
  }
}

/// Does a store's work in the background; at the end does what is left and closes.
struct Maintenance: Service, CustomStringConvertible {
  let store: any AnalyticsStore
  let clockReports: ClockReports
  let logger: Logger

  /// Its name in logs.
  var description: String { "maintenance of \(store.place)" }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      async let work: Void = store.run()
      while !Task.isCancelled {
        await maintain()
        var seconds = 0
        repeat {
          // Only the end of the service interrupts it.
          try? await Task.sleep(for: .seconds(1))
          seconds += 1
        } while seconds < 5 && !store.isJournalFull && !Task.isCancelled
      }
      await work
    }
    await maintain()
    store.closeAfterWork()
  }

  private func maintain() async {
    do {
      try await store.maintain(now: .now)
      clockReports.note(store.clockDoubt, of: store.place)
    } catch {
      logger.error("maintenance of the store failed", metadata: ["error": "\(error)"])
    }
  }
}
