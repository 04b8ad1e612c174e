import AnalyticsAPI
import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Gives the refusal of a request that can't be read, such as one whose head is too long, a body that says so.
///
/// The connection ends with it; Hummingbird writes it without a body, before there is a request that a route could
/// answer.
final class UnreadableRequests: ChannelOutboundHandler, RemovableChannelHandler {
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let typePrefix: String

  /// Makes a handler; `typePrefix` is what the type of a problem begins with.
  init(typePrefix: String) {
    self.typePrefix = typePrefix
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    guard case .head(var head) = unwrapOutboundIn(data), head.status == .badRequest,
      head.headerFields[.contentLength] == "0", head.headerFields[.connection] == "close"
    else { return context.write(data, promise: promise) }
    let body = ByteBuffer(bytes: Problem(.unreadableRequest).json(typePrefix: typePrefix))
    head.headerFields[.contentLength] = String(body.readableBytes)
    head.headerFields[.contentType] = Problem.mediaType
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(body)), promise: promise)
  }
}

@available(*, unavailable)
extension UnreadableRequests: Sendable {}
