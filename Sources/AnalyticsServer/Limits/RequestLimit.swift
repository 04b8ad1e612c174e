import PlaybackFacts
import Synchronization

/// How many requests a sender may send in a window of time.
///
/// Windows are the same for all senders, so that what is remembered goes away by itself.
final class RequestLimit<Sender: Hashable & Sendable>: Sendable {
  /// How many requests a sender may send in a window; it may change between two of them.
  private let mostPerWindow: @Sendable () -> Int
  private let width: Int64
  private let mostSenders: Int
  private let state = Mutex((window: Timestamp(milliseconds: 0), counts: [Sender: Int]()))

  /// Makes a limit.
  /// - Parameters:
  ///   - perWindow: How many requests one sender may send in a window, ≥ 0.
  ///   - width: The width of a window in milliseconds.
  ///   - mostSenders: How many senders are counted in a window; further ones have no limit, since what comes
  ///     from so many at once no limit per sender holds back.
  init(
    perWindow: @escaping @autoclosure @Sendable () -> Int,
    width: Int64,
    mostSenders: Int = 100_000
  ) {
    mostPerWindow = perWindow
    self.width = width
    self.mostSenders = mostSenders
  }

  /// Counts a request, unless it is one too many.
  /// - Parameters:
  ///   - sender: Who sends it; nil for one without a limit.
  ///   - weight: As how many requests it counts, ≥ 1; one that counts for more than all that are allowed
  ///     counts for these.
  ///   - counted: As how many of these it was counted before, ≤ `weight`.
  ///   - now: When it came.
  /// - Returns: What the sender has left.
  func count(
    _ sender: Sender?,
    weight: Int = 1,
    counted: Int = 0,
    at now: Timestamp
  ) -> RateStanding {
    let mostPerWindow = mostPerWindow()
    guard let sender else {
      return RateStanding(limit: mostPerWindow, remaining: mostPerWindow, resetSeconds: 0)
    }
    let window = now.floored(to: width)
    let weight = max(0, min(weight, max(1, mostPerWindow)) - counted)
    let (used, isExceeded) = state.withLock { state in
      if state.window != window { state = (window, [:]) }
      guard let used = state.counts[sender] ?? (state.counts.count < mostSenders ? 0 : nil)
      else { return (0, false) }
      guard used + weight <= mostPerWindow else { return (used, true) }
      state.counts[sender] = used + weight
      return (used + weight, false)
    }
    return RateStanding(
      limit: mostPerWindow,
      remaining: max(0, mostPerWindow - used),
      resetSeconds: (window + width - now + Milliseconds.second - 1) / Milliseconds.second,
      isExceeded: isExceeded
    )
  }
}

/// How many requests a sender has left.
struct RateStanding: Hashable, Sendable {
  /// How many there may be in a window.
  var limit: Int
  /// How many more there may be in this one.
  var remaining: Int
  /// In how many seconds the next window begins; 0 for a sender without a limit.
  var resetSeconds: Int64
  /// Whether the request was one too many.
  var isExceeded = false
}
