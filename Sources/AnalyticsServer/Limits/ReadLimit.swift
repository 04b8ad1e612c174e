import PlaybackFacts
import QueryCore
import Synchronization

/// How often each API key may ask, and each address without one, in a minute.
struct ReadLimit: Sendable {
  /// Who asks.
  enum Asker: Hashable, Sendable {
    /// The number of an API key; its tokens count as the key.
    case key(Int64)
    /// An address, or a /64 network of IPv6, that shows no valid key.
    case address(UInt64)
  }

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

  private let limits: [StoreEnvironment: RequestLimit<Asker>]

  /// Makes a limit.
  /// - Parameter perMinute: how many requests there may be in each environment; the numbers may change, the
  ///   environments that have one don't.
  init(perMinute: @escaping @autoclosure @Sendable () -> [StoreEnvironment: Int]) {
    let pairs = perMinute().keys.map { environment in
      (
        environment,
        RequestLimit<Asker>(perWindow: perMinute()[environment] ?? .max, width: Self.window)
      )
    }
    limits = Dictionary(uniqueKeysWithValues: pairs)
  }

  /// Counts a request of the holder of a key, or of an address.
  /// - Throws: ``Exceeded`` where it is one too many.
  /// - Returns: What is left, also to be found in `context` then.
  func take(
    key: Int64?,
    sender: Sender,
    of environment: StoreEnvironment,
    weight: Int = 1,
    at now: Timestamp,
    noting note: ReadNote
  ) throws(Exceeded) {
    guard let limit = limits[environment] else { return }
    let asker = key.map(Asker.key) ?? sender.subscriber.map(Asker.address)
    let standing = limit.count(asker, weight: weight, at: now)
    note.standing = standing
    guard standing.isExceeded else { return }
    throw Exceeded(
      isOfKey: key != nil,
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

/// How many requests of an environment were refused because their sender had sent too many.
public final class LimitCounts: Sendable {
  private let pingCount = Atomic(0)
  private let readCount = Atomic(0)

  /// Makes counts that are 0.
  public init() {}

  /// Pings.
  public var pings: Int { pingCount.load(ordering: .relaxed) }
  /// Queries and all else that reads.
  public var reads: Int { readCount.load(ordering: .relaxed) }

  func addPing() { pingCount.add(1, ordering: .relaxed) }
  func addRead() { readCount.add(1, ordering: .relaxed) }
}
