import AnalyticsSource
import Logging
import NIOCore
import NIOPosix
import QueryCore
import ServiceLifecycle

@testable import AnalyticsServer

/// A server that listens on a port of its own, while a test talks to it.
struct LiveServer: Sendable {
  let port: Int
  let application: ServerApplication
  private let group: ServiceGroup
  private let ended: AsyncStream<Void>

  /// Runs `body` beside a server; afterwards the server is stopped and has to end well.
  static func run(
    data: any QueryAnswering = StubAnswering(),
    access: (any AccessGranting)? = nil,
    collector: any PingReceiving = StubCollector(),
    forwarding: PingForwarding? = nil,
    options: ServerOptions = .patient,
    _ body: @Sendable (LiveServer) async throws -> Void
  ) async throws {
    let (addresses, listening) = AsyncStream.makeStream(of: ListenAddress.self)
    let (ended, end) = AsyncStream.makeStream(of: Void.self)
    let server = server(
      data: data,
      access: access,
      collector: collector,
      forwarding: forwarding,
      options: options
    ) { address in
      listening.yield(address)
    }
    let group = ServiceGroup(
      configuration: .init(
        services: [server],
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
      )
    )
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      tasks.addTask {
        defer {
          listening.finish()
          end.finish()
        }
        try await group.run()
      }
      if let address = await addresses.first(where: { _ in true }) {
        try await body(
          LiveServer(port: address.port, application: server, group: group, ended: ended)
        )
      }
      await group.triggerGracefulShutdown()
      try await tasks.waitForAll()
    }
  }

  /// Begins to stop the server.
  func stop() async {
    await group.triggerGracefulShutdown()
  }

  /// Returns when the server has ended.
  func hasEnded() async {
    for await _ in ended {}
  }

  /// Opens a connection, on which bytes go out and come in as they are.
  func connect<Value: Sendable>(
    _ body: @Sendable (inout Wire) async throws -> Value
  ) async throws -> Value {
    let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .connect(host: "127.0.0.1", port: port) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await channel.executeThenClose { inbound, outbound in
      var wire = Wire(inbound: inbound.makeAsyncIterator(), outbound: outbound)
      return try await body(&wire)
    }
  }

  /// Sends all of `text` on a connection of its own, and reads one answer.
  func exchange(_ text: String) async throws -> String {
    try await connect { wire in
      try await wire.send(text)
      return try await wire.answer()
    }
  }
}

/// A connection in the hands of a test.
struct Wire {
  var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
  let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>

  func send(_ text: String) async throws {
    try await outbound.write(ByteBuffer(string: text))
  }

  /// The next answer, head and body; what had come when the connection ended, if it ends before.
  mutating func answer() async throws -> String {
    var text = ""
    while !text.isWholeAnswer, let bytes = try await inbound.next() {
      text += String(buffer: bytes)
    }
    return text
  }

  /// Whether nothing more comes, because the other side has closed the connection.
  mutating func isAtEnd() async -> Bool {
    // Closed before all that was sent had been read, a connection is reset.
    do { return try await inbound.next() == nil } catch { return true }
  }
}

extension String {
  /// Whether this is a head and as many bytes of body as the head says.
  fileprivate var isWholeAnswer: Bool {
    guard let end = firstRange(of: "\r\n\r\n") else { return false }
    let lengths = self[..<end.lowerBound].split(separator: "\r\n").compactMap { line in
      line.lowercased().hasPrefix("content-length: ") ? Int(line.dropFirst(16)) : nil
    }
    return self[end.upperBound...].utf8.count >= (lengths.first ?? 0)
  }
}

extension ServerOptions {
  /// A free port of this machine, and no deadline that a busy machine could miss.
  static let patient = ServerOptions(
    address: ListenAddress(host: "127.0.0.1", port: 0),
    queryDeadline: .seconds(300),
    requestDeadline: .seconds(300),
    idleTimeout: .seconds(300)
  )
}
