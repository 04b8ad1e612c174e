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
    #expect(answer.headers[.accessControlAllowHeaders] == "Content-Type")
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
