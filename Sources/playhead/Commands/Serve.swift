import AnalyticsAPI
import AnalyticsServer
import ArgumentParser
import FactStore
import Foundation
import Logging
import PingCollector
import PlaybackFacts
import QueryCore
import ServiceLifecycle
import UnixSignals

/// `playhead serve`: collector and HTTP API, until stopped.
struct Serve: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Collect pings and answer queries over HTTP, until stopped.",
    discussion: """
      Players send pings to /watch (or /sandbox/watch); queries go to /data/…, health checks to \
      /healthz. Once there is an API key, queries need one: 'playhead keys create' creates it, and it \
      opens its own environment only. Beyond loopback a key is required, unless --insecure is given.

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
  @Option(help: "Whether bots count unless a question says: all, exclude or only (default: all).")
  var bots: String?

  func run() async throws {
    var options = audience.settings.merging(values.settings) { $1 }
      .merging(access.settings) { $1 }.merging(limits.settings) { $1 }
      .merging(http.settings) { $1 }
    options[.listen] = .some(listen)
    options[.bots] = .some(bots)
    let settings = try source.settings(options)
    if settings[.remote] != nil {
      throw ValidationError("serve works on a store, not on a remote server")
    }
    let address = try settings.listenAddress()
    let environment = try settings.environment()
    var serverOptions = ServerOptions(address: address)
    if let prefix = settings[.problemTypes] { serverOptions.problemTypePrefix = prefix }
    serverOptions.metricsToken = try settings.metricsToken()
    serverOptions.pageOrigins = try settings.pageOrigins()
    serverOptions.dataOrigins = try settings.dataOrigins()
    serverOptions.readsPerMinute = try settings.readsPerMinute()
    serverOptions.pingsPerAddress =
      try settings.pingsPerAddress() ?? serverOptions.pingsPerAddress
    try settings.apply(to: &serverOptions)
    let certificate = try settings.certificate()
    serverOptions.encryption = certificate?.encryption
    let scheme = certificate == nil ? "http" : "https"
    let basePath = serverOptions.basePath.text
    serverOptions.keyRequirement = try await settings.keyRequirement(
      at: address,
      isInsecure: access.insecure
    )
    let countries = try CountryKeeper(settings.countryFiles)
    let referrers = try settings.referrers()
    let bots = try settings.bots() ?? .all
    let lookup = AudienceLookup(referrers: referrers) { countries.country(of: $0) }
    let production = try CollectingStore(settings, .production, lookup)
    let sandbox = try CollectingStore(settings, .sandbox, lookup)
    let (answering, other) =
      environment == .sandbox ? (sandbox, production) : (production, sandbox)
    let keys = try await keysText(serverOptions.keyRequirement, [production, sandbox])

    var logger = Logger(label: "playhead") { StreamLogHandler.standardError(label: $0) }
    logger.logLevel = .warning
    let server = ServerApplication(
      ServerParts(
        answering.served(referrers: referrers, bots: bots),
        other.served(referrers: referrers, bots: bots),
        now: { Timestamp.now }
      ),
      options: serverOptions,
      logger: logger
    ) { address in
      StandardError.write(
        "listening on \(scheme)://\(address)\(basePath), \(environment.rawValue) store \(answering.store.path), \(keys)\n"
      )
    }
    let (wanted, retention) = (try settings.retention(of: environment), answering.store.retention)
    if settings.isRetentionSet, wanted.milliseconds != retention.milliseconds {
      StandardError.write(
        "playhead: the store retains \(dayText(retention)); 'playhead store retention' changes it\n"
      )
    }
    let clockReports = ClockReports { [logger] in logger.warning("\($0)") }
    // Services stop in the reverse of this order: first nobody is let in any more, then the
    // collectors finish, then the stores seal and close.
    let group = ServiceGroup(
      configuration: .init(
        services: (certificate.map { [.init(service: $0)] } ?? []) + [
          .init(service: countries),
          .init(service: Maintenance(store: production.store, clockReports: clockReports)),
          .init(service: Maintenance(store: sandbox.store, clockReports: clockReports)),
          .init(service: LedgerKeeper(production)),
          .init(service: LedgerKeeper(sandbox)),
          .init(service: server),
        ],
        gracefulShutdownSignals: [.sigterm, .sigint],
        logger: logger
      )
    )
    try await group.run()
  }

  /// Who may ask, as the line at the start says it.
  private func keysText(
    _ requirement: KeyRequirement,
    _ environments: [CollectingStore]
  ) async throws -> String {
    if requirement == .never { return "open to everybody" }
    for environment in environments where try await environment.store.hasKeys(at: .now) {
      return "with API keys"
    }
    return "without API keys yet"
  }
}

/// A store with the collector that writes it and the engine that reads it.
struct CollectingStore {
  let store: FactStore
  let collector: Collector
  let engine: QueryEngine
  /// Of the server that shows the store.
  let refusals = LimitCounts()

  init(
    _ store: FactStore,
    _ audience: AudienceLookup,
    limits: CollectorLimits = CollectorLimits(),
    cacheBytes: Int
  ) {
    self.store = store
    collector = Collector(sink: store, audience: audience, limits: limits)
    engine = QueryEngine(backend: store, cacheBytes: cacheBytes)
  }

  /// The store as a server shows it to those who may read it.
  func served(referrers: ReferrerDetail, bots: Bots) -> ServedEnvironment {
    let store = store
    return ServedEnvironment(
      store.retention.environment,
      data: engine,
      parser: QueryParser(retention: store.retention, referrers: referrers, bots: bots),
      media: store,
      observing: store,
      access: store,
      collector: collector,
      refusals: refusals
    )
  }

  /// Opens the store of an environment; that of the sandbox gets an eighth of the memory.
  init(_ settings: Settings, _ environment: StoreEnvironment, _ audience: AudienceLookup) throws {
    let (sums, answers) = try settings.cacheBytes()
    let limits = try settings.collectorLimits()
    let eighths = environment == .production ? 7 : 1
    let store = try openStore(
      at: settings.storePath(of: environment),
      .writing,
      retention: settings.retention(of: environment),
      extendsRetention: settings.isRetentionSet,
      cacheBytes: sums / 8 * eighths
    )
    self.init(store, audience, limits: limits, cacheBytes: answers / 8 * eighths)
  }
}

/// Seals, compacts and removes in the background; at the end seals what is left and closes.
struct Maintenance: Service {
  let store: FactStore
  let clockReports: ClockReports

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        await maintain()
        var seconds = 0
        repeat {
          // Only the end of the service interrupts it.
          try? await Task.sleep(for: .seconds(1))
          seconds += 1
        } while seconds < 5 && !store.isJournalFull && !Task.isCancelled
      }
    }
    await maintain()
    store.closeAfterWork()
  }

  private func maintain() async {
    do {
      try await store.maintain(now: .now)
      clockReports.note(store.clockDoubt, of: store.path)
    } catch {
      StandardError.write("playhead: \(error)\n")
    }
  }
}
