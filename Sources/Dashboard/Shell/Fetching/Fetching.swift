import PlaybackFacts

/// The requests to the source: the one in flight, and how the last ones went.
struct Fetching: Hashable {
  /// A request that was not answered yet.
  struct InFlightRequest: Hashable {
    let id: Int
    let request: ScreenRequest
    /// By the uptime, like every instant here: the time of day may be set while something waits.
    let startedAt: Duration
  }

  var lastID = 0
  var inFlight: InFlightRequest?
  /// When the newest question went out, and how long its answer took, in milliseconds.
  var lastStart: Duration?
  var lastDuration: Int64 = 0
  /// When the answer on the screen was asked for.
  var shownSince: Duration?
  /// How long the last answers took, in milliseconds.
  var durations: [Int64] = []
  /// Failures in a row.
  var failures = 0
  var failureReason: String?
  var failedSubject: ScreenRequest.Subject?
  var retryAt: Duration?
  /// Since when the source fails; nil while it answers.
  var failingSince: Duration?
  /// Why the state of the data can't be read.
  var dataFailure: String?
  /// When the source may be asked again, by its limits.
  var limitedUntil: Duration?
  /// The shortest time between two requests that the source allows, in milliseconds.
  var rest: Int64 = 0
  var isForced = false
  /// How many requests in a row were only for other details.
  var detailTries = 0

  /// The longest that an answer may take.
  static let deadline = Duration.seconds(10)
  /// The most requests in a row for other details: rows may change places with every answer.
  static let detailLimit = 3
  /// How many durations are remembered.
  static let durationLimit = 100
  private static let longestBackOff: Int64 = 60_000

  /// A quantile of the durations of the last answers, in milliseconds; nil without any.
  func quantile(_ share: Double) -> Int64? {
    let sorted = durations.sorted()
    return sorted.isEmpty ? nil : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
  }

  /// Whether what is shown may be out of date because the source does not answer.
  var isFailing: Bool { failures > 0 || dataFailure != nil }

  /// When the data may be asked for again after the last answer: a slow source gets time to rest.
  ///
  /// A little sooner than after a whole interval, so that a refresh does not slip to the next tick.
  func earliestRefresh(every interval: Duration) -> Duration? {
    lastStart.map {
      $0 + max(interval * 3 / 4, .milliseconds(4 * lastDuration), .milliseconds(rest))
    }
  }

  /// How long to wait after so many failures in a row: 1 s, 2 s, 4 s … 1 min, up to half less.
  ///
  /// - Parameters:
  ///   - failures: ≥ 1.
  ///   - jitter: 0..<1, so that many dashboards don't ask at once.
  /// - Returns: milliseconds, > 0.
  static func backOff(after failures: Int, jitter: Double) -> Int64 {
    let whole = min(longestBackOff, Milliseconds.second << Int64(min(failures - 1, 10)))
    return whole / 2 + Int64(Double(whole / 2) * min(max(jitter, 0), 1))
  }

  /// How long to wait where the source says for how long: never less, and up to a second more.
  ///
  /// - Parameters:
  ///   - seconds: what the source says, ≥ 1.
  ///   - jitter: 0..<1, so that many dashboards don't ask at once.
  /// - Returns: milliseconds, > 0.
  static func wait(seconds: Int, jitter: Double) -> Int64 {
    Int64(max(1, seconds)) * Milliseconds.second
      + Int64(Double(Milliseconds.second) * min(max(jitter, 0), 1))
  }
}

extension Duration {
  /// The length in whole milliseconds.
  var milliseconds: Int64 { Int64(self / .milliseconds(1)) }
}
