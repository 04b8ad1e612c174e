import AnalyticsServer
import AnalyticsSource
import ArgumentParser
import AudienceSimulator
import Dashboard
import FactStore
import Foundation
import Logging
import PingCollector
import PlaybackFacts
import QueryCore
import ServiceLifecycle

/// `playhead demo`: the dashboard with an audience of its own.
struct Demo: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Show the dashboard with 30 days of history and simulated viewers; nothing to set up.",
    discussion: """
      The store is a throw-away one. The viewers ping a real collector inside the process; with \
      --listen it takes pings of others too.

      Example: playhead demo
      """
  )

  @OptionGroup var screen: ScreenOptions
  @Option(help: "Random seed.") var seed: UInt64 = 1
  @Option(help: "Also collect pings and answer queries over HTTP at this address.") var listen:
    String?

  private static let days: Int64 = 30
  private static let facts = 600_000

  func run() throws {
    let settings = try DashboardScreen.checked(
      Settings(
        options: screen.settings.merging([.listen: listen], uniquingKeysWith: { $1 })
          .compactMapValues(\.self),
        variables: ProcessInfo.processInfo.environment
      )
    )
    let address = try listen == nil ? nil : settings.listenAddress()
    if let address, !address.isLoopback {
      throw ValidationError(
        "the demo has no API keys and listens on this machine only, such as at 127.0.0.1:8080"
      )
    }
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "playhead-demo-\(ProcessInfo.processInfo.processIdentifier)")
    try makeFolder(ofStoreAt: folder.appending(path: "demo.db").path)
    defer {
      do {
        try FileManager.default.removeItem(at: folder)
      } catch {
        StandardError.write("playhead: warning: \(folder.path) could not be removed: \(error)\n")
      }
    }

    let retention = Retention(.production)
    let store = try openStore(
      at: folder.appending(path: "demo.db").path,
      .writing,
      retention: retention,
      cacheBytes: settings.cacheBytes().sums
    )
    let collecting = CollectingStore(
      store,
      AudienceLookup(.none),
      cacheBytes: try settings.cacheBytes().answers
    )
    let now = Timestamp.now
    let audience = Audience(
      seed: seed,
      playbacksPerHour: 60,
      liveEventAt: now - 40 * Milliseconds.minute,
      outage: Outage(at: Self.lastEvening(before: now - 2 * Milliseconds.hour))
    )
    let (shown, isShown) = AsyncStream.makeStream(of: Void.self)
    let simulation = DemoAudience(
      audience,
      collecting,
      store,
      facts: Self.facts,
      days: Self.days,
      now,
      after: shown
    )
    let engine = collecting.engine
    let dashboard = DashboardScreen(
      [
        DashboardState.Source(
          name: "demo",
          retention: retention,
          address: address.map { "http://\($0)" } ?? "",
          options: address.map { ["--remote", "http://\($0)"] },
          opening: address == nil ? ["demo", "--seed", "\(seed)"] : nil
        )
      ],
      settings,
      screen
    ) { _ in DashboardSource(answering: engine, observing: store, media: store) }
    let history = Timeframe(from: now - Self.days * Milliseconds.day, to: now)
    if screen.once {
      let frame = try waitFor {
        try await simulation.writeHistory()
        try await store.noteWork(at: .now)
        return try await dashboard.frame()
      }
      StandardOutput.writeStyled(frame)
      return
    }
    let logger = Logger(label: "playhead") { _ in SwiftLogNoOpLogHandler() }
    var services: [any Service] = [
      LedgerKeeper(collecting, logger: logger),
      simulation,
    ]
    let (listening, isListening) = AsyncStream.makeStream(of: Void.self)
    if let address {
      var options = try settings.serverOptions()
      options.address = address
      services.append(
        ServerApplication(
          ServerParts(
            ServedEnvironment(
              .production,
              data: collecting.engine,
              parser: QueryParser(retention: retention),
              media: store,
              observing: store,
              collector: collecting.collector,
              refusals: collecting.refusals,
              admission: collecting.admission,
              executor: store.executor
            ),
            now: { .now }
          ),
          options: options,
          logger: logger
        ) { _ in isListening.finish() }
      )
    }
    let work = ScreenWork(services)
    if address != nil {
      // Who asked for a server must not see a screen without one.
      work.onFailure { isListening.finish() }
      work.start()
      try waitFor { for await _ in listening {} }
      if work.failure != nil { try work.end() }
    }
    try dashboard.show(media: audience.mediaItems(in: history), beside: work) {
      isShown.finish()
    }
  }
}

extension Demo {
  /// 19:05 UTC, when most of Europe watches.
  private static func lastEvening(before time: Timestamp) -> Timestamp {
    let evening = 19 * Milliseconds.hour + 5 * Milliseconds.minute
    return (time - evening).floored(to: Milliseconds.day) + evening
  }
}

/// The viewers of the demo: what they have done, and what they do now.
private actor DemoAudience: Service {
  private let collecting: CollectingStore
  private let store: any ManagedStore
  private let audience: Audience
  private let history: History
  private let start: AsyncStream<Void>
  private var live: LiveAudience?

  /// Makes viewers with a history of some days up to `now`, who do nothing before the end of `start`.
  init(
    _ audience: Audience,
    _ collecting: CollectingStore,
    _ store: any ManagedStore,
    facts: Int,
    days: Int64,
    _ now: Timestamp,
    after start: AsyncStream<Void>
  ) {
    self.start = start
    self.audience = audience
    self.collecting = collecting
    self.store = store
    let timeframe = Timeframe(from: now - days * Milliseconds.day, to: now)
    history = History(audience, timeframe, facts: facts, isContinued: true)
  }

  /// Writes the history, and hands playbacks that still go on to the collector.
  func writeHistory() async throws {
    let end = try await history.write(to: store).end
    var live = LiveAudience(continuing: end)
    try await collecting.collector.collect(live.backlog())
    self.live = live
  }

  /// Writes the history, then sends the pings of the live audience when they are due, until cancelled.
  func run() async throws {
    for await _ in start {}
    try Task.checkCancellation()
    try await writeHistory()
    try await cancelWhenGracefulShutdown { try await self.play() }
  }

  private func play() async throws {
    while !Task.isCancelled {
      if let pings = live?.pings(until: .now), !pings.isEmpty {
        try await collecting.collector.collect(pings)
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }
}
