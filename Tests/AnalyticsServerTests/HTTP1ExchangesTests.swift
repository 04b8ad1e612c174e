import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import AnalyticsServer

@Suite("HTTP/1 exchanges")
struct HTTP1ExchangesTests {
  private let channel = EmbeddedChannel()
  private let routes = Heads()
  private let ends = HalfClosing()
  private let connection: OpenConnection

  init() throws {
    connection = OpenConnections().add(channel)
    try channel.pipeline.syncOperations.addHandler(ends)
    try channel.pipeline.syncOperations.configureHTTPServerPipeline(
      withPipeliningAssistance: false,
      withErrorHandling: false
    )
    try channel.pipeline.syncOperations.addHandlers(
      HTTP1Exchanges(basePath: BasePath("/stats"), connection: connection),
      routes
    )
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
  }

  @Test func `a connection is idle while no request is read or answered`() throws {
    #expect(connection.idleSince != nil)
    try send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n1")
    #expect(connection.idleSince == nil)
    _ = try answer(.noContent)
    #expect(connection.idleSince == nil)
    try send("2GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    #expect(connection.idleSince == nil)
    _ = try answer(.noContent)

    #expect(connection.idleSince != nil)
  }

  // MARK: - The end of a connection

  @Test(arguments: [
    ("1.1", "", "", true), ("1.1", "close", "close", false), ("1.1", "Close", "close", false),
    ("1.1", "TE, cLoSe", "close", false), ("1.1", "x,close , y", "close", false),
    ("1.1", "keep-alive", "", true), ("1.1", "closed", "", true), ("1.0", "", "close", false),
    ("1.0", "keep-alive", "keep-alive", true), ("1.0", "Keep-Alive", "keep-alive", true),
    ("1.0", "te,Keep-Alive", "keep-alive", true), ("1.0", "close", "close", false),
  ])
  func `a connection ends as the request asks`(
    version: String,
    connection: String,
    answered: String,
    staysOpen: Bool
  ) throws {
    let field = connection.isEmpty ? "" : "Connection: \(connection)\r\n"

    try send("GET / HTTP/\(version)\r\nHost: x\r\n\(field)\r\n")
    #expect(channel.isActive)
    let answer = try answer(.ok, ["content-length": "2"], "ok")

    #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
    #expect(answer.hasSuffix("\r\n\r\nok"))
    #expect(answer.contains("connection: ") == !answered.isEmpty)
    #expect(answered.isEmpty || answer.contains("connection: \(answered)\r\n"))
    #expect(channel.isActive == staysOpen)
  }

  @Test func `several fields name the connection's options together`() throws {
    try send("GET / HTTP/1.1\r\nConnection: te\r\nConnection: x, close\r\n\r\n")

    #expect(routes.connections == ["close"])
    #expect(try answer(.noContent).contains("connection: close\r\n"))
    #expect(!channel.isActive)
  }

  @Test func `behind the last request nothing more is read`() throws {
    try send(get("/1") + get("/2", "Connection: close\r\n") + get("/3"))

    #expect(routes.paths == ["/1", "/2"])
    _ = try answer(.noContent)
    #expect(channel.isActive)
    _ = try answer(.noContent)
    #expect(!channel.isActive)
  }

  @Test func `an answer may end the connection by itself`() throws {
    try send(get("/"))

    _ = try answer(.badRequest, ["connection": "close"])

    #expect(!channel.isActive)
  }

  @Test func `a stopping server ends each connection with its answer`() throws {
    try send(get("/"))
    channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())

    #expect(try answer(.noContent).contains("connection: close\r\n"))
    #expect(!channel.isActive)
  }

  @Test func `while a request still comes, its connection is not closed under it`() throws {
    try send("POST / HTTP/1.1\r\nConnection: close\r\nContent-Length: 4\r\n\r\nab")
    #expect(try answer(.payloadTooLarge).contains("connection: close\r\n"))

    #expect(channel.isActive)
    #expect(ends.isHalfClosed)
    try send("cd")
    #expect(!channel.isActive)
  }

  @Test func `a request that is answered early is read to its end before the next`() throws {
    routes.refusal = .tooManyRequests
    try send(post(""))
    #expect(
      try output()
        == "HTTP/1.1 429 Too Many Requests\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
    )
    try send("a")
    try send("b" + get("/next"))

