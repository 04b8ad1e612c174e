import NIOCore
import NIOPosix
import Synchronization

/// A server that answers each request with bytes that a test sets down.
final class ScriptedServer: Sendable {
  /// What is done with a request.
  enum Reply: Sendable {
    /// Sends bytes, and leaves the connection open.
    case bytes(String)
    /// Sends a text, and bytes after it, and leaves the connection open.
    case packed(String, [UInt8])
    /// Sends bytes, and closes the connection.
    case last(String)
    /// Waits.
    case nothing
  }

  /// What came over a connection.
  struct Heard: Sendable {
    /// The number of the connection, from 0.
    let connection: Int
    /// The head of the request, and what came of its body with it.
    let request: String
  }

  private struct State {
    var heard: [Heard] = []
    var connections = 0
    var closed = 0
    var waiting: [(closed: Int, CheckedContinuation<Void, Never>)] = []
  }

  private let state = Mutex(State())
  private let reply: @Sendable (Heard) -> Reply

  var heard: [Heard] { state.withLock(\.heard) }

  private init(_ reply: @escaping @Sendable (Heard) -> Reply) { self.reply = reply }

  /// Waits until so many connections have ended.
  func ended(_ count: Int) async {
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        if state.closed < count { state.waiting.append((count, continuation)) }
        return state.closed >= count
      }
      if isOver { continuation.resume() }
    }
  }

  /// Runs `body` with such a server and its port.
  static func run(
    prepare: @escaping @Sendable (any Channel) throws -> Void = { _ in },
    reply: @escaping @Sendable (Heard) -> Reply,
    _ body: @Sendable (_ server: ScriptedServer, _ port: Int) async throws -> Void
  ) async throws {
    let server = ScriptedServer(reply)
    let listening = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try prepare(channel)
          try channel.pipeline.syncOperations.addHandler(Ear(server))
        }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    try await body(server, listening.localAddress?.port ?? 0)
    try await listening.close()
  }

  private final class Ear: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let server: ScriptedServer
    private var number = 0
    private var bytes = ""

    init(_ server: ScriptedServer) { self.server = server }

    func channelActive(context: ChannelHandlerContext) {
      number = server.state.withLock { state in
        defer { state.connections += 1 }
        return state.connections
      }
      context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      bytes += String(buffer: unwrapInboundIn(data))
      guard bytes.contains("\r\n\r\n") else { return }
      let heard = Heard(connection: number, request: bytes)
      bytes = ""
      server.state.withLock { $0.heard.append(heard) }
      let channel = context.channel
      switch server.reply(heard) {
      case .bytes(let text): channel.writeAndFlush(ByteBuffer(string: text), promise: nil)
      case .last(let text):
        channel.writeAndFlush(ByteBuffer(string: text)).whenComplete { _ in
          channel.close(promise: nil)
        }
      case .packed(let text, let bytes):
        channel.writeAndFlush(ByteBuffer(bytes: Array(text.utf8) + bytes), promise: nil)
      case .nothing: break
      }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
      let ready = server.state.withLock { state in
        state.closed += 1
        let closed = state.closed
        defer { state.waiting.removeAll { $0.closed <= closed } }
        return state.waiting.filter { $0.closed <= closed }
      }
      for (_, continuation) in ready { continuation.resume() }
      context.fireChannelInactive()
    }
  }
}
