import Metrics
public import PlaybackFacts
public import QueryCore

/// What a server measures of itself, for `/metrics`: how long commits and queries take, and what the process
/// uses.
public final class ServerMetrics: Sendable {
  private let version: String
  private let registry = MetricsRegistry([
    RecordedMetric(
      name: Name.commits,
      kind: .histogram,
      help: "How long it takes until a group of pings is on disk.",
      bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    ),
    RecordedMetric(
      name: Name.queries,
      kind: .histogram,
      help: "How long it takes to answer a query, cached answers included.",
      bounds: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    ),
    RecordedMetric(
      name: Name.failedQueries,
      kind: .counter,
      help: "Queries that had no answer because the data could not be read."
    ),
  ])

  private enum Name {
    static let commits = "playhead_commit_duration_seconds"
    static let queries = "playhead_query_duration_seconds"
    static let failedQueries = "playhead_failed_queries_total"
  }

  /// Makes metrics of nothing yet.
  /// - Parameter version: The version of the program.
  public init(version: String) {
    self.version = version
  }

  /// A sink that measures how long another takes to commit.
  public func timing(_ sink: any FactSink, of environment: StoreEnvironment) -> any FactSink {
    TimedSink(sink: sink, timer: timer(Name.commits, environment))
  }

  /// What measures how long another takes to answer.
  public func timing(
    _ data: any QueryAnswering,
    of environment: StoreEnvironment
  ) -> any QueryAnswering {
    TimedAnswering(
      data: data,
      timer: timer(Name.queries, environment),
      failures: Counter(
        label: Name.failedQueries,
        dimensions: [("environment", environment.rawValue)],
        factory: registry
      )
    )
  }

  /// Adds all of it to a text; of what belongs to an environment, only that of some.
  func write(to text: inout PrometheusText, environments: Set<String>) {
    registry.write(to: &text, environments: environments)
    ProcessMetrics.now().write(to: &text)
    text.add(
      1,
      to: "playhead_build_info",
      .gauge,
      help: "The version of the program, as a label; always 1.",
      labels: [("version", version)]
    )
  }

  private func timer(_ name: String, _ environment: StoreEnvironment) -> Timer {
    Timer(
      label: name,
      dimensions: [("environment", environment.rawValue)],
      factory: registry
    )
  }
}

/// Measures how long a sink takes to commit.
private struct TimedSink: FactSink {
  let sink: any FactSink
  let timer: Timer

  func commit(_ batch: FactBatch) async throws -> CommitOutcome {
    let start = ContinuousClock.now
    let outcome = try await sink.commit(batch)
    timer.record(duration: ContinuousClock.now - start)
    return outcome
  }

  func playbackStates(of playbacks: [PlaybackID]) async throws -> KeptStates {
    try await sink.playbackStates(of: playbacks)
  }

  func viewerKey(for day: CivilDate) async throws -> SipHash.Key {
    try await sink.viewerKey(for: day)
  }

  func knownValues(
    among values: Set<OpenValue>,
    hasDescribedMediaOnly: Bool,
    on days: Set<CivilDate>
  ) async throws -> KnownValues {
    try await sink.knownValues(
      among: values,
      hasDescribedMediaOnly: hasDescribedMediaOnly,
      on: days
    )
  }
}

/// Measures how long another takes to answer.
private struct TimedAnswering: QueryAnswering {
  let data: any QueryAnswering
  let timer: Timer
  let failures: Counter

  func dataState() async throws(QueryError) -> DataState { try await data.dataState() }

  func answer(_ queries: [Query]) async throws(QueryError) -> QueryAnswer {
    try await timed { () async throws(QueryError) in try await data.answer(queries) }
  }

  func answer(
    _ queries: [Query],
    for client: QueryClient
  ) async throws(QueryError) -> QueryAnswer {
    try await timed { () async throws(QueryError) in try await data.answer(queries, for: client) }
  }

  func answer(_ queries: [Query], skippingCaches: Bool) async throws(QueryError) -> QueryAnswer {
    try await timed { () async throws(QueryError) in
      try await data.answer(queries, skippingCaches: skippingCaches)
    }
  }

  func canDiffer(_ query: Query, since version: UInt64) async throws(QueryError) -> Bool {
    try await data.canDiffer(query, since: version)
  }

  private func timed(
    _ answer: () async throws(QueryError) -> QueryAnswer
  ) async throws(QueryError) -> QueryAnswer {
    let start = ContinuousClock.now
    do {
      let result = try await answer()
      timer.record(duration: ContinuousClock.now - start)
      return result
    } catch {
      // What the question itself makes impossible says nothing of the data.
      if case .unavailable = error { failures.increment() }
      throw error
    }
  }
}
