import AnalyticsAPI
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import PlaybackFacts
import QueryCore
import ServiceLifecycle

/// `GET /data/events`: says when there is something new, as server-sent events.
///
/// ```
/// event: state
/// id: 17
/// data: {"version":"17","newestReceipt":1716981300123,…}
/// ```
/// Each event is what `GET /data/state` answers. Only the newest state is ever waiting to be sent: a client that
/// reads slowly misses those between. A stream ends with the server, and with the key that it was opened with.
struct EventRoutes {
  let gate: AccessGate
  let deadline: Duration
  /// How often the state is looked at.
  let step: Duration
  /// After how many looks without news a comment is sent, so that both ends notice when the other is gone.
  let stepsPerHeartbeat: Int

  func add(to router: Router<ServerContext>) {
    router.get(RouterPath(DataState.eventsPath), use: stream)
  }

  private func stream(_ request: Request, _ context: ServerContext) async throws -> Response {
    let environment = try await gate.environment(for: request, context)
    if let parameter = try QueryString(request.uri.query ?? "").parameters.first {
      throw QueryError.invalidParameter(name: parameter.name, detail: Detail.notExpected)
    }
    // What can't be read is a refusal, not a stream.
    let first = try await environment.data.dataState(within: deadline)
    let body = ResponseBody { writer in
      try await writer.write(ByteBuffer(string: "retry: 1000\n\n\(first.event)"))
      try await follow(environment, from: first, request, context, &writer)
      try await writer.finish(nil)
    }
    return Response(
      status: .ok,
      headers: [
        .contentType: "text/event-stream", .cacheControl: "no-store",
        // Proxies that collect answers before they pass them on don't collect this one.
        .accelBuffering: "no",
      ],
      body: body
    )
  }

  /// Writes each new state, until the server stops or whoever reads is no longer allowed to.
  private func follow(
    _ environment: ServedEnvironment,
    from first: DataState,
    _ request: Request,
    _ context: ServerContext,
    _ writer: inout any ResponseBodyWriter
  ) async throws {
    var told = first
    var quietSteps = 0
    while !Task.isShuttingDownGracefully {
      try await Task.sleep(for: step)
      // A store that can't be read for a moment has no news.
      let state = (try? await environment.data.dataState(within: deadline)) ?? told
      quietSteps += 1
      guard state != told || quietSteps >= stepsPerHeartbeat else { continue }
      guard await gate.stillAdmits(request, context, to: environment) else { return }
      try await writer.write(ByteBuffer(string: state == told ? ":\n\n" : state.event))
      (told, quietSteps) = (state, 0)
    }
  }
}

extension DataState {
  /// The state as a server-sent event.
  fileprivate var event: String {
    "event: state\nid: \(version)\ndata: \(String(decoding: json(), as: UTF8.self))\n\n"
  }
}

extension HTTPField.Name {
  fileprivate static let accelBuffering = literal("X-Accel-Buffering")
}
