import Hummingbird
import NIOCore
import PlaybackFacts
import QueryCore

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

  /// Who sent the request, as far as turns and limits of an environment are concerned.
  func client(of environment: StoreEnvironment) -> QueryClient {
    if let key = note.key { return .key(key, of: environment) }
    return sender.subscriber.map(QueryClient.address) ?? .thisMachine
  }

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    remote = source.channel.remoteAddress
  }
}
