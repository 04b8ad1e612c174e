#if TLS
  import NIOCore
  import NIOTLS

  /// Says when the two sides of a connection have agreed on its encryption, or why they have not.
  final class HandshakeHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let promise: EventLoopPromise<Void>

    /// Fails where the connection ends before.
    var isDone: EventLoopFuture<Void> { promise.futureResult }

    init(on eventLoop: any EventLoop) {
      promise = eventLoop.makePromise()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
      if case TLSUserEvent.handshakeCompleted = event { promise.succeed() }
      context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
      promise.fail(error)
      context.fireErrorCaught(error)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
      promise.fail(HTTPFailure.closedBeforeAnswer)
    }
  }
#endif
