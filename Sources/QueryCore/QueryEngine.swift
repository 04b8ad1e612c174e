import OrderedCollections

/// Answers questions over whatever adds up facts.
///
/// ```
/// questions ─▶ kept for this version of the data? ───────────────────────────▶ page ─▶ answer
///                └─▶ under way? ─▶ wait for it                          ▲
///                      └─▶ QueryPlan ─▶ backend, in one call ─▶ rows ─▶ keep
/// ```
///
/// All answers of one call show the same version of the data. Callers who ask the same at the same
/// time share the work: it goes on while one of them waits and is cancelled with the last. What was
/// refused or failed is not kept.
public actor QueryEngine: QueryAnswering {
  private let backend: any QueryBackend
  private var cache: ResultCache
  private var flights: [Int: Flight] = [:]
  private var lastID = 0

  /// Makes an engine over a backend.
  ///
  /// - Parameters:
  ///   - backend: What adds up the facts.
  ///   - cacheBytes: How much memory the rows of answers may take, estimated.
  public init(backend: any QueryBackend, cacheBytes: Int = 16 << 20) {
    self.backend = backend
    cache = ResultCache(limit: ResultCache.Limit(bytes: cacheBytes))
  }

  /// The state of the data now.
  public func dataState() async throws(QueryError) -> DataState {
    do { return try await backend.dataState() } catch { throw QueryError(error) }
  }

  /// Answers all questions over the same snapshot of the data.
  public func answer(_ queries: [Query]) async throws(QueryError) -> QueryAnswer {
    let landing = try await landing(of: Array(OrderedSet(queries.flatMap(\.questions))))
    let results = queries.compactMap { $0.result(of: landing.rows) }
    return QueryAnswer(state: landing.state, results: results)
  }

  /// How many callers wait for the backend, each counted once for everything it waits for.
  var callersUnderWay: Int { flights.values.reduce(0) { $0 + $1.callers } }

  /// The rows of all questions, over one snapshot.
  private func landing(of questions: [Query]) async throws(QueryError) -> Flight.Landing {
    let state = try await dataState()
    var rows: [Query: QueryResult.Rows] = [:]
    for question in questions {
      rows[question] = cache.rows(for: question, at: state.version)
    }
    let missing = questions.filter { rows[$0] == nil }
    if missing.isEmpty { return Flight.Landing(state: state, rows: rows) }

    let landings = try await land(flights(for: missing, at: state.version))
    let states = landings.map(\.state) + (rows.isEmpty ? [] : [state])
    guard let newest = states.first, states.allSatisfy({ $0.version == newest.version }) else {
      // Facts arrived between the parts: only one call gets all of it over one snapshot.
      return try await land([start(questions, at: state.version)])[0]
    }
    for landing in landings { rows.merge(landing.rows) { $1 } }
    return Flight.Landing(state: newest, rows: rows)
  }

  /// The flights that will answer `questions`: those under way, and one more for the rest.
  private func flights(for questions: [Query], at version: UInt64) -> [Flight] {
    var joined: [Int: Flight] = [:]
    var rest: [Query] = []
    for question in questions {
      let flight = flights.values.first {
        $0.version == version && $0.questions.contains(question)
      }
      if let flight { joined[flight.id] = flight } else { rest.append(question) }
    }
    return Array(joined.values) + (rest.isEmpty ? [] : [start(rest, at: version)])
  }

  /// Asks the backend, on behalf of whoever joins.
  private func start(_ questions: [Query], at version: UInt64) -> Flight {
    let flight = Flight(id: nextID(), questions: questions, version: version)
    flights[flight.id] = flight
    let id = flight.id
    let backend = backend
    flight.task = Task {
      finish(id, await Self.ask(backend, questions))
    }
    return flight
  }

  @concurrent
  private static func ask(
    _ backend: any QueryBackend,
    _ questions: [Query]
  ) async -> Flight.Outcome {
    do {
      let plan = try QueryPlan(questions)
      let answer = try await backend.sums(for: plan.sumQueries)
      return .success(Flight.Landing(state: answer.state, rows: try plan.rows(of: answer)))
    } catch {
      return .failure(QueryError(error))
    }
  }

  private func finish(_ id: Int, _ outcome: Flight.Outcome) {
    if case .success(let landing) = outcome {
      for (question, rows) in landing.rows {
        cache.keep(rows, for: question, at: landing.state.version)
      }
    }
    flights.removeValue(forKey: id)?.arrival.arrive(outcome)
  }

  /// Waits for all of `joined`, but no longer than the caller wants to.
  private func land(_ joined: [Flight]) async throws(QueryError) -> [Flight.Landing] {
    // All are counted before the first is awaited: none may be abandoned meanwhile.
    for flight in joined { flight.callers += 1 }
    defer { for flight in joined { leave(flight) } }
    var landings: [Flight.Landing] = []
    for flight in joined { landings.append(try await flight.arrival.outcome().get()) }
    return landings
  }

  private func leave(_ flight: Flight) {
    flight.callers -= 1
    guard flight.callers == 0, !flight.arrival.isThere else { return }
    flights[flight.id] = nil
    flight.task?.cancel()
  }

  private func nextID() -> Int {
    lastID += 1
    return lastID
  }
}
