import AnalyticsServer
import PingCollector
import PlaybackFacts
import Synchronization

/// Takes pings, or refuses them all with one error; remembers what it was given.
final class StubCollector: PingReceiving {
  struct Ping: Hashable {
    var body: String
    var address: String
    var userAgent: String
    var hints = ClientHints.none
    var receivedAt: Timestamp
  }

  private let error: CollectorError?
  private let beforeAnswer: @Sendable () async -> Void
  private let log = Mutex((pings: [Ping](), tasks: [Task<Void, Never>](), isDrained: false))

  init(error: CollectorError? = nil, beforeAnswer: @escaping @Sendable () async -> Void = {}) {
    self.error = error
    self.beforeAnswer = beforeAnswer
  }

  var pings: [Ping] { log.withLock(\.pings) }

  var isDrained: Bool { log.withLock(\.isDrained) }

  var counts: CollectorCounts {
    var counts = CollectorCounts()
    counts.acceptedPings = pings.count
    counts.refusedPings = [.notJSON: 3]
    return counts
  }

  func take(
    body: [UInt8],
    address: String,
    userAgent: String,
    hints: ClientHints,
    country: String?,
    receivedAt: Timestamp,
    answer: @escaping @Sendable (Result<EventCounts, CollectorError>) -> Void
  ) {
    let ping = Ping(
      body: String(decoding: body, as: UTF8.self),
      address: address,
      userAgent: userAgent,
      hints: hints,
      receivedAt: receivedAt
    )
    let isTaken = log.withLock { log in
      guard !log.isDrained else { return false }
      log.tasks.append(
        Task {
          await beforeAnswer()
          if let error { return answer(.failure(error)) }
          self.log.withLock { $0.pings.append(ping) }
          answer(.success(EventCounts()))
        }
      )
      return true
    }
    if !isTaken { answer(.failure(.stopped)) }
  }

  func drain() async {
    let tasks = log.withLock { log in
      log.isDrained = true
      return log.tasks
    }
    for task in tasks { await task.value }
  }
}
