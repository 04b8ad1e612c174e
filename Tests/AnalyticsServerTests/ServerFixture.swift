import AnalyticsAPI
import AnalyticsSource
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import PlaybackFacts
import QueryCore
import ServiceLifecycle
import Testing

@testable import AnalyticsServer

/// 2024-05-29T11:15:07Z, the time in all tests.
let testTime = Timestamp(seconds: 1_716_981_307)

/// A server as tests need it: no log, a fixed time, stubs for what is not said.
func server(
  data: any QueryAnswering = StubAnswering(),
  source: StubSource? = nil,
  access: (any AccessGranting)? = nil,
  collector: any PingReceiving = StubCollector(),
  sandboxCollector: (any PingReceiving)? = nil,
  sandboxData: any QueryAnswering = StubAnswering(),
  sandboxSource: StubSource? = nil,
  sandboxAccess: (any AccessGranting)? = nil,
  metrics: ServerMetrics? = nil,
  forwarding: PingForwarding? = nil,
  writeFault: String? = nil,
  admission: QueryAdmission = QueryAdmission(),
  executor: (any TaskExecutor)? = nil,
  options: ServerOptions = .patient,
  onListening: @escaping @Sendable (ListenAddress) async -> Void = { _ in }
) -> ServerApplication {
  var production = ServedEnvironment(
    .production,
    data: data,
    parser: QueryParser(),
    media: source,
    observing: source,
    pings: source,
    access: access,
    collector: collector,
    admission: admission,
    executor: executor
  )
  production.writeFault = { writeFault }
  return ServerApplication(
    ServerParts(
      production,
      sandboxCollector.map { collector in
        ServedEnvironment(
          .sandbox,
          data: sandboxData,
          parser: QueryParser(retention: Retention(.sandbox)),
          media: sandboxSource,
          observing: sandboxSource,
          pings: sandboxSource,
          access: sandboxAccess,
          collector: collector
        )
      },
      metrics: metrics,
      forwarding: forwarding,
      now: { testTime }
    ),
    options: options,
    logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
    onListening: onListening
  )
}

extension ServerApplication {
  /// Sends one request to the routes, without a connection.
  func answer(
    _ method: HTTPRequest.Method,
    _ path: String,
    headers: HTTPFields = [:],
    body: String? = nil
  ) async throws -> TestResponse {
    try await application().test(.router) { client in
      try await client.execute(
        uri: path,
        method: method,
        headers: headers,
        body: body.map { ByteBuffer(string: $0) }
      )
    }
  }
}

extension TestResponse {
  var text: String { String(buffer: body) }

  /// The problem in the body, which must say that it is one.
  func problem() throws -> ReceivedProblem {
    #expect(headers[.contentType] == "application/problem+json")
    return try #require(ReceivedProblem(json: Array(body.readableBytesView)))
  }
}