    #expect(routes.paths == ["/", "/next"])
    #expect(routes.bytes == 2)
    #expect(routes.ends == 2)
  }

  // MARK: - Answers without a length

  @Test func `an old client gets no chunks, and knows the end by the connection's`() throws {
    try send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")

    let answer = try answer(.ok, [:], "part")

    #expect(answer == "HTTP/1.0 200 OK\r\nconnection: close\r\n\r\npart")
    #expect(!channel.isActive)
  }

  @Test func `a newer one gets chunks`() throws {
    try send(get("/"))

    #expect(try answer(.ok, [:], "part").hasSuffix("\r\n\r\n4\r\npart\r\n0\r\n\r\n"))
    #expect(channel.isActive)
  }

  @Test func `an answer to HEAD has no chunk at its end`() throws {
    try send("HEAD / HTTP/1.1\r\n\r\n")

    #expect(try answer(.ok).hasSuffix("\r\nconnection: close\r\n\r\n"))
  }

  @Test func `an answer without a body needs no length`() throws {
    try send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")

    let answer = try answer(.noContent)

    #expect(answer == "HTTP/1.1 204 No Content\r\nconnection: keep-alive\r\n\r\n")
    #expect(channel.isActive)
  }

  // MARK: - Going on

  @Test(arguments: ["100-continue", "100-Continue", "x, 100-continue"])
  func `who asks before a body is told to go on`(expectation: String) throws {
    try send(post("Expect: \(expectation)\r\n"))
    #expect(try output() == "HTTP/1.1 100 Continue\r\n\r\n")

    try send("ab")
    #expect(try output() == "")
    #expect(try answer(.noContent) == "HTTP/1.1 204 No Content\r\n\r\n")
    #expect(channel.isActive)
  }

  @Test func `who sends the body without waiting is not`() throws {
    try send(post("Expect: 100-continue\r\n") + "ab")

    #expect(try output() == "")
  }

  @Test func `an old client, or one that expects something else, is not`() throws {
    try send(post("Expect: 200-ok\r\n"))
    #expect(try output() == "")
    try send("ab")
    _ = try answer(.noContent)

    try send("POST / HTTP/1.0\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n")
    #expect(try output() == "")
  }

  @Test func `behind another request it has to wait`() throws {
    try send(get("/1") + post("Expect: 100-continue\r\n"))
    #expect(try output() == "")

    #expect(
      try answer(.noContent) == "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n"
    )
  }

  @Test func `a request that is refused at once is not asked for its body`() throws {
    routes.refusal = .tooManyRequests

    try send(post("Expect: 100-continue\r\n"))

    let answer = try output()
    #expect(answer.hasPrefix("HTTP/1.1 429 "))
    #expect(answer.contains("connection: close\r\n"))
    // The client may have sent the body all the same.
    #expect(channel.isActive)
    #expect(ends.isHalfClosed)
    try send("ab")
    #expect(!channel.isActive)
  }

  // MARK: - The base path

  @Test(arguments: [
    ("/stats/data/state?x=/stats", "/data/state?x=/stats"), ("/data/state", "/data/state"),
    ("/stats", "/"), ("/stats/", "/"), ("/stats?x", "/?x"), ("/statsx/data", "/statsx/data"),
    ("//stats//watch", "//watch"), ("http://h:1/stats/watch", "/watch"),
    ("http://h/x", "http://h/x"),
    ("*", "*"), ("/stats/stats/watch", "/stats/watch"), ("http://h", "http://h"),
  ])
  func `the base path is taken off`(target: String, own: String) throws {
    try send(get(target))

    #expect(routes.paths == [own])
  }

  // MARK: - Help

  private func get(_ path: String, _ fields: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: x\r\n\(fields)\r\n"
  }

  private func post(_ fields: String) -> String {
    "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\(fields)\r\n"
  }

  private func send(_ text: String) throws {
    try channel.writeInbound(ByteBuffer(string: text))
  }

  /// Answers the oldest request, and returns all that goes out.
  private func answer(
    _ status: HTTPResponseStatus,
    _ fields: HTTPHeaders = [:],
    _ body: String = ""
  ) throws -> String {
    let head = HTTPResponseHead(version: .http1_1, status: status, headers: fields)
    channel.write(HTTPServerResponsePart.head(head), promise: nil)
    if !body.isEmpty {
      channel.write(
        HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: body))),
        promise: nil
      )
    }
    channel.writeAndFlush(HTTPServerResponsePart.end(nil), promise: nil)
    return try output()
  }

  private func output() throws -> String {
    channel.embeddedEventLoop.run()
    var text = ""
    while let bytes = try channel.readOutbound(as: ByteBuffer.self) {
      text += String(buffer: bytes)
    }
    return text
  }
}

/// Notes the heads of requests, and refuses them where a test wants that.
private final class Heads: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private(set) var paths: [String] = []
  private(set) var connections: [String] = []
  private(set) var bytes = 0
  private(set) var ends = 0
  var refusal: HTTPResponseStatus?

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let head: HTTPRequestHead
    switch unwrapInboundIn(data) {
    case .head(let begun): head = begun
    case .body(let part):
      bytes += part.readableBytes
      return
    case .end:
      ends += 1
      return
    }
    paths.append(head.uri)
    connections += head.headers["connection"]
    guard let refusal else { return }
    let answer = HTTPResponseHead(version: .http1_1, status: refusal)
    context.write(wrapOutboundOut(.head(answer)), promise: nil)
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }
}

/// Closes one direction as a socket does: an embedded channel would end.
private final class HalfClosing: ChannelOutboundHandler {
  typealias OutboundIn = ByteBuffer

  private(set) var isHalfClosed = false

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    guard mode == .output else { return context.close(mode: mode, promise: promise) }
    isHalfClosed = true
    promise?.succeed()
  }
}
