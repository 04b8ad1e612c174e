import PlaybackFacts

/// Answers questions over whatever adds up facts.
///
/// ```
/// questions ─▶ kept, and valid at this version? ────────────────────────────▶ page ─▶ answer
///                └─▶ under way? ─▶ wait for it                          ▲
///                      └─▶ QueryPlan ─▶ backend, in one call ─▶ rows ─▶ keep
/// ```
///
/// All answers of one call show the same version of the data. An answer is kept until the data changes in
/// a way that can change it: see ``ChangeLog``. Callers who ask the same at the same
/// time share the work: it goes on while one of them waits and is cancelled with the last. What was
/// refused or failed is not kept.
public actor QueryEngine: QueryAnswering {
  private let backend: any QueryBackend
  private var cache: ResultCache
  private var flights: [Int: Flight] = [:]
  private var lastID = 0
  /// Of the newest state that was seen.
  private var newestReceipt: Timestamp?

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

  private func dataHistory() async throws(QueryError) -> DataHistory {
    do { return try await backend.dataHistory() } catch { throw QueryError(error) }
  }

  /// Answers all questions over the same snapshot of the data.
  public func answer(_ queries: [Query]) async throws(QueryError) -> QueryAnswer {
    var asked: Set<Query> = []
    let questions = queries.flatMap(\.questions).filter { asked.insert($0).inserted }
    let landing = try await landing(of: questions)
    let results = queries.compactMap { $0.result(of: landing.rows) }
    return QueryAnswer(state: landing.state, results: results)
  }

  /// Whether the answer to a question can differ from the one that was given at a version of the data.
  public func canDiffer(_ query: Query, since version: UInt64) async throws(QueryError) -> Bool {
    let now: DataHistory
    if case .current(let history) = backend.glance() {
      now = history
    } else {
      now = try await dataHistory()
    }
    let changes = now.log.changes(from: version, to: now.state.version)
    return query.questions.contains(where: changes.affect)
  }

  /// How many questions were asked, each counted with every call, and how many of them were kept.
  package private(set) var lookups = (asked: 0, found: 0)

  /// How many callers wait for the backend, each counted once for everything it waits for.
  var callersUnderWay: Int { flights.values.reduce(0) { $0 + $1.callers } }

  /// The rows of all questions, over one snapshot.
  private func landing(of questions: [Query]) async throws(QueryError) -> Flight.Landing {
    lookups.asked += questions.count
    switch backend.glance() {
    case .current(let history): return try await landing(of: questions, at: history)
    case .unknown: return try await landing(of: questions, at: dataHistory())
    case .changed(let stamp):
      // What new facts have probably changed is asked for at once, and the answer tells about the rest.
      let asked = questions.filter { !isClosed($0) || !cache.holds($0) }
      if asked.isEmpty { return try await landing(of: questions, at: dataHistory()) }
      let landings = try await land(flights(for: asked, at: .stamp(stamp)))
      let newest = landings.max { $0.state.version < $1.state.version } ?? landings[0]
      return try await landing(of: questions, at: newest.history, beside: landings)
    }
  }

  /// Whether a question is about a time that was over when the newest facts that are known of came.
  private func isClosed(_ question: Query) -> Bool {
    guard let end = question.timeframe?.to, let newestReceipt else { return false }
    return end + Milliseconds.minute <= newestReceipt
  }

  /// The rows of all questions at a state of the data or later; those that have landed are not asked for again.
  private func landing(
    of questions: [Query],
    at now: DataHistory,
    beside landings: [Flight.Landing] = []
  ) async throws(QueryError) -> Flight.Landing {
    let version = now.state.version
    cache.follow(version, now.log)
    newestReceipt = now.state.newestReceipt
    var rows: [Query: OrderedRows] = [:]
    var missing: [Query] = []
    for question in questions where !landings.contains(where: { $0.rows[question] != nil }) {
      rows[question] = cache.rows(for: question, at: version)
      if rows[question] == nil { missing.append(question) }
    }
    lookups.found += rows.count
    // The rows of a call show one version, and what is kept may be valid at a later one too.
    var parts = landings + [Flight.Landing(history: now, rows: rows)]
    if !missing.isEmpty { parts += try await land(flights(for: missing, at: .version(version))) }
    if let whole = Flight.Landing(questions, from: parts) { return whole }
    // Facts arrived between the parts: only one call gets all of it over one snapshot.
    return try await land([start(questions, at: .version(version))])[0]
  }

  /// The flights that will answer `questions`: those under way, and one more for the rest.
  private func flights(for questions: [Query], at basis: Flight.Basis) -> [Flight] {
    var joined: [Int: Flight] = [:]
    var rest: [Query] = []
    for question in questions {
      let flight = flights.values.first {
        $0.basis == basis && $0.questions.contains(question)
      }
      if let flight { joined[flight.id] = flight } else { rest.append(question) }
    }
    return Array(joined.values) + (rest.isEmpty ? [] : [start(rest, at: basis)])
  }

  /// Asks the backend, on behalf of whoever joins.
  private func start(_ questions: [Query], at basis: Flight.Basis) -> Flight {
    let flight = Flight(id: nextID(), questions: questions, basis: basis)
    flights[flight.id] = flight
    let (backend, arrival) = (backend, flight.arrival)
    // It never comes to this actor: others would wait for it there while all threads of the backend are busy.
    flight.task = Task(executorPreference: backend.executor) {
      arrival.arrive(await Self.ask(backend, questions))
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
      return .success(Flight.Landing(history: answer.history, rows: try plan.rows(of: answer)))
    } catch {
      return .failure(QueryError(error))
    }
  }

  /// Keeps what has come of a flight, if anything has and nobody did so before.
  private func settle(_ flight: Flight) {
    guard let outcome = flight.arrival.known, flights.removeValue(forKey: flight.id) != nil,
      case .success(let landing) = outcome
    else { return }
    for (question, rows) in landing.rows {
      cache.keep(rows, for: question, at: landing.state.version, landing.history.log)
    }
  }

  /// Waits for all of `joined`, but no longer than the caller wants to.
  private func land(_ joined: [Flight]) async throws(QueryError) -> [Flight.Landing] {
    // All are counted before the first is awaited: none may be abandoned meanwhile.
    for flight in joined { flight.callers += 1 }
    defer { for flight in joined { leave(flight) } }
    var landings: [Flight.Landing] = []
    for flight in joined {
      let outcome = await flight.arrival.outcome()
      settle(flight)
      landings.append(try outcome.get())
    }
    return landings
  }

  private func leave(_ flight: Flight) {
    flight.callers -= 1
    settle(flight)
    guard flight.callers == 0, flights.removeValue(forKey: flight.id) != nil else { return }
    flight.task?.cancel()
  }

  private func nextID() -> Int {
    lastID += 1
    return lastID
  }
}
