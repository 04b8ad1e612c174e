import Foundation
import Synchronization

/// Who sends queries, as far as turns and limits are concerned.
public enum QueryClient: Hashable, Sendable {
  /// The number of an API key of an environment; its tokens count as the key.
  case key(Int64, of: StoreEnvironment)
  /// An address, or a /64 network of IPv6, that shows no valid key.
  case address(UInt64)
  /// A program on this machine that shows no key.
  case thisMachine
}

/// Lets a bounded number of queries be computed at once, and the clients of the others take turns.
///
/// ```
/// client A  a4 a3 a2 a1 ─┐
/// client B           b1 ─┼─▶ a1 b1 c1 a2 c2 a3 a4 ─▶ computed, so many at once
/// client C        c2 c1 ─┘
/// ```
/// However many queries one client sends, another's next one waits for one of each client at most, and finds a
/// place: no client has all of them. A query that waits for too long is refused, and where too many wait, the newest
/// of the client that has most of them.
public final class QueryAdmission: Sendable {
  private let state: Mutex<QueryLine>
  private let patience: Duration
  private let now: @Sendable () -> ContinuousClock.Instant

  /// Makes an admission of any number of clients.
  ///
  /// - Parameters:
  ///   - mostAtOnce: How many queries are computed at once, ≥ 2, of which one client has one fewer; by default one
  ///     more than there are cores.
  ///   - mostWaiting: How many more may wait.
  ///   - patience: How long a query waits for its turn.
  ///   - now: The clock that nobody sets.
  public init(
    mostAtOnce: Int = QueryAdmission.cores + 1,
    mostWaiting: Int = 1000,
    patience: Duration = .seconds(5),
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    state = Mutex(QueryLine(mostAtOnce: mostAtOnce, mostWaiting: mostWaiting, patience: patience))
    self.patience = patience
    self.now = now
  }

  /// The cores of this machine that the process may use, at least 2.
  public static let cores = max(2, ProcessInfo.processInfo.activeProcessorCount)

  /// How many queries wait for their turn.
  package var waiting: Int { state.withLock(\.waiting) }

  /// Does some work when it is the client's turn.
  ///
  /// - Throws: What the work throws; ``QueryError/tooManyWaiting(retryAfterSeconds:)`` where its turn does not come in
  ///   time, and at once where the task is cancelled, as if the query itself were.
  public func inTurn<Value>(
    of client: QueryClient,
    _ work: () async throws(QueryError) -> Value
  ) async throws(QueryError) -> Value {
    switch await turn(of: client) {
    case .come: break
    case .refused:
      throw .tooManyWaiting(retryAfterSeconds: max(1, Int(patience.components.seconds)))
    case .abandoned: throw .cancelled
    }
    defer { resume(state.withLock { $0.leave(client, at: now()) }) }
    return try await work()
  }

  private func turn(of client: QueryClient) async -> QueryLine.Turn {
    // Where nobody waits, nor does this one.
    let id = state.withLock { $0.begin(client) ? nil : $0.nextID() }
    guard let id else { return .come }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        let waiter = QueryLine.Waiter(id: id, since: now()) { continuation.resume(returning: $0) }
        resume(state.withLock { $0.add(waiter, of: client) })
        // A task that was cancelled before this was not in the line yet when its handler ran.
        if Task.isCancelled { resume(state.withLock { $0.abandon(id, of: client) }) }
      }
    } onCancel: {
      resume(state.withLock { $0.abandon(id, of: client) })
    }
  }

  private func resume(_ turns: [(waiter: QueryLine.Waiter, turn: QueryLine.Turn)]) {
    for (waiter, turn) in turns { waiter.resume(turn) }
  }
}

/// Who is at work and who waits.
private struct QueryLine {
  /// What comes of waiting.
  enum Turn { case come, refused, abandoned }

  struct Waiter {
    let id: Int
    let since: ContinuousClock.Instant
    let resume: @Sendable (Turn) -> Void
  }

  /// Whoever hears something, once the line is as it should be.
  typealias News = [(waiter: Waiter, turn: Turn)]

  private struct Client {
    var atWork = 0
    /// In the order in which they came.
    var waiters: [Waiter] = []
  }

  private let mostAtOnce: Int
  private let mostWaiting: Int
  private let patience: Duration
  private var clients: [QueryClient: Client] = [:]
  /// Those who wait, in the order of their turns.
  private var turns: [QueryClient] = []
  private var atWork = 0
  private var lastID = 0
  private(set) var waiting = 0

  init(mostAtOnce: Int, mostWaiting: Int, patience: Duration) {
    precondition(mostAtOnce >= 2, "a client would have all places")
    self.mostAtOnce = mostAtOnce
    self.mostWaiting = mostWaiting
    self.patience = patience
  }

  mutating func nextID() -> Int {
    lastID += 1
    return lastID
  }

  /// Gives a client a place, if there is one for it.
  mutating func begin(_ client: QueryClient) -> Bool {
    guard hasPlace(for: client) else { return false }
    atWork += 1
    clients[client, default: Client()].atWork += 1
    return true
  }

  /// Gives a place to whoever's turn it is, or lets it wait.
  mutating func add(_ waiter: Waiter, of client: QueryClient) -> News {
    if begin(client) { return [(waiter, .come)] }
    var news: News = []
    if waiting >= mostWaiting {
      let own = clients[client]?.waiters.count ?? 0
      guard
        let (longest, line) = clients.max(by: { $0.value.waiters.count < $1.value.waiters.count }),
        line.waiters.count > own + 1, let newest = line.waiters.last
      else { return [(waiter, .refused)] }
      clients[longest]?.waiters.removeLast()
      waiting -= 1
      news.append((newest, .refused))
    }
    if clients[client]?.waiters.isEmpty ?? true { turns.append(client) }
    clients[client, default: Client()].waiters.append(waiter)
    waiting += 1
    return news
  }

  /// Takes a client's place, and gives it to whoever's turn it is.
  mutating func leave(_ client: QueryClient, at now: ContinuousClock.Instant) -> News {
    atWork -= 1
    clients[client]?.atWork -= 1
    forgetIfGone(client)
    var news: News = []
    while let index = turns.firstIndex(where: hasPlace) {
      let next = turns.remove(at: index)
      guard let waiter = clients[next]?.waiters.removeFirst() else { continue }
      waiting -= 1
      let isInTime = now < waiter.since + patience
      news.append((waiter, isInTime ? .come : .refused))
      if isInTime { _ = begin(next) }
      // Who was refused has not had a turn.
      guard clients[next]?.waiters.isEmpty == false else {
        forgetIfGone(next)
        continue
      }
      if isInTime { turns.append(next) } else { turns.insert(next, at: index) }
    }
    return news
  }

  /// Takes a waiter out of the line, if it is there.
  mutating func abandon(_ id: Int, of client: QueryClient) -> News {
    guard let index = clients[client]?.waiters.firstIndex(where: { $0.id == id }),
      let waiter = clients[client]?.waiters.remove(at: index)
    else { return [] }
    waiting -= 1
    if clients[client]?.waiters.isEmpty ?? true { turns.removeAll { $0 == client } }
    forgetIfGone(client)
    return [(waiter, .abandoned)]
  }

  private func hasPlace(for client: QueryClient) -> Bool {
    atWork < mostAtOnce && (clients[client]?.atWork ?? 0) < mostAtOnce - 1
  }

  private mutating func forgetIfGone(_ client: QueryClient) {
    guard let known = clients[client], known.atWork == 0, known.waiters.isEmpty else { return }
    clients[client] = nil
  }
}
