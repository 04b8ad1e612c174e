import AnalyticsAPI
import AnalyticsSource
public import PlaybackFacts
public import QueryCore
import Synchronization

/// A server elsewhere, as just another thing that answers questions.
///
/// Questions are asked together where the server offers that, and show data of one moment. Elsewhere each is a
/// request of its own, so answers to several may show data of different moments; the state that comes with them is
/// older than all of them.
/// Nothing is tried twice: an answer fails with ``QueryError/unavailable(reason:)`` at once. A server
/// that limits how often it is asked is asked less often, and not at all while it refuses.
public final class RemoteAnswering: QueryAnswering {
  /// What is known of the server.
  struct Known {
    /// The paths under which it turned out to tell nothing, and those under which it told something.
    var missingPaths: Set<String> = []
    var servedPaths: Set<String> = []
    /// Since when it tells nothing any more under a path.
    var lostAt: [String: Timestamp] = [:]
    /// How often it may be asked.
    var budget = RequestBudget()
    var state: DataState?
    var health: SourceHealth?
    var answers = KeptAnswers()
    /// What the server said with its state that it has.
    var offers: Set<Offer> = []
  }

  let known = Mutex(Known())
  let now: @Sendable () -> Timestamp
  private let server: RemoteServer
  private let concurrentRequests: Int
  private let versionStep: Duration
  /// Says when there is something new; nil where nobody waits for that.
  private let feed: StateFeed?

  /// Makes an answerer.
  ///
  /// - Parameters:
  ///   - url: The server's address, such as `http://127.0.0.1:8080`.
  ///   - apiKey: The key that is sent as user name; nil where the server needs none.
  ///   - deadline: How long one request may take.
  ///   - concurrentRequests: How many requests of one call may be under way, ≥ 1.
  ///   - versionStep: How long the data of a server that does not tell its state counts as the same;
  ///     the hosted API has news every 5 seconds.
  ///   - followsState: Whether the server may tell its state as it changes, for someone who asks for it all
  ///     the time; it is then up to a second old.
  ///   - now: The time.
  public init(
    url: String,
    apiKey: String? = nil,
    deadline: Duration = .seconds(10),
    concurrentRequests: Int = 8,
    versionStep: Duration = .seconds(5),
    followsState: Bool = false,
    now: @escaping @Sendable () -> Timestamp
  ) {
    precondition(concurrentRequests >= 1 && versionStep > .zero)
    server = RemoteServer(url: url, apiKey: apiKey, deadline: deadline)
    self.concurrentRequests = concurrentRequests
    self.versionStep = versionStep
    self.now = now
    feed = followsState ? StateFeed(server, now: now) : nil
  }

  /// The state of the server's data; of a server that does not tell it, a version that changes with
  /// time, and of one that limits how often it is asked, the state that it told last.
  public func dataState() async throws(QueryError) -> DataState {
    try await dataState(skippingCaches: false)
  }

  private func dataState(skippingCaches: Bool) async throws(QueryError) -> DataState {
    if !skippingCaches, let state = feed?.state(at: now()) { return state }
    if let state = known.withLock(\.state), !takeTurn(DataState.path) { return state }
    do throws(QueryError) {
      let answer = try await optionalAnswer(DataState.path, asking: DataState.path)
      let state = try read(answer) { body throws(AnswerError) in try DataState(json: body) }
      let offers = Offer.all(in: answer.headers)
      known.withLock { known in
        known.state = state
        known.offers = offers
      }
      if offers.contains(.events) { feed?.open() }
      return state
    } catch .notProvided {
      return stateByTime
    }
  }

  /// Answers all questions, several at a time; what can't have changed is not asked again.
  public func answer(_ queries: [Query]) async throws(QueryError) -> QueryAnswer {
    try await answer(queries, skippingCaches: false)
  }

