import Dispatch
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

/// Runs tasks on a thread of its own, whatever else the process does.
private final class OwnThread: TaskExecutor {
  private let queue = DispatchQueue(label: "hosted server")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

/// A server as the hosted API is: in front of a Playhead server, it answers questions only.
final class HostedServer: Sendable {
  private let origin: String
  private let refusal: String?
  private let hidden = Mutex([String]())

  /// How often each path was asked for that only Playhead has.
  var timesHiddenPathsWereAsked: [String: Int] {
    hidden.withLock { Dictionary($0.map { ($0, 1) }, uniquingKeysWith: +) }
  }

  private init(_ origin: String, refusal: String?) {
    self.origin = origin
    self.refusal = refusal
  }

  /// Runs `body` with such a server and its URL, and stops it.
  ///
  /// - Parameters:
  ///   - origin: The URL of the server that answers.
  ///   - refusal: The `Retry-After` with which all questions are refused; nil to refuse none.
  ///   - body: Gets the server and its URL.
  /// - Throws: what `body` throws, and where it can't listen.
  static func run(
    inFrontOf origin: String,
    refusal: String? = nil,
    _ body: @Sendable (HostedServer, _ url: String) async throws -> Void
  ) async throws {
    let hosted = HostedServer(origin, refusal: refusal)
    let (ports, listening) = AsyncStream.makeStream(of: Int.self)
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let application = Application(
      responder: CallbackResponder<BasicRequestContext> { request, _ in
        try await hosted.response(to: request)
      },
      configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { listening.yield($0.localAddress?.port ?? 0) },
      logger: logger
    )
    let group = ServiceGroup(configuration: .init(services: [application], logger: logger))
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      // Other processes wait for its answers, which must not wait for the turn of other tests.
      tasks.addTask(executorPreference: OwnThread()) {
        defer { listening.finish() }
        try await group.run()
      }
      if let port = await ports.first(where: { _ in true }) {
        try await body(hosted, "http://127.0.0.1:\(port)")
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  private func response(to request: Request) async throws -> Response {
    let path = request.uri.path
    if ["/data/state", "/media", "/live", "/health"].contains(path) {
      hidden.withLock { $0.append(path) }
      return Response(status: .notFound)
    }
    if let refusal {
      return Response(status: .tooManyRequests, headers: [.retryAfter: refusal])
    }
    let answer = try await HTTPAnswer.get("\(origin)\(path)?\(request.uri.query ?? "")")
    return Response(
      status: .init(code: Int(answer.status)),
      body: .init(byteBuffer: ByteBuffer(string: answer.body))
    )
  }
}
