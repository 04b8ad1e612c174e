import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle

/// A server that is not ours: answers every request in the same way.
enum ForeignServer {
  /// Runs `body` with the URL of such a server, which is stopped afterwards.
  static func run(
    _ respond: @escaping @Sendable (Request) async throws -> Response,
    _ body: @Sendable (_ url: String) async throws -> Void
  ) async throws {
    let (ports, listening) = AsyncStream.makeStream(of: Int.self)
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let application = Application(
      responder: CallbackResponder<BasicRequestContext> { request, _ in
        try await respond(request)
      },
      configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { listening.yield($0.localAddress?.port ?? 0) },
      logger: logger
    )
    let group = ServiceGroup(configuration: .init(services: [application], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        defer { listening.finish() }
        try await group.run()
      }
      if let port = await ports.first(where: { _ in true }) {
        try await body("http://127.0.0.1:\(port)")
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }
}
