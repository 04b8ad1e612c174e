import NIOCore
import NIOEmbedded
import Testing

@testable import AnalyticsServer

@Suite("Answer sending")
struct AnswerSendingTests {
  private let all = OpenConnections(mostUnsentBytes: 300_000)
  private let client: Client

  init() throws {
    client = try Client(of: all)
  }

  @Test func `a small answer goes out as it is`() throws {
    client.answer(AnswerSending.pieceBytes)

    #expect(try client.taken() == [AnswerSending.pieceBytes])
    #expect(client.connection.stalledSince == nil)
  }

  @Test func `a large answer goes out in pieces, as the client takes them`() throws {
    client.answer(200_000)
    #expect(try client.taken().isEmpty)
    #expect(client.connection.unsentBytes == 200_000)

    client.take(pieces: 1)
    #expect(try client.taken() == [65_536])
    #expect(client.connection.unsentBytes == 200_000)
    client.take(pieces: 9)

    #expect(try client.taken() == [65_536, 65_536, 3392])
    #expect(client.connection.unsentBytes == 0)
    #expect(client.connection.stalledSince == nil)
  }

  @Test func `what comes behind a large answer waits for it`() throws {
    client.answer(70_000)
    let sent = client.answer(7)
    let isSent = IsDone(sent)

    client.take(pieces: 2)
    #expect(try client.taken() == [65_536, 4464])
    #expect(!isSent.value)
    client.take(pieces: 1)

    #expect(try client.taken() == [7])
    #expect(isSent.value)
  }

  // MARK: - Deadline

  @Test func `a client that takes nothing loses its connection`() throws {
    client.answer(200_000)
    let isSent = IsDone(client.answer(7))

    client.pass(.seconds(9))
    #expect(client.channel.isActive)
    client.pass(.seconds(1))

    #expect(!client.channel.isActive)
    #expect(isSent.value)
    #expect(client.connection.unsentBytes == 0)
  }

  @Test func `every piece that a client takes gives it more time`() throws {
    client.answer(500_000)

    for _ in 0..<5 {
      client.pass(.seconds(9))
      client.take(pieces: 1)
    }
    #expect(client.channel.isActive)
    client.pass(.seconds(10))

    #expect(!client.channel.isActive)
  }

  @Test func `small answers that are not taken have a deadline too`() throws {
    client.take(pieces: 1)
    client.answer(1000)

    client.pass(.seconds(10))

    #expect(!client.channel.isActive)
  }

  @Test func `a client that has taken all has no deadline`() throws {
    client.answer(200_000)
    client.take(pieces: 10)

    client.pass(.seconds(100))

    #expect(client.channel.isActive)
  }

  // MARK: - The end

  @Test(arguments: [CloseMode.all, .output])
  func `a connection is closed behind the answer that is on its way`(mode: CloseMode) throws {
    client.answer(100_000)
    let isClosed = IsDone(client.channel.close(mode: mode))
    #expect(!isClosed.value)

    client.take(pieces: 9)

    #expect(try client.taken().reduce(0, +) == 100_000)
    #expect(isClosed.value)
    #expect(client.channel.isActive == (mode == .output))
  }

  @Test func `a connection that must end is closed at once`() throws {
    client.answer(100_000)
    let isClosed = IsDone(client.channel.close())

    client.connection.end()

    #expect(!client.channel.isActive)
    #expect(isClosed.value)
    #expect(client.connection.unsentBytes == 0)
  }

  // MARK: - Memory

  @Test func `of too many answers, those go that have waited longest`() throws {
    let others = try [Client(of: all), Client(of: all)]
    client.answer(100_000)
    for other in [client] + others { other.pass(.milliseconds(500)) }
    others[0].answer(150_000)
    for other in [client] + others { other.pass(.seconds(1)) }
    #expect(!all.isFull)

    others[1].answer(100_000)

    #expect(!client.channel.isActive)
    #expect(others.map(\.channel.isActive) == [true, true])
    #expect(!all.isFull)
  }

  @Test func `answers that have only just begun are not given up`() throws {
    let other = try Client(of: all)
    client.answer(200_000)
    other.answer(200_000)

    #expect(all.isFull)
    #expect(client.channel.isActive)
    other.connection.end()

    #expect(!all.isFull)
  }
}

/// A connection whose client takes so many pieces, and no more.
private final class Client {
  let channel = EmbeddedChannel()
  let connection: OpenConnection
  private let valve = Valve()

  init(of all: OpenConnections) throws {
    connection = all.add(channel)
    try channel.pipeline.syncOperations.addHandlers([
      HalfClose(), valve, AnswerSending(limit: .seconds(10), connection: connection),
    ])
    try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    valve.channel = channel
  }

  /// Sends an answer of so many bytes.
  @discardableResult
  func answer(_ bytes: Int) -> EventLoopFuture<Void> {
    if bytes > AnswerSending.pieceBytes { channel.isWritable = false }
    return channel.writeAndFlush(ByteBuffer(repeating: 7, count: bytes))
  }

  func take(pieces: Int) {
    valve.room = pieces
    channel.isWritable = true
    channel.pipeline.fireChannelWritabilityChanged()
  }

  /// The lengths of what was taken.
  func taken() throws -> [Int] {
    var lengths: [Int] = []
    while let bytes = try channel.readOutbound(as: ByteBuffer.self) {
      if bytes.readableBytes > 0 { lengths.append(bytes.readableBytes) }
    }
    return lengths
  }

  func pass(_ time: TimeAmount) { channel.embeddedEventLoop.advanceTime(by: time) }
}

/// Takes so many writes, then says that the connection is full.
private final class Valve: ChannelOutboundHandler {
  typealias OutboundIn = Any

  weak var channel: EmbeddedChannel?
  var room = Int.max

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    room -= 1
    if room <= 0 { channel?.isWritable = false }
    context.write(data, promise: promise)
  }
}

/// Lets the output end, which an embedded channel does not know.
private final class HalfClose: ChannelOutboundHandler {
  typealias OutboundIn = Any

  func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
    if mode == .output { promise?.succeed() } else { context.close(mode: mode, promise: promise) }
  }
}

/// Whether a future has a value or an error.
private final class IsDone {
  private(set) var value = false

  init(_ future: EventLoopFuture<Void>) {
    future.assumeIsolated().whenComplete { _ in self.value = true }
  }
}
