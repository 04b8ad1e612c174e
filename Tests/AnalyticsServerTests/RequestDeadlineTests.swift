import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import AnalyticsServer

@Suite("Request deadline")
struct RequestDeadlineTests {
  private let channel = EmbeddedChannel(
    handler: RequestDeadline(
      limit: .seconds(15),
      typePrefix: "/problems/",
      rules: PathRules(pings: ["/watch"], CurrentOptions(.patient))
    )
  )
  private let head = HTTPRequestPart.head(
    HTTPRequest(method: .post, scheme: "http", authority: "x", path: "/watch")
  )
  private let piece = HTTPRequestPart.body(ByteBuffer(string: "x"))

  init() throws {
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
  }

  @Test func `a request that arrives whole leaves the connection open`() throws {
    try channel.writeInbound(head)
    channel.embeddedEventLoop.advanceTime(by: .seconds(14))
    try channel.writeInbound(piece)
    try channel.writeInbound(HTTPRequestPart.end(nil))
    channel.embeddedEventLoop.advanceTime(by: .hours(1))

    #expect(channel.isActive)
    #expect(try channel.readOutbound(as: HTTPResponsePart.self) == nil)
  }

  @Test func `bytes that drip in do not extend the time`() throws {
    try channel.writeInbound(head)
    for _ in 0..<14 {
      channel.embeddedEventLoop.advanceTime(by: .seconds(1))
      try channel.writeInbound(piece)
    }
    #expect(channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .seconds(1))

    let answer = try #require(try channel.readOutbound(as: HTTPResponsePart.self))
    guard case .head(let response) = answer else {
      Issue.record("the answer begins with \(answer)")
      return
    }
    #expect(response.status == .requestTimeout)
    #expect(response.headerFields[.connection] == "close")
    #expect(!channel.isActive)
  }

  @Test func `the rest of a refused body is not read for ever`() throws {
    try channel.writeInbound(head)
    let answer = HTTPResponse(status: .contentTooLarge)
    try channel.writeOutbound(HTTPResponsePart.head(answer))
    try channel.writeOutbound(HTTPResponsePart.end(nil))
    channel.embeddedEventLoop.advanceTime(by: .seconds(15))

    #expect(!channel.isActive)
    #expect(try channel.readOutbound(as: HTTPResponsePart.self) == .head(answer))
    #expect(try channel.readOutbound(as: HTTPResponsePart.self) == .end(nil))
    #expect(try channel.readOutbound(as: HTTPResponsePart.self) == nil)
  }

  @Test func `every request on a connection has its own time`() throws {
    for _ in 0..<3 {
      try channel.writeInbound(head)
      channel.embeddedEventLoop.advanceTime(by: .seconds(10))
      try channel.writeInbound(HTTPRequestPart.end(nil))
    }

    #expect(channel.isActive)
  }

  @Test(arguments: [
    ("/watch", true), ("//watch/?x=1", true), ("http://x/watch", true), ("/watching", false),
    ("/data", false),
  ])
  func `pages may read the refusal where they may read the answer`(path: String, may: Bool) throws {
    let request = HTTPRequest(method: .post, scheme: "http", authority: "x", path: path)
    try channel.writeInbound(HTTPRequestPart.head(request))
    channel.embeddedEventLoop.advanceTime(by: .seconds(15))

    guard case .head(let response) = try channel.readOutbound(as: HTTPResponsePart.self) else {
      Issue.record("there is no answer")
      return
    }
    #expect(response.headerFields[.accessControlAllowOrigin] == (may ? "*" : nil))
  }

  // MARK: - Heads

  /// Bytes that are no part of a request yet.
  private func drip() { channel.pipeline.fireChannelReadComplete() }

  @Test func `a head that drips in has the same time`() throws {
    for _ in 0..<14 {
      drip()
      channel.embeddedEventLoop.advanceTime(by: .seconds(1))
    }
    #expect(channel.isActive)
    drip()
    channel.embeddedEventLoop.advanceTime(by: .seconds(1))

    guard case .head(let response) = try channel.readOutbound(as: HTTPResponsePart.self) else {
      Issue.record("there is no answer")
      return
    }
    #expect(response.status == .requestTimeout)
    #expect(response.headerFields[.accessControlAllowOrigin] == nil)
    #expect(!channel.isActive)
  }

  @Test func `head and body share the time`() throws {
    drip()
    channel.embeddedEventLoop.advanceTime(by: .seconds(10))
    try channel.writeInbound(head)
    channel.embeddedEventLoop.advanceTime(by: .seconds(4))
    #expect(channel.isActive)
    channel.embeddedEventLoop.advanceTime(by: .seconds(1))

    #expect(!channel.isActive)
  }

  @Test func `a head in two pieces leaves the connection open`() throws {
    drip()
    channel.embeddedEventLoop.advanceTime(by: .seconds(14))
    try channel.writeInbound(head)
    try channel.writeInbound(HTTPRequestPart.end(nil))
    channel.embeddedEventLoop.advanceTime(by: .hours(1))

    #expect(channel.isActive)
  }

  @Test func `the end of what a client sends begins no head`() throws {
    drip()
    channel.pipeline.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    channel.embeddedEventLoop.advanceTime(by: .hours(1))

    #expect(channel.isActive)
  }

  @Test func `what comes while an answer is written takes nothing from it`() throws {
    try channel.writeInbound(head)
    try channel.writeInbound(HTTPRequestPart.end(nil))
    drip()
    channel.embeddedEventLoop.advanceTime(by: .hours(1))
    #expect(channel.isActive)

    try channel.writeOutbound(HTTPResponsePart.head(HTTPResponse(status: .ok)))
    try channel.writeOutbound(HTTPResponsePart.end(nil))
    drip()
    channel.embeddedEventLoop.advanceTime(by: .seconds(15))

    #expect(!channel.isActive)
  }
}
