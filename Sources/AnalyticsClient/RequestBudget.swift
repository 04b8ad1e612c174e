import PlaybackFacts

/// How often a server may be asked, as its answers tell; it may always be asked until they say so.
///
/// What it allows is spread over the time until it allows more: each kind of polling takes a tenth at
/// most, the answers that fill a screen a half.
struct RequestBudget {
  /// Part of what is left that may be spent at an even pace.
  enum Share: Double {
    case polling = 0.1
    case answers = 0.5
  }

  /// How many requests were answered so far.
  private(set) var requests = 0
  private var notedAt: Timestamp?
  private var refusedUntil: Timestamp?
  private var remaining: Int?
  private var resetAt: Timestamp?
  private var turns: [String: Timestamp] = [:]

  /// How long to wait after a refusal that does not say it.
  static let usualWaitSeconds = 10

  /// Takes note of an answer.
  ///
  /// - Parameters:
  ///   - limit: What it tells.
  ///   - weight: As how many requests the request counted.
  ///   - isRefusal: Whether it is a 429.
  ///   - now: When it came.
  mutating func note(_ limit: RateLimit, weight: Int = 1, isRefusal: Bool, at now: Timestamp) {
    requests += weight
    notedAt = now
    if let rest = limit.resetSeconds, let remaining = limit.remaining {
      self.remaining = remaining
      resetAt = now + Int64(rest) * Milliseconds.second
      if remaining == 0, rest > 0 { refusedUntil = resetAt }
    }
    guard isRefusal else { return }
    let wait = max(1, limit.retryAfterSeconds ?? Self.usualWaitSeconds)
    refusedUntil = now + Int64(wait) * Milliseconds.second
  }

  /// In how many seconds the server may be asked, ≥ 1; nil if it may be asked now.
  func waitSeconds(at now: Timestamp) -> Int? {
    // A clock that was put back says nothing of how much time has passed.
    guard let refusedUntil, let notedAt, now >= notedAt, now < refusedUntil else { return nil }
    return Int((refusedUntil - now + Milliseconds.second - 1) / Milliseconds.second)
  }

  /// Forgets that the server refuses: somebody wants to know whether it still does.
  mutating func forgetRefusal() { refusedUntil = nil }

  /// How long to rest after so many requests, so that a share of what is left lasts until the reset.
  ///
  /// - Parameters:
  ///   - requests: How many are made at a time.
  ///   - share: Of what is left.
  ///   - now: The time.
  /// - Returns: Milliseconds, no more than until the reset; 0 where the server sets no limit.
  func rest(afterRequests requests: Int, of share: Share, at now: Timestamp) -> Int64 {
    guard let remaining, let resetAt, let notedAt, now >= notedAt, now < resetAt else { return 0 }
    let rest = resetAt - now
    let pace = Double(rest) * Double(requests) / (Double(max(1, remaining)) * share.rawValue)
    return min(rest, Int64(pace))
  }

  /// Whether a kind of polling may ask now; if so, its next turn comes when its share allows it.
  mutating func takeTurn(_ kind: String, at now: Timestamp) -> Bool {
    let pause = rest(afterRequests: 1, of: .polling, at: now)
    if let last = turns[kind], now >= last, now - last < pause { return false }
    turns[kind] = now
    return true
  }
}
