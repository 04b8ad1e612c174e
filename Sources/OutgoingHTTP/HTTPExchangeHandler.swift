import NIOCore
import NIOHTTP1

/// A request that is given to a connection, and who waits for its answer.
struct HTTPExchange: Sendable {
  let head: HTTPRequestHead
  let body: ByteBuffer?
  let response: EventLoopPromise<HTTPResponse>
}

/// Speaks HTTP/1.1 on one connection, one exchange after another.
///
/// ```
///          write              head of the answer             end of the answer
///  free ──────────▶ waiting ──────────────────▶ reading ──────────────────────▶ free, or closed
/// ```
/// Whatever ends the connection ends the exchange under way with a failure, once.
final class HTTPExchangeHandler: ChannelDuplexHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundIn = HTTPExchange
  typealias OutboundOut = HTTPClientRequestPart

  private enum State {
    case free
    case waiting(HTTPExchange)
    case reading(HTTPBody.Producer.Source, keepsAlive: Bool)
    case closed
  }

  private var state = State.free
  /// How many exchanges there were; what the reader of an earlier one says is void.
  private var exchanges = 0
  private var requestKeepsAlive = true
  /// Whether the reader of the body is behind.
  private var isBehind = false
  private var hasHeldBackRead = false
  private let isFree: @Sendable (any Channel) -> Void

  /// Makes a handler; `isFree` hears of a connection that may be used again.
  init(isFree: @escaping @Sendable (any Channel) -> Void) {
    self.isFree = isFree
  }

  // MARK: - Requests

  /// Takes an exchange over; the promise says that it did, not that anything was sent.
  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    let exchange = unwrapOutboundIn(data)
    guard case .free = state else {
      promise?.fail(HTTPFailure.notSent)
      return
    }
    state = .waiting(exchange)
    exchanges += 1
    requestKeepsAlive = exchange.head.isKeepAlive
    promise?.succeed()
    context.write(wrapOutboundOut(.head(exchange.head)), promise: nil)
    if let body = exchange.body {
      context.write(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
    }
    context.write(wrapOutboundOut(.end(nil)), promise: nil)
  }

  // MARK: - Answers

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch (unwrapInboundIn(data), state) {
    case (.head(let head), .waiting(let exchange)):
      let (body, source) = HTTPBody.make(demand(context))
      state = .reading(source, keepsAlive: head.isKeepAlive && requestKeepsAlive)
      exchange.response.succeed(
        HTTPResponse(status: Int(head.status.code), headers: head.headers, body: body)
      )
    case (.body(let chunk), .reading(let source, _)):
      switch source.yield(chunk) {
      case .produceMore: break
      case .stopProducing: isBehind = true
      case .dropped: context.close(promise: nil)
      }
    case (.end, .reading(let source, let keepsAlive)):
      state = keepsAlive ? .free : .closed
      isBehind = false
      if hasHeldBackRead { read(context: context) }
      // Before the reader hears of the end, and asks the next question.
      if keepsAlive { isFree(context.channel) } else { context.close(promise: nil) }
      source.finish()
    case (.head, _), (.body, _), (.end, _):
      // Nobody asked for it.
      context.close(promise: nil)
    }
  }

  /// Reads nothing while the reader of the body is behind.
  func read(context: ChannelHandlerContext) {
    hasHeldBackRead = isBehind
    if !isBehind { context.read() }
  }

  private func demand(_ context: ChannelHandlerContext) -> HTTPBody.Demand {
    let handler = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let eventLoop = context.eventLoop
    let number = exchanges
    return HTTPBody.Demand {
      eventLoop.execute { handler.value.0.goOn(with: number, handler.value.1) }
    } end: {
      eventLoop.execute { handler.value.0.giveUp(number, handler.value.1) }
    }
  }

  private func goOn(with number: Int, _ context: ChannelHandlerContext) {
    guard number == exchanges, isBehind else { return }
    isBehind = false
    if hasHeldBackRead { read(context: context) }
  }

  private func giveUp(_ number: Int, _ context: ChannelHandlerContext) {
    guard number == exchanges, case .reading = state else { return }
    fail(.cancelled)
    context.close(promise: nil)
  }

  // MARK: - Ends

  func channelInactive(context: ChannelHandlerContext) {
    if case .waiting = state { fail(.closedBeforeAnswer) } else { fail(.closedInAnswer) }
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    let failure = HTTPFailure(error)
    if case .waiting = state, failure == .closedInAnswer {
      fail(.closedBeforeAnswer)
    } else {
      fail(failure)
    }
    context.close(promise: nil)
  }

  func handlerRemoved(context: ChannelHandlerContext) { fail(.closedInAnswer) }

  private func fail(_ failure: HTTPFailure) {
    switch state {
    case .free, .closed: break
    case .waiting(let exchange): exchange.response.fail(failure)
    case .reading(let source, _): source.finish(failure)
    }
    state = .closed
  }
}
