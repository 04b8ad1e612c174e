import Glibc
import Logging
import NIOCore
import NIOEmbedded
import Synchronization
import Testing

@testable import AnalyticsServer

@Suite("Connection limit")
struct ConnectionLimitTests {
  private static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })

  @Test func `one connection too many is refused, until another closes`() throws {
    let limit = ConnectionLimit(2, logger: Self.quiet)
    let channels = (0..<3).map { _ in EmbeddedChannel() }

    #expect(channels.map { limit.admit($0) } == [true, true, false])
    _ = try channels[2].finish()
    #expect(!limit.admit(EmbeddedChannel()))
    // That one stays open, and so do the first two until now.
    _ = try channels[0].finish()
    _ = try channels[1].finish()
    #expect(limit.admit(EmbeddedChannel()))
  }

  @Test func `who is refused is told, unless the connection is encrypted`() throws {
    for canAnswer in [true, false] {
      let channel = EmbeddedChannel(handler: RefusedConnection(canAnswer: canAnswer))
      try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()

      let answer = try channel.readOutbound(as: ByteBuffer.self).map { String(buffer: $0) }
      #expect(answer?.hasPrefix("HTTP/1.1 503 ") == (canAnswer ? true : nil))
      #expect(!channel.isActive)
    }
  }

  @Test(arguments: [EMFILE, ENFILE, ENOBUFS, ENOMEM, ECONNABORTED])
  func `a server that can't accept a connection goes on after a moment`(code: Int32) throws {
    let seen = Seen()
    let channel = EmbeddedChannel(handlers: [seen, AcceptFailures(logger: Self.quiet), seen.behind])
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    let before = seen.reads

    channel.pipeline.fireErrorCaught(IOError(errnoCode: code, reason: "accept"))
    channel.read()
    channel.read()
    #expect(seen.reads == before)
    #expect(seen.behind.errors == 0)
    channel.embeddedEventLoop.advanceTime(by: .milliseconds(100))

    #expect(seen.reads == before + 1)
    channel.read()
    #expect(seen.reads == before + 2)
  }

  @Test func `other errors are not for it`() throws {
    let seen = Seen()
    let channel = EmbeddedChannel(handlers: [AcceptFailures(logger: Self.quiet), seen.behind])

    channel.pipeline.fireErrorCaught(IOError(errnoCode: EBADF, reason: "accept"))

    #expect(seen.behind.errors == 1)
  }
}

/// Counts what passes on the way out, and errors behind it.
private final class Seen: ChannelOutboundHandler {
  typealias OutboundIn = Never

  final class Behind: ChannelInboundHandler {
    typealias InboundIn = any Channel

    var errors = 0

    func errorCaught(context: ChannelHandlerContext, error: any Error) { errors += 1 }
  }

  let behind = Behind()
  var reads = 0

  func read(context: ChannelHandlerContext) {
    reads += 1
    context.read()
  }
}