  /// Answers all questions, several at a time.
  ///
  /// - Parameters:
  ///   - queries: The questions.
  ///   - skippingCaches: Whether the server is asked all of them, also if it said that it would refuse.
  /// - Returns: The answers, and how long to wait with the next questions.
  /// - Throws: ``QueryCore/QueryError`` for the first question that has no answer; the others are not
  ///   asked any more.
  public func answer(_ queries: [Query], skippingCaches: Bool) async throws(QueryError)
    -> QueryAnswer
  {
    if queries.contains(where: { $0.shape == .histogram }),
      known.withLock({ $0.missingPaths.contains(Self.histograms) })
    {
      throw .notProvided
    }
    let requestsBefore = known.withLock { known in
      if skippingCaches {
        known.budget.forgetRefusal()
        known.state = nil
      }
      return known.budget.requests
    }
    var state = try await dataState(skippingCaches: skippingCaches)
    var answers = skippingCaches ? [:] : keptAnswers(to: queries, state)
    let open = queries.indices.filter { answers[$0] == nil }.map { ($0, queries[$0]) }
    if open.count > 1, known.withLock({ $0.offers.contains(.batch) }) {
      let batch = try await askTogether(open)
      // What was kept is of the state that was told before.
      if answers.isEmpty { state = batch.state }
      for (index, result) in batch.answers {
        answers[index] = result
        known.withLock { $0.answers.keep(result, version: batch.state.version) }
      }
    } else {
      for (index, result) in try await ask(open) {
        answers[index] = result
        let version = version(of: result.query, state)
        known.withLock { $0.answers.keep(result, version: version) }
      }
    }
    let rest = known.withLock { known in
      let requests = max(1, known.budget.requests - requestsBefore)
      return known.budget.rest(afterRequests: requests, of: .answers, at: now())
    }
    return QueryAnswer(
      state: state,
      results: queries.indices.compactMap { answers[$0] },
      rest: .milliseconds(rest)
    )
  }

  private func keptAnswers(to queries: [Query], _ state: DataState) -> [Int: QueryResult] {
    var answers: [Int: QueryResult] = [:]
    for (index, query) in queries.enumerated() {
      let version = version(of: query, state)
      answers[index] = known.withLock { $0.answers.result(of: query, version: version) }
    }
    return answers
  }

  /// Asks numbered questions, and stops at the first that has no answer.
  private func ask(_ queries: [(Int, Query)]) async throws(QueryError) -> [Int: QueryResult] {
    let outcome = await withTaskGroup(of: (Int, Result<QueryResult, QueryError>).self) { group in
      var answers: [Int: QueryResult] = [:]
      var waiting = queries[...]
      for (index, query) in waiting.prefix(concurrentRequests) {
        group.addTask { (index, await self.outcome(of: query)) }
      }
      waiting = waiting.dropFirst(concurrentRequests)
      for await (index, outcome) in group {
        switch outcome {
        case .success(let result): answers[index] = result
        case .failure(let error):
          group.cancelAll()
          return Result<[Int: QueryResult], QueryError>.failure(error)
        }
        if let (index, query) = waiting.popFirst() {
          group.addTask { (index, await self.outcome(of: query)) }
        }
      }
      return .success(answers)
    }
    return try outcome.get()
  }

  /// What the answer to a question is kept for: the data as the server tells it, else some time.
  private func version(of query: Query, _ state: DataState) -> UInt64 {
    guard known.withLock({ $0.missingPaths.contains(DataState.path) }) else { return state.version }
    return UInt64(clamping: now().milliseconds / query.hostedRefresh)
  }

  private var stateByTime: DataState {
    let (seconds, attoseconds) = versionStep.components
    let step = max(1, seconds * 1000 + attoseconds / 1_000_000_000_000_000)
    return DataState(
      version: UInt64(clamping: now().milliseconds / step),
      newestReceipt: nil
    )
  }

  private func outcome(of query: Query) async -> Result<QueryResult, QueryError> {
    do throws(QueryError) {
      return .success(try await result(of: query))
    } catch {
      return .failure(error)
    }
  }

  /// Asks for as many pages as the rows of `query` lie on.
  private func result(of query: Query) async throws(QueryError) -> QueryResult {
    var answer = PagedAnswer(to: query)
    while let part = answer.next { answer.add(try await page(of: part)) }
    return answer.result
  }

  private func page(of query: Query) async throws(QueryError) -> QueryResult {
    let answer =
      query.shape == .histogram
      ? try await optionalAnswer(Self.histograms, asking: query.path) : try await get(query.path)
    return try read(answer) { body throws(AnswerError) in try QueryResult(query, json: body) }
  }

  /// Under which path histograms are: the hosted API has none.
  private static let histograms = "/data/histogram"

  // MARK: - Requests

  /// The address of the server.
  var url: String { server.url }

  /// Whether it is time to poll a path; always, unless the server limits how often it is asked.
  func takeTurn(_ path: String) -> Bool {
    known.withLock { $0.budget.takeTurn(path, at: now()) }
  }

