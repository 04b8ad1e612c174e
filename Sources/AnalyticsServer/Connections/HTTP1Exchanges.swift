import AnalyticsAPI
import NIOCore
import NIOHTTP1

/// Decides for each connection of HTTP/1 when it ends, and says so.
///
/// - A request of HTTP/1.1 keeps its connection open unless `Connection` lists `close`; one of HTTP/1.0 ends it
///   unless `Connection` lists `keep-alive`. Behind a request that ends its connection, nothing more is read.
/// - A client that asks before it sends a body (`Expect: 100-continue`) is told to go on, unless its request is
///   refused before: then it may have sent the body or not, and the connection ends.
/// - The refusal of a request that can't be read gets a body.
/// - An answer without a known length ends where the connection does, if its client knows no chunks or asked for
///   the head alone.
///
/// It also takes the base path off the requests, so that all behind it see the paths of the server itself.
final class HTTP1Exchanges: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias InboundOut = HTTPServerRequestPart
  typealias OutboundIn = HTTPServerResponsePart
  typealias OutboundOut = HTTPServerResponsePart

  /// A request and its answer.
  private struct Exchange {
    let isVersion0: Bool
    let isHead: Bool
    var endsConnection: Bool
  }

  private let basePath: BasePath
  private let typePrefix: String
  private let connection: OpenConnection?
  /// The requests whose answers have not been written, the oldest first.
  private var exchanges = CircularBuffer<Exchange>(initialCapacity: 4)
  /// Whether a request has begun and not ended: the last one, which may have its answer already.
  private var isReading = false
  /// Whether the client of the last request waits for a word before it sends the body.
  private var isContinueWanted = false
  /// Whether the last request of the connection has begun.
  private var isLastBegun = false
  /// Whether the server stops, and wants no more requests.
  private var isStopping = false

  /// Makes the handler of a connection; `typePrefix` is what the type of a problem begins with.
  init(
    basePath: BasePath = .none,
    typePrefix: String = Problem.defaultTypePrefix,
    connection: OpenConnection? = nil
  ) {
    self.basePath = basePath
    self.typePrefix = typePrefix
    self.connection = connection
  }

  // MARK: - Requests

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(var head):
      guard !isLastBegun else { return }
      let endsConnection = !head.isKeepAlive
      exchanges.append(
        Exchange(
          isVersion0: head.version == .http1_0,
          isHead: head.method == .HEAD,
          endsConnection: endsConnection
        )
      )
      isReading = true
      connection?.begin()
      isLastBegun = endsConnection
      isContinueWanted = head.expectsContinue
      // For whoever answers: it may be one of several options of the connection.
      guard endsConnection || !basePath.isEmpty else { return context.fireChannelRead(data) }
      if endsConnection { head.headers.replaceOrAdd(name: "connection", value: "close") }
      if !basePath.isEmpty { head.uri = basePath.removed(from: head.uri) }
      context.fireChannelRead(wrapInboundOut(.head(head)))
    case .body:
      guard isReading else { return }
      isContinueWanted = false
      context.fireChannelRead(data)
    case .end:
      guard isReading else { return }
      isContinueWanted = false
      isReading = false
      noteRest(context)
      context.fireChannelRead(data)
      if isAnswerWritten { context.close(promise: nil) }
    }
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    context.fireChannelReadComplete()
    writeContinueWhereWanted(context)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // What can't be read behind the last request doesn't matter.
    if !isLastBegun || isReading { context.fireErrorCaught(error) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if event is ChannelShouldQuiesceEvent { isStopping = true }
    context.fireUserInboundEventTriggered(event)
  }

  private func writeContinueWhereWanted(_ context: ChannelHandlerContext) {
    // Behind another request its answer has to wait.
    guard isContinueWanted, exchanges.count == 1 else { return }
    isContinueWanted = false
    let head = HTTPResponseHead(version: .http1_1, status: .continue)
    context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
  }

  private func noteRest(_ context: ChannelHandlerContext) {
    if exchanges.isEmpty, !isReading { connection?.rest(at: context.eventLoop.now) }
  }

  // MARK: - Answers

  /// Whether the last answer of the connection was written before its request had come whole.
  private var isAnswerWritten = false

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head(var head):
      if let body = UnreadableRequests.body(of: &head, typePrefix: typePrefix) {
        context.write(wrapOutboundOut(.head(completed(head) ?? head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: promise)
      } else {
        let completed = completed(head).map { wrapOutboundOut(.head($0)) }
        context.write(completed ?? data, promise: promise)
      }
    case .body: context.write(data, promise: promise)
    case .end:
      guard let exchange = exchanges.first else { return context.write(data, promise: promise) }
      guard exchange.endsConnection else {
        exchanges.removeFirst()
        noteRest(context)
        context.write(data, promise: promise)
        return writeContinueWhereWanted(context)
      }
      // Once it is on its way: a connection that is closed forgets what was not.
      let written = promise ?? context.eventLoop.makePromise()
      let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
      written.futureResult.whenComplete { _ in bound.value.handler.finish(bound.value.context) }
      context.writeAndFlush(data, promise: written)
    }
  }

  /// Ends the connection, whose last answer is written.
  private func finish(_ context: ChannelHandlerContext) {
    // While the client still sends, what it has not read of the answer would be lost.
    if isReading {
      isAnswerWritten = true
      context.close(mode: .output, promise: nil)
    } else {
      context.close(promise: nil)
    }
  }

  /// The head of an answer, with what it says of the connection; nil where it says that already.
  private func completed(_ head: HTTPResponseHead) -> HTTPResponseHead? {
    guard head.status.code >= 200, let exchange = exchanges.first else { return nil }
    var head = head
    var endsConnection = exchange.endsConnection || isStopping
    if isContinueWanted, exchanges.count == 1 {
      isContinueWanted = false
      endsConnection = true
    }
    if exchange.isVersion0 || exchange.isHead,
      head.status.mayHaveResponseBody, !head.headers.contains(name: "content-length")
    {
      // Says that there are no chunks.
      head.version = .http1_0
      endsConnection = true
    }
    if !endsConnection, !head.isKeepAlive { endsConnection = true }
    if endsConnection {
      exchanges[exchanges.startIndex].endsConnection = true
      if exchanges.count == 1 { isLastBegun = true }
      head.headers.replaceOrAdd(name: "connection", value: "close")
      return head
    }
    guard exchange.isVersion0 else { return nil }
    head.headers.replaceOrAdd(name: "connection", value: "keep-alive")
    return head
  }
}

@available(*, unavailable)
extension HTTP1Exchanges: Sendable {}

extension HTTPRequestHead {
  /// Whether the client waits for a word before it sends the body; clients of HTTP/1.0 never do.
  fileprivate var expectsContinue: Bool {
    version != .http1_0
      && headers[canonicalForm: "expect"].contains { $0.lowercased() == "100-continue" }
  }
}
