import AnalyticsAPI
import AnalyticsSource
import HTTPTypes
import Hummingbird
import PlaybackFacts
import QueryCore

/// `GET /data/…`: the queries, and the state of the data.
struct DataRoutes {
  let gate: AccessGate
  let deadline: Duration
  let basePath: BasePath
  let now: @Sendable () -> Timestamp

  func add(to router: Router<ServerContext>) {
    for query in ["metrics", "buckets", "timeseries", "histogram"] {
      router.get("data/\(query)", use: answer)
      router.get("data/\(query)/**", use: answer)
    }
    router.get(RouterPath(DataState.path), use: state)
  }

  private func answer(_ request: Request, _ context: ServerContext) async throws -> Response {
    let environment = try await gate.environment(for: request, context)
    guard let asked = try QueryRequest(request.uri) else { throw HTTPError(.notFound) }
    let query = try environment.parser().parse(asked, now: now())
    return try await environment.answer(to: query, for: context, within: deadline, request) {
      [basePath] in $0.json(basePath: basePath.text)
    }
  }

  private func state(_ request: Request, _ context: ServerContext) async throws -> Response {
    let environment = try await gate.environment(for: request, context)
    let body = try await environment.data.dataState(within: deadline).json()
    var response = Response.json(body, EntityTag(of: body), unlessKnownTo: request)
    // Whoever knows only the state finds the rest by it, under whatever path the server stands.
    response.headers[.link] = #"<batch>; rel="batch", <events>; rel="events""#
    return response
  }
}

extension QueryAnswering {
  /// The state of the data, or gives up after `deadline`.
  func dataState(within deadline: Duration) async throws(QueryError) -> DataState {
    try await inTime(deadline) { () async throws(QueryError) -> DataState in
      try await self.dataState()
    }
  }
}

/// Does `work`, or gives up after `deadline`.
func inTime<Value: Sendable>(
  _ deadline: Duration,
  _ work: @Sendable @escaping () async throws(QueryError) -> Value
) async throws(QueryError) -> Value {
  guard let value = try await withDeadline(deadline, work) else {
    throw .unavailable(
      reason: "The answer took longer than \(deadline.components.seconds) seconds."
    )
  }
  return value
}

extension Response {
  /// A JSON body that was written already.
  static func json(_ body: [UInt8]) -> Response {
    Response(
      status: .ok,
      headers: [.contentType: "application/json"],
      body: .init(byteBuffer: ByteBuffer(bytes: body))
    )
  }

  /// A body for people and simple tools.
  static func text(_ body: String) -> Response {
    Response(
      status: .ok,
      headers: [.contentType: "text/plain; charset=utf-8"],
      body: .init(byteBuffer: ByteBuffer(string: body))
    )
  }
}
