import NIOCore
import Synchronization

/// How the encryption of connections is agreed upon, of which several may be opened for one request.
///
/// It outlives the connection's handlers, which are gone as soon as the two sides do not agree.
final class Handshakes: Sendable {
  private let ends = Mutex<[ObjectIdentifier: EventLoopFuture<Void>]>([:])

  func note(_ end: EventLoopFuture<Void>, on channel: any Channel) {
    ends.withLock { $0[ObjectIdentifier(channel)] = end }
  }

  /// When a connection can be used; at once where it is not encrypted.
  func end(on channel: any Channel) -> EventLoopFuture<Void> {
    ends.withLock { $0[ObjectIdentifier(channel)] } ?? channel.eventLoop.makeSucceededVoidFuture()
  }
}

#if TLS
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
