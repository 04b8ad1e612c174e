import NIOCore
import Synchronization

/// The connections of a server, and whether it is about to stop.
final class OpenConnections: Sendable {
  private struct State {
    var channels: [ObjectIdentifier: any Channel] = [:]
    var isDraining = false
  }

  private let state = Mutex(State())

  /// How many there are.
  var count: Int { state.withLock(\.channels.count) }

  /// Whether the server answers what has begun, and takes nothing new.
  var isDraining: Bool { state.withLock(\.isDraining) }

  /// Notes a connection until it is closed.
  func add(_ channel: any Channel) {
    let id = ObjectIdentifier(channel)
    state.withLock { $0.channels[id] = channel }
    channel.closeFuture.whenComplete { [weak self] _ in
      self?.state.withLock { $0.channels[id] = nil }
    }
  }

  /// Notes that the server is about to stop.
  func drain() {
    state.withLock { $0.isDraining = true }
  }

  /// Closes those that are still open, whatever they do.
  /// - Returns: how many there were.
  func closeAll() -> Int {
    let channels = state.withLock { Array($0.channels.values) }
    for channel in channels { channel.close(promise: nil) }
    return channels.count
  }
}
