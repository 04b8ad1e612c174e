import AnalyticsAPI
import HTTPTypes
import HummingbirdTesting
import NIOCore
import PlaybackFacts
import QueryCore
import Testing
import TextAndBytes

@testable import AnalyticsServer

@Suite("Limits of reads")
struct ReadLimitTests {
  private static func basic(_ key: String) -> HTTPFields {
    [.authorization: "Basic \(Base64.text(of: "\(key):".utf8))"]
  }

  private let access = StubAccess(
    keys: ["a", "b"],
    tokens: ["token of a": testTime + Milliseconds.hour]
  )
  private let sandboxAccess = StubAccess(keys: ["s"])

  private func app(_ options: ServerOptions = .few) -> ServerApplication {
    server(
      source: StubSource(),
      access: access,
      sandboxCollector: StubCollector(),
      sandboxSource: StubSource(),
      sandboxAccess: sandboxAccess,
      options: options
    )
  }

  private func expect(
    _ answer: TestResponse,
    _ status: HTTPResponse.Status,
    _ limit: Int,
    _ remaining: Int,
    _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(answer.status == status, sourceLocation: location)
    let fields = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Retry-After"]
      .map { name in HTTPField.Name(name).flatMap { answer.headers[$0] } }
    #expect(fields == ["\(limit)", "\(remaining)", "53"], sourceLocation: location)
  }

  @Test func `each key has its own count, which its tokens share, in its environment`() async throws
  {
    try await app().application().test(.router) { client in
      func get(_ path: String, _ headers: HTTPFields) async throws -> TestResponse {
        try await client.execute(uri: path, method: .get, headers: headers)
      }
      let token: HTTPFields = [.authorization: "Bearer token of a"]
      expect(try await get("/data/state", Self.basic("a")), .ok, 3, 2)
      expect(try await get("/media", token), .ok, 3, 1)
      expect(try await get("/data/metrics/play/nothing", Self.basic("a")), .badRequest, 3, 0)
      let refused = try await get("/health", token)
      expect(refused, .tooManyRequests, 3, 0)
      #expect(refused.headers[.retryAfter] == "53")
      #expect(
        try refused.problem().detail
          == "This API key has sent its 3 requests of this minute; send the next in 53 seconds."
      )

      expect(try await get("/data/state", Self.basic("b")), .ok, 3, 2)
      expect(try await get("/live", Self.basic("s")), .ok, 2, 1)
      let counts = try await get("/metrics", Self.basic("a")).text
      let line =
        #"playhead_refused_reads_total{environment="production",outcome="too-many-requests"} 1"#
      #expect(counts.contains("\n\(line)\n"))
    }
  }

  @Test func `whoever shows no valid key counts under the address`() async throws {
    try await app().application().test(.router) { client in
      for (path, headers, status, remaining) in [
        ("/data/state", [:], .unauthorized, 2), ("/data/nothing", [:], .notFound, 1),
        ("/media", Self.basic("wrong"), .unauthorized, 0), ("/live", [:], .tooManyRequests, 0),
        ("/data/state", Self.basic("a"), .ok, 2),
      ] as [(String, HTTPFields, HTTPResponse.Status, Int)] {
        let answer = try await client.execute(uri: path, method: .get, headers: headers)
        expect(answer, status, 3, remaining)
      }
    }
  }

  @Test func `an address without a key is limited where none is needed, and a HEAD is a read`()
    async throws
  {
    try await server(options: .few).application().test(.router) { client in
      let path = "/analytics/videos/plays?from=2024-05-28&dimension=country"
      for (method, remaining) in [(HTTPRequest.Method.get, 2), (.head, 1), (.get, 0)] {
        expect(try await client.execute(uri: path, method: method), .ok, 3, remaining)
      }
      let refused = try await client.execute(uri: path, method: .get)
      expect(refused, .tooManyRequests, 3, 0)
      #expect(try refused.problem().detail?.hasPrefix("This address has sent its 3 ") == true)
      #expect(try await client.execute(uri: "/healthz", method: .get).status == .ok)
      #expect(try await client.execute(uri: "/metrics", method: .get).status == .ok)
    }
  }

  @Test func `this machine has no limit without a key`() async throws {
    var options = ServerOptions.patient
    options.readsPerMinute = [.production: 1]
    try await LiveServer.run(options: options) { server in
      for _ in 0..<3 {
        let answer = try await server.exchange(
          "GET /data/state HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        #expect(answer.contains("\r\nX-RateLimit-Limit: 1\r\n"))
        #expect(answer.contains("\r\nX-RateLimit-Remaining: 1\r\n"))
        #expect(answer.contains("\r\nX-RateLimit-Retry-After: 0\r\n"))
      }
    }
  }

  @Test func `pings of an address that are too many are counted`() async throws {
    var options = ServerOptions.few
    options.pingsPerAddress = 1
    try await server(options: options).application().test(.router) { client in
      for status in [HTTPResponse.Status.noContent, .tooManyRequests, .tooManyRequests] {
        #expect(try await client.execute(uri: "/watch", method: .post).status == status)
      }
      let counts = try await client.execute(uri: "/metrics", method: .get).text
      let line = #"playhead_pings_total{environment="production",outcome="too-many-requests"} 2"#
      #expect(counts.contains("\n\(line)\n"))
    }
  }

  @Test func `what counts for several is refused whole, and never for ever`() {
    let limit = RequestLimit<Int>(perWindow: 10, width: Milliseconds.minute)

    #expect(limit.count(1, weight: 7, at: testTime).remaining == 3)
    let refused = limit.count(1, weight: 4, at: testTime)
    #expect(refused.isExceeded && refused.remaining == 3)
    #expect(!limit.count(1, weight: 3, at: testTime).isExceeded)
    #expect(!limit.count(2, weight: 99, at: testTime).isExceeded)
    #expect(limit.count(2, at: testTime).isExceeded)
    // One that was counted once before, and for ever counts for too many.
    #expect(!limit.count(3, at: testTime).isExceeded)
    #expect(!limit.count(3, weight: 99, counted: 1, at: testTime).isExceeded)
    #expect(limit.count(3, weight: 99, counted: 1, at: testTime).isExceeded)
  }

  @Test(arguments: [1, 3, 10])
  func `a request that counts for more than the limit is answered as the first of a minute`(
    limit: Int
  ) async throws {
    var options = ServerOptions.few
    options.readsPerMinute[.production] = limit
    let paths = Array(repeating: "/data/metrics/play/count", count: QueryBatch.largestCount)
    let batch = String(decoding: QueryBatch(paths: paths).json(), as: UTF8.self)
    try await app(options).application().test(.router) { client in
      let history = try await client.execute(
        uri: "/pings/media/vi1",
        method: .get,
        headers: Self.basic("a")
      )
      expect(history, .ok, limit, 0)
      let many = try await client.execute(
        uri: "/data/batch",
        method: .post,
        headers: Self.basic("b"),
        body: ByteBuffer(string: batch)
      )
      expect(many, .ok, limit, 0)
      for key in ["a", "b"] {
        let more = try await client.execute(
          uri: "/data/state",
          method: .get,
          headers: Self.basic(key)
        )
        expect(more, .tooManyRequests, limit, 0)
      }
    }
  }
}

extension ServerOptions {
  fileprivate static let few = ServerOptions(
    address: ListenAddress(host: "127.0.0.1", port: 0),
    readsPerMinute: [.production: 3, .sandbox: 2],
    queryDeadline: .seconds(300)
  )
}
