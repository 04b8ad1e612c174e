import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import OutgoingHTTP

@Suite("HTTP exchanges")
struct HTTPExchangeHandlerTests {
  /// Counts how often the channel is asked to read.
  private final class ReadCounter: ChannelOutboundHandler {
    typealias OutboundIn = Never

    private(set) var reads = 0

    func read(context: ChannelHandlerContext) {
      reads += 1
      context.read()
    }
  }

  @Test func `no more is read while the reader of a body is behind`() async throws {
    let channel = NIOAsyncTestingChannel()
    let counter = try await channel.testingEventLoop.executeInContext {
      let counter = ReadCounter()
      try channel.pipeline.syncOperations.addHandler(counter)
      try channel.pipeline.syncOperations.addHandler(HTTPExchangeHandler { _ in })
      return NIOLoopBound(counter, eventLoop: channel.eventLoop)
    }
    @Sendable func reads() async throws -> Int {
      try await channel.testingEventLoop.executeInContext {
        let before = counter.value.reads
        channel.pipeline.read()
        return counter.value.reads - before
      }
    }
    try await channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 80)).get()
    let promise = channel.eventLoop.makePromise(of: HTTPResponse.self)
    let head = HTTPRequestHead(version: .http1_1, method: .GET, uri: "/")
    try await channel.writeAndFlush(HTTPExchange(head: head, body: nil, response: promise))
    try await channel.writeInbound(
      HTTPClientResponsePart.head(.init(version: .http1_1, status: .ok))
    )
    let body = try await promise.futureResult.get().body
    try await #expect(reads() == 1)
    for _ in 0..<8 {
      try await channel.writeInbound(HTTPClientResponsePart.body(ByteBuffer(string: "chunk")))
    }
    try await #expect(reads() == 0)

    var chunks = body.makeAsyncIterator()
    for _ in 0..<7 { _ = try await chunks.next() }
    await channel.testingEventLoop.run()

    try await #expect(reads() == 1)
    try await channel.writeInbound(HTTPClientResponsePart.end(nil))
    try await #expect(chunks.next() != nil)
    try await #expect(chunks.next() == nil)
    try await channel.close()
  }
}
