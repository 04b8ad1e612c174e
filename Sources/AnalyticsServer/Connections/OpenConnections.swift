import NIOCore
import Synchronization

/// The connections of a server, and whether it is about to stop.
final class OpenConnections: Sendable {
  private struct State {
    var connections: [ObjectIdentifier: OpenConnection] = [:]
    /// Those that are about to be closed in favour of others.
    var leaving: Set<ObjectIdentifier> = []
    var isDraining = false
  }

  /// How long nothing must be asked on a connection that is ended in favour of a new one, and how long nothing of an
  /// answer must be taken that is given up in favour of another.
  static let patience = TimeAmount.seconds(1)

  private let mostUnsentBytes: Int
  private let state = Mutex(State())
  private let unsentBytes = Atomic(0)

  /// Makes a list of none.
  /// - Parameter mostUnsentBytes: How much memory the answers may take that wait for their clients.
  init(mostUnsentBytes: Int = .max) {
    self.mostUnsentBytes = mostUnsentBytes
  }

  /// How many there are, without those that are about to be closed in favour of others.
  var count: Int { state.withLock { $0.connections.count - $0.leaving.count } }

  /// Whether the server answers what has begun, and takes nothing new.
  var isDraining: Bool { state.withLock(\.isDraining) }

  /// Whether unsent answers already take all the memory they may, because clients don't read them.
  var isFull: Bool { unsentBytes.load(ordering: .relaxed) > mostUnsentBytes }

  /// Notes a connection until it is closed.
  func add(_ channel: any Channel) -> OpenConnection {
    let id = ObjectIdentifier(channel)
    let connection = OpenConnection(channel, of: self)
    state.withLock { $0.connections[id] = connection }
    channel.closeFuture.whenComplete { [weak self] _ in
      self?.state.withLock { state in
        state.connections[id] = nil
        state.leaving.remove(id)
      }
    }
    return connection
  }

  /// Notes that the server is about to stop.
  func drain() {
    state.withLock { $0.isDraining = true }
  }

  /// Closes those that are still open, whatever they do.
  /// - Returns: how many there were.
  func closeAll() -> Int {
    let connections = state.withLock { Array($0.connections.values) }
    for connection in connections { connection.end() }
    return connections.count
  }

  /// Ends the connection on which nothing has been asked for the longest time; none is chosen twice.
  ///
  /// - Returns: whether there was one that has been idle for ``patience``.
  func dropIdlest(at now: NIODeadline) -> Bool {
    let idlest = state.withLock { state in
      let idlest = state.connections.lazy.compactMap { [leaving = state.leaving] id, connection in
        connection.unsentBytes > 0 || leaving.contains(id)
          ? nil : connection.idleSince.map { (since: $0, id: id, connection: connection) }
      }.min { $0.since < $1.since }
      guard let idlest, idlest.since + Self.patience <= now else {
        return (since: NIODeadline, id: ObjectIdentifier, connection: OpenConnection)?.none
      }
      state.leaving.insert(idlest.id)
      return idlest
    }
    guard let idlest else { return false }
    idlest.connection.endIfIdle(since: idlest.since) { [weak self] in
      self?.state.withLock { _ = $0.leaving.remove(idlest.id) }
    }
    return true
  }

  /// Counts bytes that wait for a client; of too many, those go first that have waited longest.
  fileprivate func addUnsent(_ bytes: Int, at now: NIODeadline) {
    var unsent = unsentBytes.add(bytes, ordering: .relaxed).newValue
    guard bytes > 0, unsent > mostUnsentBytes else { return }
    let stalled = state.withLock { state in
      state.connections.values.compactMap { connection in
        connection.stalledSince.map { (since: $0, connection: connection) }
      }
    }
    for (since, connection) in stalled.sorted(by: { $0.since < $1.since }) {
      guard unsent > mostUnsentBytes, since + Self.patience <= now else { return }
      unsent -= connection.unsentBytes
      connection.end()
    }
  }
}

/// A connection, as far as the whole server has to know it.
final class OpenConnection: Sendable {
  private let channel: any Channel
  private let all: OpenConnections
  /// Since when nothing is asked, in nanoseconds; 0 while a request is read or answered.
  private let idle: Atomic<UInt64>
  /// When its client last took some of an answer that is held, in nanoseconds; 0 where none is.
  private let progress = Atomic<UInt64>(0)
  private let unsent = Atomic(0)
  private let isEnding = Atomic(false)

  fileprivate init(_ channel: any Channel, of all: OpenConnections) {
    self.channel = channel
    self.all = all
    idle = Atomic(Self.nanoseconds(channel.eventLoop.now))
  }

  // MARK: - Requests

  /// Since when nothing is asked; nil while a request is read or answered.
  var idleSince: NIODeadline? { Self.time(idle) }

  /// Notes that a request has begun.
  func begin() { idle.store(0, ordering: .relaxed) }

  /// Notes that all requests are answered.
  func rest(at now: NIODeadline) { idle.store(Self.nanoseconds(now), ordering: .relaxed) }

  // MARK: - Answers

  /// How many bytes of answers are held until the client takes them.
  var unsentBytes: Int { unsent.load(ordering: .relaxed) }

  /// When the client last took some of an answer that is held; nil where none is.
  var stalledSince: NIODeadline? { Self.time(progress) }

  /// Notes that bytes are held.
  func hold(_ bytes: Int, at now: NIODeadline) {
    if progress.load(ordering: .relaxed) == 0 { noteProgress(at: now) }
    unsent.add(bytes, ordering: .relaxed)
    all.addUnsent(bytes, at: now)
  }

  /// Notes that the client has taken a piece.
  func noteProgress(at now: NIODeadline) {
    progress.store(Self.nanoseconds(now), ordering: .relaxed)
  }

  /// Notes that bytes are no longer held.
  func release(_ bytes: Int, isLast: Bool, at now: NIODeadline) {
    unsent.subtract(bytes, ordering: .relaxed)
    progress.store(isLast ? 0 : Self.nanoseconds(now), ordering: .relaxed)
    all.addUnsent(-bytes, at: now)
  }

  // MARK: - End

  /// Whether it is closed at once, whatever is on its way.
  var mustEnd: Bool { isEnding.load(ordering: .relaxed) }

  /// Closes it at once.
  func end() {
    isEnding.store(true, ordering: .relaxed)
    channel.close(promise: nil)
  }

  /// Closes it; where something was asked meanwhile, says that it stays.
  fileprivate func endIfIdle(since time: NIODeadline, elseStay stay: @escaping @Sendable () -> Void)
  {
    channel.eventLoop.execute {
      if self.idleSince == time { self.end() } else { stay() }
    }
  }

  private static func nanoseconds(_ time: NIODeadline) -> UInt64 { max(1, time.uptimeNanoseconds) }

  private static func time(_ nanoseconds: borrowing Atomic<UInt64>) -> NIODeadline? {
    let value = nanoseconds.load(ordering: .relaxed)
    return value == 0 ? nil : .uptimeNanoseconds(value)
  }
}
