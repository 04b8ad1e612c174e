import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTP1
import NIOHTTPTypes
import PingCollector
import PlaybackFacts
import Synchronization
import Testing

@testable import AnalyticsServer

@Suite("Ping handler")
struct PingHandlerTests {
  private let collector = WaitingCollector()
  private let wire = Passed()
  private let routes = Passed()
  private let channel: EmbeddedChannel

  init() throws {
    channel = try Self.channel(collector, before: [wire], behind: [routes])
    wire.clear()
    routes.clear()
  }

  private static func channel(
    _ collector: WaitingCollector,
    proxies: TrustedProxies = .none,
    before: [any ChannelHandler] = [],
    behind: [any ChannelHandler] = []
  ) throws -> EmbeddedChannel {
    let intake = PingIntake(
      path: "/watch",
      collector: collector,
      limit: AddressLimit(perWindow: 3),
      refusals: LimitCounts(),
      now: { testTime }
    )
    let answers = PingAnswers(ErrorMapping(typePrefix: "/problems/"), now: { testTime })
    let handler = PingHandler([intake], answers: answers, proxies: proxies)
    let channel = EmbeddedChannel(handlers: before + [handler] + behind)
    let address = try SocketAddress(ipAddress: "192.0.2.1", port: 1)
    channel.remoteAddress = address
    try channel.connect(to: address).wait()
    return channel
  }

  // MARK: - Answers

  @Test(arguments: ["/watch", "//watch/", "/watch?x=1", "http://x/watch"])
  func `a ping is answered when it is committed, and the routes see nothing of it`(
    path: String
  ) throws {
    try send(.post, path, "{", "}")
    #expect(try answers().isEmpty)

    commit()

    #expect(
      try answers() == [
        .head(
          HTTPResponse(
            status: .noContent,
            headerFields: [
              .accessControlAllowOrigin: "*", .date: "Wed, 29 May 2024 11:15:07 GMT",
            ]
          )
        ),
        .end(nil),
      ]
    )
    #expect(collector.taken == ["{} from 192.0.2.1"])
    #expect(routes.names.isEmpty)
    #expect(channel.isActive)
  }

  @Test(arguments: [
    (HTTPRequest.Method.get, "/watch"), (.options, "/watch"), (.post, "/watching"),
    (.post, "/watch/more"), (.post, "/"),
  ])
  func `whatever is no ping goes to the routes`(method: HTTPRequest.Method, path: String) throws {
    try send(method, path, "x")

    #expect(routes.names == ["\(method) \(path)", "x", "end", "read complete"])
    #expect(collector.taken.isEmpty)
  }

  @Test func `what the collector refuses is a problem that pages may read`() throws {
    try send(.post, "/watch", "{}")
    commit(.failure(.overloaded(waiting: 7)))

    let head = try #require(try statuses().first)
    #expect(head.status == .serviceUnavailable)
    #expect(head.headerFields[.retryAfter] == "1")
    #expect(head.headerFields[.accessControlAllowOrigin] == "*")
    #expect(head.headerFields[.contentType] == "application/problem+json")
  }

  @Test func `a body that is too long is refused at once, and its rest is read over`() throws {
    try send(.post, "/watch", String(repeating: "x", count: 65_536), "x", ends: false)
    #expect(try statuses().map(\.status) == [.contentTooLarge])
    try write(.body(ByteBuffer(string: "more")), .end(nil))
    try send(.post, "/watch", String(repeating: "x", count: 65_536))
    commit()

    #expect(try statuses().map(\.status) == [.noContent])
    #expect(collector.taken.count == 1)
    #expect(routes.names.isEmpty)
  }

  @Test func `too many pings from one address are refused before their body comes`() throws {
    for _ in 0..<3 {
      try send(.post, "/watch", "{}")
      commit()
    }
    _ = try answers()

    try send(.post, "/watch", "{}", ends: false)

    #expect(try statuses().map(\.status) == [.tooManyRequests])
    #expect(collector.taken.count == 3)
  }

  @Test func `a ping is its sender's, whoever brings it`() throws {
    try send(.post, "/watch", "{}", fields: [.xForwardedFor: "203.0.113.9, 198.51.100.7"])
    commit()
    #expect(collector.taken == ["{} from 192.0.2.1"])

    let channel = try Self.channel(collector, proxies: TrustedProxies(["192.0.2.0/24"]))
    let request = HTTPRequest(
      method: .post,
      scheme: "http",
      authority: "x",
      path: "/watch",
      headerFields: [.xForwardedFor: "203.0.113.9, 198.51.100.7"]
    )
    for part in [HTTPRequestPart.head(request), .end(nil)] {
      channel.pipeline.fireChannelRead(part)
    }

    #expect(collector.taken.last == " from 198.51.100.7")
  }

  @Test func `a body whose length is too much is refused before it comes`() throws {
    try send(.post, "/watch", fields: [.contentLength: "65537"], ends: false)

    #expect(try statuses().map(\.status) == [.contentTooLarge])
  }

  // MARK: - Order

  @Test func `what comes behind a ping is held until the ping is answered`() throws {
    try send(.post, "/watch", "1")
    try send(.get, "/healthz")
    try send(.post, "/watch", "2")
    #expect(routes.names.isEmpty)

    commit()

    #expect(try statuses().map(\.status) == [.noContent])
    // The last ping is behind a request that has no answer yet.
    #expect(
      routes.names == ["GET /healthz", "end", "POST /watch", "2", "end", "read complete"]
    )
    #expect(collector.taken.count == 1)
  }

  @Test func `pings that are sent together are answered one after the other`() throws {
    for k in 0..<3 { try send(.post, "/watch", "\(k)") }

    for k in 0..<3 {
      #expect(collector.taken.count == k + 1)
      commit()
      #expect(try statuses().map(\.status) == [.noContent])
    }
    #expect(collector.taken.map { $0.prefix(1) } == ["0", "1", "2"])
  }

  @Test func `a ping behind a request without an answer goes to the routes, a later one does not`()
    throws
  {
    try send(.get, "/data/state")
    try send(.post, "/watch", "1")
    for _ in 0..<2 {
      try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
      try channel.writeOutbound(HTTPResponsePart.end(nil))
    }
    #expect(routes.names.contains("POST /watch"))

    try send(.post, "/watch", "2")

    #expect(collector.taken.count == 1)
  }

  @Test func `the end of what a client sends, and errors, are held behind a ping`() throws {
    try send(.post, "/watch", "{}")
    channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    channel.pipeline.fireErrorCaught(HTTPParserError.invalidMethod)
    #expect(routes.names.isEmpty)

    commit()

    #expect(try statuses().map(\.status) == [.noContent])
    #expect(routes.names == ["inputClosed", "error", "read complete"])
  }

  @Test func `a body that can't be read is a matter for the routes`() throws {
    try send(.post, "/watch", "{", ends: false)
    channel.pipeline.fireErrorCaught(HTTPParserError.invalidChunkSize)

    #expect(routes.names == ["error"])
    #expect(collector.taken.isEmpty)
  }

  @Test func `no more is read behind a ping that waits than what has come already`() throws {
    func reads() -> Int { wire.names.count { $0 == "read" } }
    try send(.post, "/watch", "1")
    channel.read()
    #expect(reads() == 1)
    try send(.post, "/watch", "2")
    channel.read()
    channel.read()
    #expect(reads() == 1)

    commit()

    // The second ping waits now, and nothing is behind it.
    #expect(collector.taken.count == 2)
    #expect(reads() == 2)
  }

  @Test func `an answer to a connection that has ended goes nowhere`() throws {
    try send(.post, "/watch", "{}")
    try channel.close().wait()

    commit()

    #expect(try answers().isEmpty)
    #expect(collector.taken.count == 1)
  }

  // MARK: - Help

  private func send(
    _ method: HTTPRequest.Method,
    _ path: String,
    _ body: String...,
    fields: HTTPFields = [:],
    ends: Bool = true
  ) throws {
    let request = HTTPRequest(
      method: method,
      scheme: "http",
      authority: "x",
      path: path,
      headerFields: fields
    )
    let parts = body.map { HTTPRequestPart.body(ByteBuffer(string: $0)) }
    try write([.head(request)] + parts + (ends ? [.end(nil)] : []))
  }

  private func write(_ parts: HTTPRequestPart...) throws { try write(parts) }

  private func write(_ parts: [HTTPRequestPart]) throws {
    for part in parts { channel.pipeline.fireChannelRead(part) }
    channel.pipeline.fireChannelReadComplete()
  }

  private func commit(_ result: Result<EventCounts, CollectorError> = .success(EventCounts())) {
    collector.answer(result)
    channel.embeddedEventLoop.run()
  }

  private func answers() throws -> [HTTPResponsePart] {
    var parts: [HTTPResponsePart] = []
    while let part = try channel.readOutbound(as: HTTPResponsePart.self) { parts.append(part) }
    return parts
  }

  private func statuses() throws -> [HTTPResponse] {
    try answers().compactMap { part in
      if case .head(let response) = part { response } else { nil }
    }
  }
}

