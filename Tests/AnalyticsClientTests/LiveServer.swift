import AnalyticsServer
import AnalyticsSource
import Logging
import PingCollector
import PlaybackFacts
import QueryCore
import ServiceLifecycle
import Synchronization

/// A server that listens on a port of its own, while a test talks to it.
enum LiveServer {
  /// Runs `body` with the URL of a server, which is stopped afterwards.
  static func run(
    data: any QueryAnswering,
    media: (any MediaListing)? = nil,
    observing: (any SourceObserving)? = nil,
    access: (any AccessGranting)? = nil,
    collector: any PingReceiving = CountingCollector(),
    basePath: String = "",
    now: @escaping @Sendable () -> Timestamp = { testTime },
    _ body: @Sendable (_ url: String) async throws -> Void
  ) async throws {
    let (addresses, listening) = AsyncStream.makeStream(of: ListenAddress.self)
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let parts = ServerParts(
      ServedEnvironment(
        .production,
        data: data,
        parser: QueryParser(),
        media: media,
        observing: observing,
        access: access,
        collector: collector
      ),
      now: now
    )
    // No deadline that a busy machine could miss.
    let options = ServerOptions(
      address: ListenAddress(host: "127.0.0.1", port: 0),
      queryDeadline: .seconds(300),
      requestDeadline: .seconds(300),
      idleTimeout: .seconds(300),
      basePath: try BasePath(basePath)
    )
    let server = ServerApplication(parts, options: options, logger: logger) { address in
      listening.yield(address)
    }
    let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        defer { listening.finish() }
        try await group.run()
      }
      if let address = await addresses.first(where: { _ in true }) {
        try await body("http://\(address)\(basePath)")
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }
}

/// 2024-05-29T11:15:07Z, the time in all tests.
let testTime = Timestamp(seconds: 1_716_981_307)

/// Takes every ping but those that say `bad`.
final class CountingCollector: PingReceiving {
  private let log = Mutex([String]())

  /// What was sent, and by whom.
  var pings: [String] { log.withLock(\.self) }

  var counts: CollectorCounts { CollectorCounts() }

  func take(
    body: [UInt8],
    address: String,
    userAgent: String,
    hints: ClientHints,
    country: String?,
    receivedAt: Timestamp,
    answer: @escaping @Sendable (Result<EventCounts, CollectorError>) -> Void
  ) {
    let text = String(decoding: body, as: UTF8.self)
    if text == "bad" { return answer(.failure(.refused(.missing(field: "sid")))) }
    let platform = hints.platform.map { " on \($0)" } ?? ""
    log.withLock { $0.append("\(userAgent)\(platform): \(text)") }
    answer(.success(EventCounts()))
  }

  func drain() async {}
}
