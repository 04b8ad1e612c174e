import AnalyticsAPI
import HTTPTypes
import HummingbirdCore
import NIOCore
import NIOHTTPTypes

/// Ends connections whose request is begun but does not arrive whole in time.
///
/// The time begins with the first byte of a head that does not come in one piece. Most requests arrive in one piece
/// and never start the clock. The limit also bounds how long the
/// rest of a body that is too large is read and thrown away.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let limit: TimeAmount
  private let refusal: Problem
  private let typePrefix: String
  private let rules: PathRules
  /// The head of the request that is read, as it came.
  private var head: NIOAny?
  /// Whether a request's head has been read and its end has not.
  private var isReading = false
  /// Whether a part of a request has come since all bytes that had arrived were read.
  private var hasReadPart = false
  /// How many requests have no whole answer yet.
  private var unanswered = 0
  /// Whether the answer to that request has been begun.
  private var isAnswered = false
  private var clock: Scheduled<Void>?

  /// Makes a deadline.
  /// - Parameters:
  ///   - limit: How long a request may take to arrive.
  ///   - typePrefix: What the `type` of a problem begins with.
  ///   - rules: Which pages may read the answers, and where.
  init(limit: Duration, typePrefix: String, rules: PathRules) {
    self.limit = TimeAmount(limit)
    self.typePrefix = typePrefix
    self.rules = rules
    refusal = Problem(
      .requestTimeout,
      detail: "The request did not arrive within \(limit.components.seconds) seconds."
    )
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    hasReadPart = true
    switch unwrapInboundIn(data) {
    case .head:
      unanswered += 1
      isReading = true
      isAnswered = false
      head = data
    case .body: break
    case .end:
      isReading = false
      head = nil
      stopClock()
    }
    context.fireChannelRead(data)
  }

  func channelReadComplete(context: ChannelHandlerContext) {
    // Bytes that are no part of a request yet begin a head; while an answer is written, they have time.
    let isHeadBegun = !isReading && !hasReadPart && unanswered == 0
    hasReadPart = false
    if isHeadBegun {
      isAnswered = false
      head = nil
    }
    if isReading || isHeadBegun, clock == nil {
      clock = context.eventLoop.assumeIsolated().scheduleTask(in: limit) {
        self.timeLimitReached(context)
      }
    }
    context.fireChannelReadComplete()
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    switch unwrapOutboundIn(data) {
    case .head: isAnswered = true
    case .body: break
    case .end: unanswered = max(0, unanswered - 1)
    }
    context.write(data, promise: promise)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // The end of what a client sends is read like bytes.
    if case ChannelEvent.inputClosed = event, !isReading { stopClock() }
    context.fireUserInboundEventTriggered(event)
  }

  func channelInactive(context: ChannelHandlerContext) {
    stopClock()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    stopClock()
  }

  private func timeLimitReached(_ context: ChannelHandlerContext) {
    clock = nil
    if !isAnswered {
      let body = ByteBuffer(bytes: refusal.json(typePrefix: typePrefix))
      var fields: HTTPFields = [
        .contentType: Problem.mediaType,
        .contentLength: String(body.readableBytes),
        .connection: "close",
      ]
      if let head, case .head(let request) = unwrapInboundIn(head),
        let rule = rules.rule(atPath: URI(request.path ?? "").path)
      {
        fields.append(contentsOf: rule.pageFields(for: request))
      }
      let head = HTTPResponse(status: .requestTimeout, headerFields: fields)
      context.write(wrapOutboundOut(.head(head)), promise: nil)
      context.write(wrapOutboundOut(.body(body)), promise: nil)
      context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
    context.close(promise: nil)
  }

  private func stopClock() {
    clock?.cancel()
    clock = nil
  }
}

@available(*, unavailable)
extension RequestDeadline: Sendable {}
