import Dispatch
import NIOCore
import NIOPosix
import QueryCore
import Synchronization
import Testing

@testable import AnalyticsServer

@Suite("Live server", .timeLimit(.minutes(10)))
struct LiveServerTests {
  @Test func `a page of another origin may send a ping`() async throws {
    let collector = StubCollector()

    try await LiveServer.run(collector: collector) { server in
      let preflight = try await server.exchange(
        "OPTIONS /watch HTTP/1.1\r\nHost: localhost\r\nOrigin: https://example.org\r\n"
          + "Access-Control-Request-Method: POST\r\n\r\n"
      )
      let taken = try await server.exchange(post("{}", "Origin: https://example.org\r\n"))
      let twoSlashes = try await server.exchange(
        "POST //watch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
      )

      for answer in [preflight, taken, twoSlashes] {
        #expect(answer.hasPrefix("HTTP/1.1 204 "))
        #expect(answer.lowercased().contains("access-control-allow-origin: *\r\n"))
        #expect(!answer.lowercased().contains("content-length"))
      }
    }

    #expect(collector.pings.map(\.body) == ["{}", "{}"])
    #expect(collector.pings.map(\.address) == ["127.0.0.1", "127.0.0.1"])
  }

  @Test func `requests are handled on the event loop of their connection, also after waiting`()
    async throws
  {
    let loops = Mutex<[Bool]>([])
    @Sendable func look() {
      let isOnLoop = MultiThreadedEventLoopGroup.currentEventLoop != nil
      loops.withLock { $0.append(isOnLoop) }
    }
    let data = StubAnswering { query in
      look()
      await withCheckedContinuation { continuation in
        DispatchQueue.global().async { continuation.resume() }
      }
      look()
      return QueryResult(query: query, rows: .number(.integer(7)), itemsTotal: 1)
    }

    try await LiveServer.run(data: data) { server in
      let answer = try await server.exchange(
        "GET /data/metrics/play/count HTTP/1.1\r\nHost: localhost\r\n\r\n"
      )
      #expect(answer.hasPrefix("HTTP/1.1 200 "))
    }

    #expect(loops.withLock(\.self) == [true, true])
  }

  @Test func `a body that is too long is refused while it comes`() async throws {
    try await LiveServer.run { server in
      try await server.connect { wire in
        try await wire.send(
          "POST /watch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n"
        )
        try await wire.send(String(repeating: "x", count: 70_000))

        let answer = try await wire.answer()

        #expect(answer.hasPrefix("HTTP/1.1 413 "))
        #expect(answer.lowercased().contains("access-control-allow-origin: *\r\n"))
        #expect(answer.contains("/problems/content-too-large"))
      }
    }
  }

  @Test func `answers that are never read don't hold their connection`() async throws {
    var options = ServerOptions.patient
    options.requestDeadline = .milliseconds(200)
    let data = StubAnswering { query in
      let bucket = QueryResult.Bucket(
        value: .integer(1),
        dimensionValue: String(repeating: "x", count: 99)
      )
      let rows = Array(repeating: bucket, count: 100_000)
      return QueryResult(query: query, rows: .buckets(rows), itemsTotal: rows.count)
    }

    try await LiveServer.run(data: data, options: options) { server in
      let client = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .channelOption(.autoRead, value: false)
        .connect(host: "127.0.0.1", port: server.port).get()
      let request = get("/data/buckets/play/country")
      try await client.writeAndFlush(ByteBuffer(string: request + request))

      while data.queries.isEmpty || server.application.connections.count > 0 { await Task.yield() }

      try await client.close()
    }
  }

  @Test func `a chunked body that is too long is refused too`() async throws {
    try await LiveServer.run { server in
      let chunk = "8000\r\n" + String(repeating: "x", count: 0x8000) + "\r\n"
      let answer = try await server.exchange(
        "POST /watch HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
          + chunk + chunk + chunk
      )

      #expect(answer.hasPrefix("HTTP/1.1 413 "))
    }
  }

  @Test func `who asks before sending a body is told to go on`() async throws {
    let collector = StubCollector()

    try await LiveServer.run(collector: collector) { server in
      try await server.connect { wire in
        for _ in 0..<2 {
          try await wire.send(
            "POST /watch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
          )
          #expect(try await wire.answer().hasPrefix("HTTP/1.1 100 Continue\r\n"))
          try await wire.send("{}")
          #expect(try await wire.answer().hasPrefix("HTTP/1.1 204 "))
        }
      }
    }

    #expect(collector.pings.map(\.body) == ["{}", "{}"])
  }

  @Test func `a body that does not come in time is given up`() async throws {
    var options = ServerOptions.patient
    options.requestDeadline = .milliseconds(50)
    let collector = StubCollector()

    try await LiveServer.run(collector: collector, options: options) { server in
      try await server.connect { wire in
        try await wire.send(
          "POST /watch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{"
        )

        let answer = try await wire.answer()

        #expect(answer.hasPrefix("HTTP/1.1 408 "))
        #expect(answer.lowercased().contains("access-control-allow-origin: *\r\n"))
        #expect(answer.contains("/problems/request-timeout"))
        #expect(await wire.isAtEnd())
      }
    }
  }

  @Test func `a head that does not come in time ends the connection`() async throws {
    var options = ServerOptions.patient
    options.idleTimeout = .milliseconds(250)

    try await LiveServer.run(options: options) { server in
      try await server.connect { wire in
        // Where the machine is slow, the silence before this was too long already.
        try? await wire.send("GET /healthz HTTP/1.1\r\nHo")

        #expect(await wire.isAtEnd())
      }
    }
  }