  /// Asks for what not every server tells; one that never did is not asked for it again.
  ///
  /// - Parameters:
  ///   - path: What is asked for.
  ///   - pathAndQuery: The path with the parameters of this request.
  ///   - entityTag: What is known already, if the server knows entity tags there.
  /// - Returns: The answer, which is no 404.
  /// - Throws: ``QueryCore/QueryError/notProvided`` where the server answered with a 404 from the first.
  func optionalAnswer(
    _ path: String,
    asking pathAndQuery: String,
    entityTag: String? = nil
  ) async throws(QueryError) -> RemoteServer.Answer {
    if known.withLock({ $0.missingPaths.contains(path) }) { throw .notProvided }
    let answer = try await get(pathAndQuery, entityTag: entityTag)
    guard answer.status == 404 else {
      known.withLock { known in
        if answer.status == 200 { known.servedPaths.insert(path) }
        known.lostAt[path] = nil
      }
      return answer
    }
    let now = now()
    let isLost = known.withLock { known in
      let lostAt = known.lostAt[path, default: now]
      known.lostAt[path] = lostAt
      // A proxy says so too while the server behind it is replaced.
      let isLost = known.servedPaths.contains(path) && now - lostAt < Milliseconds.minute
      if !isLost { known.missingPaths.insert(path) }
      return isLost
    }
    throw isLost
      ? .unavailable(reason: "\(server.url) has no \(path) at the moment.") : .notProvided
  }

  /// Decodes a body, or says why there is none.
  func read<Body>(
    _ answer: RemoteServer.Answer,
    _ decode: ([UInt8]) throws(AnswerError) -> Body
  ) throws(QueryError) -> Body {
    guard answer.status == 200 else {
      throw refusal(
        answer.status,
        ReceivedProblem(json: answer.body),
        retryAfterSeconds: RateLimit(answer.headers, at: now()).retryAfterSeconds
      )
    }
    do throws(AnswerError) {
      return try decode(answer.body)
    } catch {
      throw .unavailable(reason: "\(server.url) did not answer as expected: \(error).")
    }
  }

  /// What the server refused, or why it can't answer.
  func refusal(
    _ status: Int,
    _ problem: ReceivedProblem?,
    retryAfterSeconds: Int? = nil
  ) -> QueryError {
    if problem?.kind == .tooManyWaiting {
      return .tooManyWaiting(retryAfterSeconds: max(1, retryAfterSeconds ?? Self.usualTurnSeconds))
    }
    return QueryError(status, problem, from: server.url, hasKey: server.hasKey)
  }

  /// When to ask again a server that has too many queries, where it does not say so.
  private static let usualTurnSeconds = 5

  /// Asks, unless the server said that it would refuse.
  private func get(
    _ path: String,
    entityTag: String? = nil
  ) async throws(QueryError) -> RemoteServer.Answer {
    try await send { () async throws(RemoteServer.Unreachable) in
      try await self.server.get(path, entityTag: entityTag)
    }
  }

  /// Sends a body that counts as so many requests, unless the server said that it would refuse.
  func post(
    _ path: String,
    _ body: [UInt8],
    weight: Int
  ) async throws(QueryError) -> RemoteServer.Answer {
    try await send(weight: weight) { () async throws(RemoteServer.Unreachable) in
      try await self.server.post(path, body: body, showsKey: true)
    }
  }

  private func send(
    weight: Int = 1,
    _ request: @Sendable () async throws(RemoteServer.Unreachable) -> RemoteServer.Answer
  ) async throws(QueryError) -> RemoteServer.Answer {
    if let wait = known.withLock({ $0.budget.waitSeconds(at: now()) }) {
      throw .limited(retryAfterSeconds: wait)
    }
    let answer: RemoteServer.Answer
    do throws(RemoteServer.Unreachable) {
      answer = try await request()
    } catch {
      throw .unavailable(reason: error.reason)
    }
    let isRefusal = answer.status == 429
    let time = now()
    let limit = RateLimit(answer.headers, at: time)
    let wait = known.withLock { known in
      known.budget.note(limit, weight: weight, isRefusal: isRefusal, at: time)
      return known.budget.waitSeconds(at: time)
    }
    guard !isRefusal else {
      throw .limited(retryAfterSeconds: wait ?? RequestBudget.usualWaitSeconds)
    }
    return answer
  }
}

extension QueryError {
  /// What a server refused, or why it can't answer.
  fileprivate init(_ status: Int, _ problem: ReceivedProblem?, from url: String, hasKey: Bool) {
    if status == 401 {
      let fault = hasKey ? "refuses the API key; set the right one" : "asks for an API key; set it"
      self = .unavailable(reason: "\(url) \(fault) with --api-key or PLAYHEAD_API_KEY")
      return
    }
    let detail = problem?.detail ?? problem?.title
    switch problem?.kind {
    case .invalidAttribute:
      self = .invalidAttribute(name: problem?.name ?? "path", detail: detail ?? "")
    case .invalidParameter:
      self = .invalidParameter(name: problem?.name ?? "query", detail: detail ?? "")
    default:
      let words = detail.map { ": \($0)" } ?? "."
      self = .unavailable(reason: "\(url) answered with status \(status)\(words)")
    }
  }
}
