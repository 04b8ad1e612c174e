import Glibc
import HTTPTypes
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import ServiceLifecycle

/// The HTTP server: players send pings to it, and everyone else asks it questions.
///
/// A graceful shutdown finishes the requests that have begun, within ``ServerOptions/drainLimit``, then drains the
/// collectors.
public struct ServerApplication: Service {
  private let parts: ServerParts
  private let current: CurrentOptions
  private let logger: Logger
  private let onListening: @Sendable (ListenAddress) async -> Void
  let connections: OpenConnections

  /// Makes a server that listens once it runs; `onListening` is then told where.
  public init(
    _ parts: ServerParts,
    options: ServerOptions,
    logger: Logger,
    onListening: @escaping @Sendable (ListenAddress) async -> Void = { _ in }
  ) {
    self.parts = parts
    current = CurrentOptions(options)
    self.logger = logger
    self.onListening = onListening
    connections = OpenConnections(mostUnsentBytes: options.mostUnsentBytes)
  }

  /// Goes by the limits, the origins of pages and the token for metrics of other options from now on; what else
  /// they say takes effect in a server that starts with them.
  public func change(to options: ServerOptions) { current.change(to: options) }

  /// What stays as it was at the start.
  private var options: ServerOptions { current.atStart }

  private var rules: PathRules {
    PathRules(pings: parts.environments.map(\.path), current)
  }

  private var mapping: ErrorMapping { ErrorMapping(typePrefix: options.problemTypes) }

  /// What is done around all routes, then the routes.
  func router(_ intakes: [PingIntake]) -> Router<ServerContext> {
    let router = Router(context: ServerContext.self, options: .autoGenerateHeadEndpoints)
    let gate = AccessGate(parts, current)
    let basePath = options.basePath
    let methods = AllowedMethods()
    router.add(
      middleware: RequestPass(
        rules: rules,
        proxies: options.trustedProxies,
        gate: gate,
        mapping: mapping,
        methods: methods,
        connections: connections,
        executor: parts.environments[0].executor
      )
    )
    for intake in intakes { CollectRoutes(intake: intake).add(to: router) }
    AccessRoutes(gate: gate).add(to: router)
    DataRoutes(gate: gate, deadline: options.queryDeadline, basePath: basePath, now: parts.now)
      .add(to: router)
    BatchRoutes(
      gate: gate,
      mapping: mapping,
      deadline: options.queryDeadline,
      basePath: basePath,
      now: parts.now
    ).add(to: router)
    EventRoutes(
      gate: gate,
      deadline: options.queryDeadline,
      step: options.eventStep,
      stepsPerHeartbeat: options.stepsPerHeartbeat
    ).add(to: router)
    PlaysRoutes(gate: gate, deadline: options.queryDeadline, basePath: basePath, now: parts.now)
      .add(to: router)
    SourceRoutes(gate: gate, deadline: options.queryDeadline, basePath: basePath).add(to: router)
    ServiceRoutes(
      parts: parts,
      deadline: options.queryDeadline,
      gate: gate,
      connections: connections
    ).add(to: router)
    OpenAPIRoutes().add(to: router)
    methods.learn(router)
    return router
  }

  /// Serves until a graceful shutdown is asked for or the task is cancelled.
  ///
  /// - Throws: ``ServerError`` where it can't listen.
  public func run() async throws {
    do {
      try await withThrowingTaskGroup { tasks in
        tasks.addTask { await closeAfterDraining() }
        try await application().run()
        tasks.cancelAll()
      }
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw ServerError.addressInUse(options.address)
    } catch let error as IOError {
      throw ServerError.listenFailed(
        options.address,
        reason: String(cString: strerror(error.errnoCode))
      )
    } catch is SocketAddressError.UnknownHost {
      throw ServerError.listenFailed(options.address, reason: "there is no such host")
    }
  }

  /// Waits for a graceful shutdown, and closes the connections that have not ended by themselves in time.
  private func closeAfterDraining() async {
    do {
      try await gracefulShutdown()
      connections.drain()
      try await Task.sleep(for: options.drainLimit)
    } catch {
      // Cancelled: the server has ended before.
      return
    }
    let count = connections.closeAll()
    if count > 0 {
      logger.warning(
        "connections were closed before their requests had ended",
        metadata: ["connections": "\(count)", "after": "\(options.drainLimit)"]
      )
    }
  }

  /// The server in Hummingbird's terms.
  func application() -> Application<RouterResponder<ServerContext>> {
    let (options, current) = (options, current)
    let typePrefix = options.problemTypes
    let requestDeadline = options.requestDeadline
    let intakes = parts.environments.map { environment in
      PingIntake(
        path: environment.path,
        collector: environment.collector,
        limit: AddressLimit(perWindow: current.pingsPerAddress),
        refusals: environment.refusals,
        forwarding: parts.forwarding,
        countryHeader: options.trustedProxies.countryHeader,
        now: parts.now
      )
    }
    let rules = rules
    let answers = PingAnswers(mapping, current.pageOrigins, now: parts.now)
    let connectionLimit = ConnectionLimit(
      options.mostConnections,
      of: connections,
      logger: logger
    )
    let http1 = HTTP1Channel.Configuration(
      additionalChannelHandlers: [
        RequestDeadline(limit: requestDeadline, typePrefix: typePrefix, rules: rules)
      ],
      idleTimeout: TimeAmount(options.idleTimeout),
      httpDecoderConfiguration: .init(
        maxHeaderFieldSize: 32 * 1024,
        maxHeaderListSize: 64 * 1024,
        maxHeaderFieldCount: 200
      )
    )
    let router = router(intakes)
    return Application(
      router: router,
      server: HTTPServerBuilder { responder in
        ServerChannel(
          base: EventLoopChannel(HTTP1Channel(responder: responder, configuration: http1)),
          intakes: intakes,
          answers: answers,
          proxies: options.trustedProxies,
          basePath: options.basePath,
          typePrefix: typePrefix,
          limit: connectionLimit,
          answerDeadline: options.requestDeadline,
          encryption: options.encryption,
          connections: connections
        )
      },
      configuration: .init(
        address: .hostname(options.address.host, port: options.address.port),
        backlog: 1024
      ),
      // Services stop in the reverse of this order, and the server itself before all of them.
      services: parts.environments.map { DrainAtEnd(collector: $0.collector) },
      onServerRunning: { channel in
        do {
          // Four in one go by default: after a restart, thousands of players come back at once.
          try await channel.setOption(
            .maxMessagesPerRead,
            value: UInt(ServerOptions.connectionsAcceptedAtOnce)
          ).get()
          try await channel.eventLoop.submit {
            try channel.pipeline.syncOperations.addHandler(
              AcceptPace(options.mostConnections, logger: logger),
              position: .first
            )
          }.get()
        } catch {
          logger.warning("connections are accepted four at a time: \(error)")
        }
        let port = channel.localAddress?.port ?? options.address.port
        await onListening(ListenAddress(host: options.address.host, port: port))
      },
      logger: logger
    )
  }
}

extension ServerApplication: CustomStringConvertible {
  /// What logs call it: nothing of its options, for there are secrets among them.
  public var description: String { "server at \(options.address)" }
}

/// Lets a collector finish when no ping can come any more.
private struct DrainAtEnd: Service {
  let collector: any PingReceiving

  func run() async throws {
    // Cancelled or asked to stop: what was begun is finished in either case.
    try? await gracefulShutdown()
    await collector.drain()
  }
}
