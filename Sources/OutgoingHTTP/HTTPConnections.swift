import NIOCore

/// The connections that are open and not in use.
struct HTTPConnections {
  private struct Entry {
    let channel: any Channel
    let freeSince: ContinuousClock.Instant
  }

  private var entries: [HTTPAddress.Origin: [Entry]] = [:]

  /// Shorter than servers keep silent connections, so that none is used while it is being closed.
  private static let longestRest = Duration.seconds(20)
  /// The most that are kept for one server.
  private static let limit = 64

  /// How many there are.
  var count: Int { entries.values.reduce(0) { $0 + $1.count } }

  /// Takes the connection that was used last, and closes those that nobody used for long.
  mutating func take(
    _ origin: HTTPAddress.Origin,
    at now: ContinuousClock.Instant
  ) -> (any Channel)? {
    guard var free = entries[origin] else { return nil }
    let stale = free.prefix { now - $0.freeSince >= Self.longestRest }
    for entry in stale { entry.channel.close(promise: nil) }
    free.removeFirst(stale.count)
    let last = free.popLast()
    entries[origin] = free.isEmpty ? nil : free
    return last?.channel
  }

  /// Keeps a connection for the next request; closes it where there are enough.
  mutating func put(
    _ channel: any Channel,
    of origin: HTTPAddress.Origin,
    at now: ContinuousClock.Instant
  ) {
    guard channel.isActive, entries[origin, default: []].count < Self.limit else {
      channel.close(promise: nil)
      return
    }
    entries[origin, default: []].append(Entry(channel: channel, freeSince: now))
  }

  /// Forgets a connection that was closed.
  mutating func remove(_ channel: any Channel, of origin: HTTPAddress.Origin) {
    guard var free = entries[origin] else { return }
    free.removeAll { $0.channel === channel }
    entries[origin] = free.isEmpty ? nil : free
  }
}
