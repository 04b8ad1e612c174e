import HTTPTypes
import NIOCore
import NIOHTTPTypes

/// Tells clients that ask before they send a body (`Expect: 100-continue`) to go on.
///
/// Some wait for a second otherwise, and some for ever. Whether the body is wanted is judged while it
/// comes.
final class ContinueHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundOut = HTTPResponsePart

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .head(let request) = unwrapInboundIn(data),
      request.headerFields[.expect]?.lowercased() == "100-continue"
    {
      context.writeAndFlush(
        wrapOutboundOut(.head(HTTPResponse(status: .continue))),
        promise: nil
      )
    }
    context.fireChannelRead(data)
  }
}

@available(*, unavailable)
extension ContinueHandler: Sendable {}
