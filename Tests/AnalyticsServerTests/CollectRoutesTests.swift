import AnalyticsAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import PingCollector
import PlaybackFacts
import Testing

@testable import AnalyticsServer

@Suite("Collecting")
struct CollectRoutesTests {
  @Test(arguments: ["text/plain;charset=UTF-8", "application/json", "image/png", nil])
  func `a ping of any content type is taken`(contentType: String?) async throws {
    let collector = StubCollector()
    var headers: HTTPFields = [.userAgent: "Player/1", .origin: "https://example.org"]
    headers[.contentType] = contentType

    let answer = try await server(collector: collector)
      .answer(.post, "/watch", headers: headers, body: "{}")

    #expect(answer.status == .noContent)
    #expect(answer.text == "")
    #expect(answer.headers[.accessControlAllowOrigin] == "*")
    #expect(
      collector.pings == [
        .init(body: "{}", address: "", userAgent: "Player/1", receivedAt: testTime)
      ]
    )
  }

  @Test func `a preflight is answered for every origin`() async throws {
    let answer = try await server().answer(
      .options,
      "/watch",
      headers: [.origin: "https://example.org", .accessControlRequestMethod: "POST"]
    )

    #expect(answer.status == .noContent)
    #expect(answer.headers[.accessControlAllowOrigin] == "*")
    #expect(answer.headers[.accessControlAllowMethods] == "POST, OPTIONS")
    #expect(answer.headers[.accessControlAllowHeaders] == "*")
  }

  @Test func `a preflight allows the headers that it asks for`() async throws {
    let asked = "content-type,baggage,traceparent,sentry-trace"
    var headers: HTTPFields = [.origin: "https://example.org"]
    headers[.accessControlRequestHeaders] = asked

    let answer = try await server().answer(.options, "//watch", headers: headers)

    #expect(answer.status == .noContent)
    #expect(answer.headers[.accessControlAllowHeaders] == asked)
    #expect(answer.headers[.accessControlAllowOrigin] == "*")
  }

  @Test func `client hints reach the collector`() async throws {
    let collector = StubCollector()
    var headers: HTTPFields = [.userAgent: "x"]
    headers[try #require(HTTPField.Name("Sec-CH-UA"))] = #""Opera";v="1""#
    headers[try #require(HTTPField.Name("Sec-CH-UA-Mobile"))] = "?1"
    headers[try #require(HTTPField.Name("Sec-CH-UA-Platform"))] = #""Android""#

    _ = try await server(collector: collector).answer(.post, "/watch", headers: headers, body: "{}")

    #expect(
      collector.pings.map(\.hints) == [
        ClientHints(brands: #""Opera";v="1""#, mobile: "?1", platform: #""Android""#)
      ]
    )
  }

  @Test(arguments: ["//watch", "/watch/", "//watch//", "/watch?x=1"])
  func `a base URL may end with a slash`(path: String) async throws {
    let collector = StubCollector()

    let answer = try await server(collector: collector).answer(.post, path, body: "{}")

    #expect(answer.status == .noContent)
    #expect(answer.headers[.accessControlAllowOrigin] == "*")
    #expect(collector.pings.count == 1)
  }

  @Test(arguments: [
    ("/watch", HTTPResponse.Status.methodNotAllowed), ("//watch", .methodNotAllowed),
    ("/watch/more", .notFound), ("//sandbox//watch", .methodNotAllowed),
  ])
  func `what is not there may be read by pages, too`(
    path: String,
    status: HTTPResponse.Status
  ) async throws {
    let app = server(sandboxCollector: StubCollector())

    let answer = try await app.answer(.get, path)

    #expect(answer.status == status)
    #expect(answer.headers[.accessControlAllowOrigin] == "*")
  }

  @Test(arguments: ["/", "/watching", "/healthz", "/data/metrics/play/count", "/sandbox"])
  func `other answers are for pages of their own origin`(path: String) async throws {
    let answer = try await server(sandboxCollector: StubCollector()).answer(.get, path)

    #expect(answer.headers[.accessControlAllowOrigin] == nil)
  }

  private static let event = #"{"eat":1716981307000,"typ":2}"#
  private static let many = [String](repeating: event, count: 30).joined(separator: ",")
  private static let long = String(repeating: "x", count: 256)

  /// Bodies, and what a real collector answers.
  static let bodies: [(body: String, status: Int, name: String?)] = [
    (#"{"sid":"s","pid":"p","mid":"m","eve":[\#(event)]}"#, 204, nil),
    (#"{"sid":"s","pid":"p","mid":"m","eve":[]}"#, 204, nil),
    (#"{"sid":"s","pid":"p","mid":"m","eve":[{}, 7, {"eat":1e300,"typ":2}]}"#, 204, nil),
    (#"{"sid":"s","pid":"p","mid":"m","eve":[\#(many)]}"#, 204, nil),
    (#"{"pid":"p","mid":"m","eve":[]}"#, 400, "sid"),
    (#"{"sid":"s","mid":"m","eve":[]}"#, 400, "pid"),
    (#"{"sid":"s","pid":"p","eve":[]}"#, 400, "mid"),
    (#"{"sid":"s","pid":"p","mid":"m"}"#, 400, "eve"),
    (#"{"sid":"","pid":"p","mid":"m","eve":[]}"#, 400, "sid"),
    (#"{"sid":"s","pid":"\#(long)","mid":"m","eve":[]}"#, 400, "pid"),
    (#"{"sid":"s","pid":"p","mid":7,"eve":[]}"#, 400, "mid"),
    (#"{"sid":"s","pid":"p","mid":"m","eve":{}}"#, 400, "eve"),
    ("nonsense", 400, nil),
    ("", 400, nil),
    ("[]", 400, nil),
  ]

  @Test(arguments: bodies)
  func `a bad body is a 400 that names the field`(
    body: String,
    status: Int,
    name: String?
  ) async throws {
    let collector = Collector(sink: NullSink(), audience: AudienceLookup(.none))

    let answer = try await server(collector: collector).answer(.post, "/watch", body: body)

    #expect(answer.status.code == status)
    #expect(answer.headers[.accessControlAllowOrigin] == "*")
    if status == 400 {
      let problem = try answer.problem()
      #expect(problem.type == "/problems/invalid-ping")
      #expect(problem.name == name)
      #expect(name.map { problem.detail?.contains($0) == true } ?? true)
    }
  }

  @Test(arguments: [
    (CollectorError.refused(.missing(field: "sid")), 400, "invalid-ping", "sid" as String?),
    (.refused(.notAnObject), 400, "invalid-ping", nil),
    (.refused(.tooLarge(bytes: 70_000)), 413, "content-too-large", nil),
    (.overloaded(waiting: 9), 503, "unavailable", nil),
    (.notKept(reason: "disk full"), 503, "unavailable", nil),
    (.stopped, 503, "unavailable", nil),
  ])
  func `what the collector refuses is a problem that pages may read`(
    error: CollectorError,
    status: Int,
    type: String,
    name: String?
  ) async throws {
    let answer = try await server(collector: StubCollector(error: error))
      .answer(.post, "/watch", body: "{}")

    let problem = try answer.problem()
    #expect(answer.status.code == status)
    #expect(problem.type == "/problems/\(type)")
    #expect(problem.detail == "\(error)")
    #expect(problem.name == name)
    #expect(answer.headers[.accessControlAllowOrigin] == "*")
    #expect(answer.headers.contains(.retryAfter) == (status == 503))
  }

  @Test(arguments: [(65_536, 204), (65_537, 413)])
  func `a body may have 64 KiB`(bytes: Int, status: Int) async throws {
    let collector = StubCollector()

    let answer = try await server(collector: collector)
      .answer(.post, "/watch", body: String(repeating: " ", count: bytes))

    #expect(answer.status.code == status)
    #expect(answer.headers[.accessControlAllowOrigin] == "*")
    #expect(collector.pings.count == (status == 204 ? 1 : 0))
  }

  @Test func `too many pings from one address are a 429 that says when to come back`() async throws
  {
    var options = ServerOptions.patient
    options.pingsPerAddress = 2
    let app = server(options: options).application()

    try await app.test(.router) { client in
      for _ in 0..<2 {
        let answer = try await client.execute(uri: "/watch", method: .post)
        #expect(answer.status == .noContent)
      }
      let answer = try await client.execute(uri: "/watch", method: .post)
      #expect(answer.status == .tooManyRequests)
      #expect(answer.headers[.rateLimitRetryAfter] == "3")
      #expect(answer.headers[.accessControlAllowOrigin] == "*")
      #expect(try answer.problem().type == "/problems/too-many-requests")
    }
  }

  @Test func `the sandbox has its own path, and only where there is one`() async throws {
    let production = StubCollector()
    let sandbox = StubCollector()

    let taken = try await server(collector: production, sandboxCollector: sandbox)
      .answer(.post, "/sandbox/watch", body: "{}")
    let missing = try await server().answer(.post, "/sandbox/watch", body: "{}")

    #expect(taken.status == .noContent)
    #expect(taken.headers[.accessControlAllowOrigin] == "*")
    #expect(production.pings.isEmpty)
    #expect(sandbox.pings.count == 1)
    #expect(missing.status == .notFound)
  }
}

/// A sink that keeps nothing and says that it does.
private struct NullSink: FactSink {
  func commit(_ batch: FactBatch) async throws -> CommitOutcome { CommitOutcome(version: 1) }

  func playbackStates(of playbacks: [PlaybackID]) async throws -> KeptStates {
    KeptStates(version: 1, states: [:])
  }

  func viewerKey(for day: CivilDate) async throws -> SipHash.Key { SipHash.Key(low: 1, high: 2) }
}
