import Hummingbird
import NIOCore

/// What routes know of a request beyond the request itself.
struct ServerContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// What is found out on the way, for the fields of the answer.
  let note = ReadNote()
  private let channel: any Channel

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
  }

  /// The address at the other end of the connection, without port; empty where there is none.
  var remoteAddress: String {
    channel.remoteAddress?.ipAddress ?? ""
  }
}
