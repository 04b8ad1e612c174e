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

  private let all = OpenConnections()
  private let start = NIODeadline.uptimeNanoseconds(1)

  /// Opens a connection; whether there is room for it.
  private func open(_ channel: EmbeddedChannel, of most: Int, at now: NIODeadline) -> Bool {
    let connection = all.add(channel)
    connection.rest(at: now)
    return ConnectionLimit(most, of: all, logger: Self.quiet).admit(at: now)
  }

  @Test func `where none is idle, one connection too many is refused, until another closes`()
    throws
  {
    let channels = (0..<4).map { _ in EmbeddedChannel() }

    #expect(channels.prefix(3).map { open($0, of: 2, at: start) } == [true, true, false])
    _ = try channels[2].finish()
    _ = try channels[0].finish()
    #expect(open(channels[3], of: 2, at: start + .milliseconds(999)))
  }

  @Test func `for one connection too many, the idlest is closed`() throws {
    let loop = EmbeddedEventLoop()
    let channels = (0..<5).map { _ in EmbeddedChannel(loop: loop) }
    let address = try SocketAddress(ipAddress: "127.0.0.1", port: 1)
    for channel in channels { try channel.connect(to: address).wait() }
    let connections = channels.map { all.add($0) }
    for (index, connection) in connections.enumerated() {
      connection.rest(at: start + .seconds(Int64(index)))
    }
    // One is asked something, one has not read its answer.
    connections[0].begin()
    connections[1].hold(1000, at: start)

    let limit = ConnectionLimit(4, of: all, logger: Self.quiet)
    #expect(limit.admit(at: start + .seconds(10)))
    loop.run()

    #expect(channels.map(\.isActive) == [true, true, false, true, true])
    #expect(all.count == 4)
  }

  @Test func `a connection on which something is asked meanwhile stays open`() throws {
    let loop = EmbeddedEventLoop()
    let channel = EmbeddedChannel(loop: loop)
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    let connection = all.add(channel)
    connection.rest(at: start)

    #expect(all.dropIdlest(at: start + .seconds(1)))
    connection.begin()
    loop.run()

    #expect(channel.isActive)
  }

  @Test func `each connection too many has another one closed`() throws {
    let loop = EmbeddedEventLoop()
    let channels = (0..<6).map { _ in EmbeddedChannel(loop: loop) }
    let address = try SocketAddress(ipAddress: "127.0.0.1", port: 1)
    for channel in channels { try channel.connect(to: address).wait() }
    let later = start + .seconds(2)

    #expect(channels.prefix(3).map { open($0, of: 3, at: start) } == [true, true, true])
    // None of those that have to go is closed before the others have come.
    #expect(channels.dropFirst(3).map { open($0, of: 3, at: later) } == [true, true, true])
    loop.run()

    #expect(channels.map(\.isActive) == [false, false, false, true, true, true])
    #expect(all.count == 3)
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
    let channel = EmbeddedChannel(handlers: [seen, AcceptPace(1, logger: Self.quiet), seen.behind])
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

  @Test func `connections that are not closed yet keep others in the queue of the system`() throws {
    let seen = Seen()
    let channel = EmbeddedChannel(handlers: [seen, AcceptPace(1, logger: Self.quiet)])
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    let accepted = (0..<AcceptPace.margin + 2).map { _ in EmbeddedChannel() }
    func reads() -> Int {
      let before = seen.reads
      channel.read()
      return seen.reads - before
    }

    for connection in accepted {
      #expect(reads() == 1)
      channel.pipeline.fireChannelRead(connection as any Channel)
    }
    #expect(reads() == 0)

    let before = seen.reads
    _ = try accepted[0].finish(acceptAlreadyClosed: true)
    accepted[0].embeddedEventLoop.run()
    channel.embeddedEventLoop.run()
    #expect(seen.reads == before + 1)
    #expect(reads() == 1)
  }

  @Test func `other errors are not for it`() throws {
    let seen = Seen()
    let channel = EmbeddedChannel(handlers: [AcceptPace(1, logger: Self.quiet), seen.behind])

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