/// Takes pings, and lets them wait until a test answers.
private final class WaitingCollector: PingReceiving {
  typealias Answer = @Sendable (Result<EventCounts, CollectorError>) -> Void

  private let state = Mutex((taken: [String](), waiting: [Answer]()))

  var taken: [String] { state.withLock(\.taken) }
  var counts: CollectorCounts { CollectorCounts() }

  func take(
    body: [UInt8],
    address: String,
    userAgent: String,
    hints: ClientHints,
    country: String?,
    receivedAt: Timestamp,
    answer: @escaping Answer
  ) {
    state.withLock { state in
      state.taken.append("\(String(decoding: body, as: UTF8.self)) from \(address)")
      state.waiting.append(answer)
    }
  }

  /// Answers all that wait.
  func answer(_ result: Result<EventCounts, CollectorError>) {
    let waiting = state.withLock { state in
      defer { state.waiting = [] }
      return state.waiting
    }
    for answer in waiting { answer(result) }
  }

  func drain() async {}
}

/// Notes what passes it, and lets all pass.
private final class Passed: ChannelDuplexHandler {
  typealias InboundIn = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart

  /// Of ends of reads, only those behind something else.
  private(set) var names: [String] = []

  func clear() { names = [] }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let request): names.append("\(request.method) \(request.path ?? "")")
    case .body(let bytes): names.append(String(buffer: bytes))
    case .end: names.append("end")
    }
    context.fireChannelRead(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    if !names.isEmpty, names.last != "read complete" { names.append("read complete") }
    context.fireChannelReadComplete()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    names.append("\(event)")
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    names.append("error")
    context.fireErrorCaught(error)
  }

  func read(context: ChannelHandlerContext) {
    names.append("read")
    context.read()
  }
}
