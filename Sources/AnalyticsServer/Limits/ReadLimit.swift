import PlaybackFacts
import QueryCore
import Synchronization

/// How often each API key may ask, and each address without one, in a minute.
struct ReadLimit: Sendable {
  /// One request too many.
  struct Exceeded: Error, Hashable {
    /// Whether it is the API key that is out of requests, not the address.
    let isOfKey: Bool
    let limit: Int
    /// When there are more, ≥ 1.
    let retryAfterSeconds: Int64
  }

  /// The width of a window in milliseconds.
  static let window = Milliseconds.minute

  private let limits: [StoreEnvironment: RequestLimit<QueryClient>]

  /// Makes a limit.
  /// - Parameter perMinute: how many requests there may be in each environment; the numbers may change, the
  ///   environments that have one don't.
  init(perMinute: @escaping @autoclosure @Sendable () -> [StoreEnvironment: Int]) {
    let pairs = perMinute().keys.map { environment in
      (
        environment,
        RequestLimit<QueryClient>(perWindow: perMinute()[environment] ?? .max, width: Self.window)
      )
    }
    limits = Dictionary(uniqueKeysWithValues: pairs)
  }

  /// Counts a request; ``ReadNote/standing`` has what its client has left then.
  ///
  /// - Parameters:
  ///   - client: Who sends it; programs of this machine without a key have no limit.
  ///   - environment: What is read.
  ///   - weight: As how many requests it counts.
  ///   - counted: As how many of these it was counted before.
  ///   - now: When it came.
  ///   - note: Of the request.
  /// - Throws: ``Exceeded`` where it is one too many.
  func take(
    _ client: QueryClient,
    of environment: StoreEnvironment,
    weight: Int = 1,
    counted: Int = 0,
    at now: Timestamp,
    noting note: ReadNote
  ) throws(Exceeded) {
    guard let limit = limits[environment] else { return }
    let standing = limit.count(
      client == .thisMachine ? nil : client,
      weight: weight,
      counted: counted,
      at: now
    )
    note.standing = standing
    guard standing.isExceeded else { return }
    let isOfKey = if case .key = client { true } else { false }
    throw Exceeded(
      isOfKey: isOfKey,
      limit: standing.limit,
      retryAfterSeconds: standing.resetSeconds
    )
  }
}

/// What is found out about a request on its way to a route, for the fields of its answer.
final class ReadNote: Sendable {
  private let noted = Mutex<(standing: RateStanding?, key: Int64?)>((nil, nil))

  /// How many requests its sender has left; nil where that was not looked up.
  var standing: RateStanding? {
    get { noted.withLock(\.standing) }
    set { noted.withLock { $0.standing = newValue } }
  }

  /// The number of the API key that it shows; nil where it shows no valid one.
  var key: Int64? {
    get { noted.withLock(\.key) }
    set { noted.withLock { $0.key = newValue } }
  }
}

/// How many requests of an environment were refused because there were too many.
public final class LimitCounts: Sendable {
  private let pingCount = Atomic(0)
  private let readCount = Atomic(0)
  private let waitingReadCount = Atomic(0)

  /// Makes counts that are 0.
  public init() {}

  /// Pings whose sender had sent too many.
  public var pings: Int { pingCount.load(ordering: .relaxed) }
  /// Queries and all else that reads, whose sender had sent too many.
  public var reads: Int { readCount.load(ordering: .relaxed) }
  /// Queries and other large reads whose turn did not come in time.
  public var waitingReads: Int { waitingReadCount.load(ordering: .relaxed) }

  func addPing() { pingCount.add(1, ordering: .relaxed) }
  func addRead() { readCount.add(1, ordering: .relaxed) }
  func addWaitingRead() { waitingReadCount.add(1, ordering: .relaxed) }
}
