public import PlaybackFacts
public import QueryCore

/// What a source answered to one light question: who watches now.
public struct SourceReading: Hashable, Sendable {
  /// Its data at that time.
  public let data: DataState
  /// Who watched; nil where it has no such number.
  public let watching: Double?
  /// How long the answer took.
  public let duration: Duration

  /// Asks a source.
  ///
  /// - Parameters:
  ///   - source: the source, open.
  ///   - now: the time of day.
  ///   - clock: measures how long the answer takes.
  /// - Throws: what the source throws.
  public init(
    of source: DashboardSource,
    at now: Timestamp,
    clock: some Clock<Duration> = ContinuousClock()
  ) async throws {
    let query = Query(.peakViewers, in: Query.liveTimeframe(at: now))
    let start = clock.now
    let answer = try await source.answering.answer([query])
    duration = start.duration(to: clock.now)
    data = answer.state
    watching =
      if case .number(let value)? = answer.results.first?.rows { value.double } else { nil }
  }

  /// Describes an answer.
  init(data: DataState, watching: Double?, duration: Duration) {
    self.data = data
    self.watching = watching
    self.duration = duration
  }
}

/// What is known of a source that is one of several.
struct SourceStatus: Hashable, Sendable {
  /// The newest answer; it stays when the source fails.
  private(set) var reading: SourceReading?
  /// When it came, by the uptime.
  private(set) var answeredAt: Duration?
  /// Why there is none since.
  private(set) var failure: String?
  /// Whether it is there, and only says that it was asked too often.
  private(set) var isLimited = false
  /// When it failed first since then, by the uptime.
  private(set) var failingSince: Duration?

  mutating func note(_ reading: SourceReading, at uptime: Duration) {
    self = SourceStatus(reading: reading, answeredAt: uptime, failure: nil, failingSince: nil)
  }

  mutating func note(failure: String, isLimited: Bool = false, at uptime: Duration) {
    self.failure = failure
    self.isLimited = isLimited
    failingSince = failingSince ?? uptime
  }
}
