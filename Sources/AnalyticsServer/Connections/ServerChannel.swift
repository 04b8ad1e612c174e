import HummingbirdCore
import Logging
package import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Puts our own handlers into each connection.
///
/// ```
/// bytes ─▶ TLS ─▶ AnswerSending ─▶ HTTP/1 ─▶ HTTP1Exchanges ─▶ RequestDeadline ─▶ HTTPConnectionStateHandler ─▶ PingHandler ─▶ routes
/// ```
struct ServerChannel<Base: ServerChildChannel>: ServerChildChannel {
  let base: Base
  let intakes: [PingIntake]
  let answers: PingAnswers
  let proxies: TrustedProxies
  let basePath: BasePath
  let typePrefix: String
  let limit: ConnectionLimit
  let answerDeadline: Duration
  let encryption: (any ConnectionEncryption)?
  let connections: OpenConnections

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
    let connection = connections.add(channel)
    return base.setup(channel: channel, logger: logger).flatMapThrowing { value in
      let pipeline = channel.pipeline.syncOperations
      try pipeline.addHandler(
        HTTP1Exchanges(basePath: basePath, typePrefix: typePrefix, connection: connection),
        position: .before(pipeline.handler(type: HTTP1ToHTTPServerCodec.self))
      )
      // Behind the handler that counts requests, so that it finishes pings like all others before it closes
      // the connection.
      try pipeline.addHandler(
        PingHandler(intakes, answers: answers, proxies: proxies),
        position: .after(pipeline.handler(type: HTTPConnectionStateHandler.self))
      )
      try pipeline.addHandler(
        AnswerSending(limit: answerDeadline, connection: connection),
        position: .first
      )
      if !limit.admit(at: channel.eventLoop.now) {
        try pipeline.addHandler(RefusedConnection(canAnswer: encryption == nil), position: .first)
      } else if let encryption {
        try pipeline.addHandler(encryption.handler(), position: .first)
      }
      return value
    }
  }

  func handle(value: Base.Value, logger: Logger) async {
    await base.handle(value: value, logger: logger)
  }
}

/// What encrypts the connections of a server.
package protocol ConnectionEncryption: Sendable {
  /// A handler for a new connection.
  func handler() throws -> any ChannelHandler
}
