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
  private let admission: QueryAdmission?
  private var cache: ResultCache
  private var requests: [Int: InFlightRequest] = [:]
  private var lastID = 0
  /// Of the newest state that was seen.
  private var newestReceipt: Timestamp?

  /// Makes an engine over a backend.
  ///
  /// - Parameters:
  ///   - backend: What adds up the facts.
  ///   - cacheBytes: How much memory the rows of answers may take, estimated.
  ///   - admission: Where what is not cached waits for its turn; nil where it is asked for at once.
  public init(
    backend: any QueryBackend,
    cacheBytes: Int = 16 << 20,
    admission: QueryAdmission? = nil
  ) {
    self.backend = backend
    self.admission = admission
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
    try await answer(queries, for: .thisMachine)
  }

  /// Answers all questions over the same snapshot of the data, in the turn of a client.
  ///
  /// Cached answers wait for no turn; who asks what another client waits for already shares its turn.
  public func answer(
    _ queries: [Query],
    for client: QueryClient
  ) async throws(QueryError) -> QueryAnswer {
    var asked: Set<Query> = []
    let questions = queries.flatMap(\.questions).filter { asked.insert($0).inserted }
    let snapshot = try await snapshot(of: questions, for: client)
    let results = queries.compactMap { $0.result(of: snapshot.rows) }
    return QueryAnswer(state: snapshot.state, results: results)
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
  var callersUnderWay: Int { requests.values.reduce(0) { $0 + $1.callers } }

  /// The rows of all questions, over one snapshot.
  private func snapshot(
    of questions: [Query],
    for client: QueryClient
  ) async throws(QueryError) -> InFlightRequest.Snapshot {
    lookups.asked += questions.count
    switch backend.glance() {
    case .current(let history): return try await snapshot(of: questions, at: history, for: client)
    case .unknown: return try await snapshot(of: questions, at: dataHistory(), for: client)
    case .changed(let stamp):
      // What new facts have probably changed is asked for at once, and the answer tells about the rest.
      let asked = questions.filter { !isClosed($0) || !cache.holds($0) }
      if asked.isEmpty {
        return try await snapshot(of: questions, at: dataHistory(), for: client)
      }
      let snapshots = try await answers(to: requests(for: asked, at: .stamp(stamp), client))
      let newest = snapshots.max { $0.state.version < $1.state.version } ?? snapshots[0]
      return try await snapshot(
        of: questions,
        at: newest.history,
        beside: snapshots,
        for: client
      )
    }
  }

  /// Whether a question is about a time that was over when the newest facts that are known of came.
  private func isClosed(_ question: Query) -> Bool {
    guard let end = question.timeframe?.to, let newestReceipt else { return false }
    return end + Milliseconds.minute <= newestReceipt
  }

  /// The rows of all questions at a state of the data or later; those in snapshots are not asked for again.
  private func snapshot(
    of questions: [Query],
    at now: DataHistory,
    beside snapshots: [InFlightRequest.Snapshot] = [],
    for client: QueryClient
  ) async throws(QueryError) -> InFlightRequest.Snapshot {
    let version = now.state.version
    cache.follow(version, now.log)
    newestReceipt = now.state.newestReceipt
    var rows: [Query: OrderedRows] = [:]
    var missing: [Query] = []
    for question in questions where !snapshots.contains(where: { $0.rows[question] != nil }) {
      rows[question] = cache.rows(for: question, at: version)
      if rows[question] == nil { missing.append(question) }
    }
    lookups.found += rows.count
    // The rows of a call show one version, and what is kept may be valid at a later one too.
    var parts = snapshots + [InFlightRequest.Snapshot(history: now, rows: rows)]
    if !missing.isEmpty {
      parts += try await answers(to: requests(for: missing, at: .version(version), client))
    }
    if let whole = InFlightRequest.Snapshot(questions, from: parts) { return whole }
    // Facts arrived between the parts: only one call gets all of it over one snapshot.
    return try await answers(to: [start(questions, at: .version(version), client)])[0]
  }

  /// The requests that will answer `questions`: those under way, and one more for the rest.
  private func requests(
    for questions: [Query],
    at basis: InFlightRequest.Basis,
    _ client: QueryClient
  ) -> [InFlightRequest] {
    var joined: [Int: InFlightRequest] = [:]
    var rest: [Query] = []
    for question in questions {
      let request = requests.values.first {
        $0.basis == basis && $0.questions.contains(question)
      }
      if let request { joined[request.id] = request } else { rest.append(question) }
    }
    return Array(joined.values) + (rest.isEmpty ? [] : [start(rest, at: basis, client)])
  }

  /// Asks the backend in the turn of a client, on behalf of whoever joins.
  private func start(
    _ questions: [Query],
    at basis: InFlightRequest.Basis,
    _ client: QueryClient
  ) -> InFlightRequest {
    let request = InFlightRequest(id: nextID(), questions: questions, basis: basis)
    requests[request.id] = request
    let (backend, admission, arrival) = (backend, admission, request.arrival)
    // It never comes to this actor: others would wait for it there while all threads of the backend are busy.
    request.task = Task(executorPreference: backend.executor) {
      arrival.arrive(await Self.ask(backend, questions, admission, client))
    }
    return request
  }

  @concurrent
  private static func ask(
    _ backend: any QueryBackend,
    _ questions: [Query],
    _ admission: QueryAdmission?,
    _ client: QueryClient
  ) async -> InFlightRequest.Outcome {
    do throws(QueryError) {
      guard let admission else { return .success(try await ask(backend, questions)) }
      return .success(
        try await admission.inTurn(of: client) { () async throws(QueryError) in
          try await ask(backend, questions)
        }
      )
    } catch {
      return .failure(error)
    }
  }

  private static func ask(
    _ backend: any QueryBackend,
    _ questions: [Query]
  ) async throws(QueryError) -> InFlightRequest.Snapshot {
    do {
      let plan = try QueryPlan(questions)
      let answer = try await backend.sums(for: plan.sumQueries)
      return InFlightRequest.Snapshot(history: answer.history, rows: try plan.rows(of: answer))
    } catch {
      throw QueryError(error)
    }
  }

  /// Caches the answer to a request, if it has come and is not cached yet.
  private func settle(_ request: InFlightRequest) {
    guard let outcome = request.arrival.known, requests.removeValue(forKey: request.id) != nil,
      case .success(let snapshot) = outcome
    else { return }
    for (question, rows) in snapshot.rows {
      cache.keep(rows, for: question, at: snapshot.state.version, snapshot.history.log)
    }
  }

  /// Waits for all of `joined`, but no longer than the caller wants to.
  private func answers(to joined: [InFlightRequest]) async throws(QueryError) -> [InFlightRequest
    .Snapshot]
  {
    // All are counted before the first is awaited: none may be abandoned meanwhile.
    for request in joined { request.callers += 1 }
    defer { for request in joined { leave(request) } }
    var snapshots: [InFlightRequest.Snapshot] = []
    for request in joined {
      let outcome = await request.arrival.outcome()
      settle(request)
      snapshots.append(try outcome.get())
    }
    return snapshots
  }

  private func leave(_ request: InFlightRequest) {
    request.callers -= 1
    settle(request)
    guard request.callers == 0, requests.removeValue(forKey: request.id) != nil else { return }
    request.task?.cancel()
  }

  private func nextID() -> Int {
    lastID += 1
    return lastID
  }
}