  static let oddRequests: [(String, String)] = [
    ("nonsense\r\n\r\n", "400"),
    (
      "GET /healthz HTTP/1.1\r\nHost: localhost\r\nA: \(String(repeating: "a", count: 70_000))\r\n\r\n",
      "400"
    ),
    ("GET /data/metrics/play/count?from=%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", "400"),
    ("GET /data/metrics/play/count?from=\u{e9} HTTP/1.1\r\nHost: localhost\r\n\r\n", "400"),
    ("GET /data/metrics/\u{7f} HTTP/1.1\r\nHost: localhost\r\n\r\n", "400"),
    ("GET http://x HTTP/1.1\r\nHost: localhost\r\n\r\n", "404"),
    ("GET http://x?y HTTP/1.1\r\nHost: localhost\r\n\r\n", "404"),
    ("GET http://x:1/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n", "200"),
    ("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n", "204"),
    ("GET //// HTTP/1.1\r\nHost: localhost\r\n\r\n", "404"),
    ("GET /healthz#x HTTP/1.1\r\nHost: localhost\r\n\r\n", "404"),
    ("POST /watch HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n", "400"),
    (
      "POST /watch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "400"
    ),
    ("POST /watch HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400"),
    ("BREW /watch HTTP/1.1\r\nHost: localhost\r\n\r\n", "400"),
  ]

  @Test func `odd requests get one clear answer each, and the server lives on`() async throws {
    try await LiveServer.run { server in
      for (request, status) in Self.oddRequests {
        let answer = try await server.exchange(request)
        #expect(answer.hasPrefix("HTTP/1.1 \(status) "), "\(request.prefix(60))")
        // Every refusal says what it is, also of what never was a request.
        let isProblem = answer.contains("application/problem+json") && answer.hasSuffix("}")
        #expect(isProblem == !["200", "204"].contains(status), "\(request.prefix(60))")
      }
      #expect(try await server.exchange(get("/healthz")).hasSuffix("ok\n"))
    }
  }

  @Test func `requests that are sent together are answered in their order`() async throws {
    try await LiveServer.run { server in
      try await server.connect { wire in
        try await wire.send(get("/nothing") + get("/data/state") + get("/healthz"))

        var text = ""
        while !text.hasSuffix("ok\n") { text += try await wire.answer() }
        let statuses = text.split(separator: "HTTP/1.1 ").map { $0.prefix(3) }
        #expect(statuses == ["404", "200", "200"])
      }
    }
  }

  @Test func `a stop finishes the requests that have begun, then drains the collector`()
    async throws
  {
    let (begun, begin) = AsyncStream.makeStream(of: Void.self)
    let (gate, open) = AsyncStream.makeStream(of: Void.self)
    let collector = StubCollector {
      begin.yield()
      await gate.first { _ in true }
    }

    try await LiveServer.run(collector: collector) { server in
      try await server.connect { wire in
        try await wire.send(post("{}"))
        await begun.first { _ in true }

        await server.stop()
        #expect(!collector.isDrained)
        open.yield()

        #expect(try await wire.answer().hasPrefix("HTTP/1.1 204 "))
        #expect(await wire.isAtEnd())
      }
    }

    #expect(collector.pings.count == 1)
    #expect(collector.isDrained)
  }

  @Test func `a stop does not wait for connections that are only kept open`() async throws {
    try await LiveServer.run { server in
      try await server.connect { wire in
        try await wire.send(get("/healthz"))
        _ = try await wire.answer()

        await server.stop()

        #expect(await wire.isAtEnd())
      }
    }
  }

  @Test(arguments: [
    "GET /healthz HTTP/1.1\r\nHo",
    "POST /watch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{",
    "POST /data/state HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{",
    // Far more answers than fit into the buffers of a connection that nobody reads from.
    String(repeating: get("/problems/too-many-requests"), count: 20_000),
  ])
  func `a stop waits for no client longer than it says`(request: String) async throws {
    var options = ServerOptions.patient
    options.drainLimit = .milliseconds(50)
    let collector = StubCollector()

    try await LiveServer.run(collector: collector, options: options) { server in
      try await server.connect { wire in
        try await wire.send(request)
        // Its connection is there, and what it has sent is likely read.
        #expect(try await server.exchange(get("/healthz")).hasSuffix("ok\n"))

        await server.stop()
        await server.hasEnded()
      }
    }

    #expect(collector.isDrained)
  }

  @Test func `an address that is in use is named`() async throws {
    try await LiveServer.run { server in
      let address = ListenAddress(host: "127.0.0.1", port: server.port)

      let error = await #expect(throws: ServerError.addressInUse(address)) {
        try await LiveServer.run(options: ServerOptions(address: address)) { _ in }
      }
      #expect(error?.description.contains("127.0.0.1:\(server.port)") == true)
    }
  }

  @Test func `an address that is not of this machine is named`() async throws {
    let address = ListenAddress(host: "192.0.2.1", port: 0)

    await #expect {
      try await LiveServer.run(options: ServerOptions(address: address)) { _ in }
    } throws: { error in
      "\(error)".hasPrefix("can't listen on 192.0.2.1:0: ")
    }
  }

  @Test func `a host that does not exist is named`() async throws {
    let address = ListenAddress(host: "nowhere.invalid", port: 0)

    await #expect {
      try await LiveServer.run(options: ServerOptions(address: address)) { _ in }
    } throws: { error in
      "\(error)".hasPrefix("can't listen on nowhere.invalid:0: ")
    }
  }
}

private func get(_ path: String) -> String {
  "GET \(path) HTTP/1.1\r\nHost: localhost\r\n\r\n"
}

private func post(_ body: String, _ headers: String = "") -> String {
  "POST /watch HTTP/1.1\r\nHost: localhost\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
}
