import Hummingbird
import NIOCore

/// What routes know of a request beyond the request itself.
struct ServerContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// What is found out on the way, for the fields of the answer.
  let note = ReadNote()
  /// The other end of the connection; nil where there is none.
  let remote: SocketAddress?
  /// Who sent the request, which is somebody else than the other end of the connection where that is a trusted
  /// proxy.
  var sender = Sender(nil)
  /// Whether a trusted proxy has passed it on.
  var isThroughProxy = false

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    remote = source.channel.remoteAddress
  }
}
