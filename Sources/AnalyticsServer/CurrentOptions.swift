import QueryCore
import Synchronization

/// The options by which a server goes, of which some may change while it runs.
///
/// Whoever goes by one of these reads it here each time, and holds no copy.
final class CurrentOptions: Sendable {
  /// The options with which the server starts.
  let atStart: ServerOptions
  private let current: Mutex<ServerOptions>

  init(_ options: ServerOptions) {
    atStart = options
    current = Mutex(options)
  }

  /// Goes by other limits, origins and token from now on; all else stays as it is.
  func change(to options: ServerOptions) {
    current.withLock { current in
      current.pingsPerAddress = options.pingsPerAddress
      current.readsPerMinute = options.readsPerMinute
      current.pageOrigins = options.pageOrigins
      current.dataOrigins = options.dataOrigins
      current.metricsToken = options.metricsToken
    }
  }

  var pingsPerAddress: Int { current.withLock { $0.pingsPerAddress } }
  var readsPerMinute: [StoreEnvironment: Int] { current.withLock { $0.readsPerMinute } }
  var pageOrigins: PageOrigins { current.withLock { $0.pageOrigins } }
  var dataOrigins: PageOrigins { current.withLock { $0.dataOrigins } }
  var metricsToken: String? { current.withLock { $0.metricsToken } }
}
