import AnalyticsAPI
public import PlaybackFacts
public import QueryCore
import Synchronization

/// A server elsewhere, as just another thing that answers questions.
///
/// Every question is a request of its own, so answers to several may show data of different moments;
/// the state that comes with them is older than all of them.
/// Nothing is tried twice: an answer fails with ``QueryError/unavailable(reason:)`` at once.
public final class RemoteAnswering: QueryAnswering {
  private let server: RemoteServer
  private let concurrentRequests: Int
  private let versionStep: Duration
  private let now: @Sendable () -> Timestamp
  /// The paths under which the server turned out to tell nothing.
  private let untold = Mutex(Set<String>())

  /// Makes an answerer.
  ///
  /// - Parameters:
  ///   - url: The server's address, such as `http://127.0.0.1:8080`.
  ///   - apiKey: The key that is sent as user name; nil where the server needs none.
  ///   - deadline: How long one request may take.
  ///   - concurrentRequests: How many requests of one call may be under way, ≥ 1.
  ///   - versionStep: How long the data of a server that does not tell its state counts as the same.
  ///   - now: The time.
  public init(
    url: String,
    apiKey: String? = nil,
    deadline: Duration = .seconds(10),
    concurrentRequests: Int = 8,
    versionStep: Duration = .seconds(60),
    now: @escaping @Sendable () -> Timestamp
  ) {
    precondition(concurrentRequests >= 1 && versionStep > .zero)
    server = RemoteServer(url: url, apiKey: apiKey, deadline: deadline)
    self.concurrentRequests = concurrentRequests
    self.versionStep = versionStep
    self.now = now
  }

  /// The state of the server's data; of a server that does not tell it, a version that changes with
  /// time.
  public func dataState() async throws(QueryError) -> DataState {
    do throws(QueryError) {
      let answer = try await told(DataState.path, asking: DataState.path)
      return try read(answer) { body throws(AnswerError) in try DataState(json: body) }
    } catch .notTold {
      return stateByTime
    }
  }

  /// Answers all questions, several at a time.
  public func answer(_ queries: [Query]) async throws(QueryError) -> QueryAnswer {
    let state = try await dataState()
    let answers = await withTaskGroup(of: (Int, Result<QueryResult, QueryError>).self) { group in
      var answers: [Int: Result<QueryResult, QueryError>] = [:]
      for (index, query) in queries.enumerated() {
        if index >= concurrentRequests, let (index, answer) = await group.next() {
          answers[index] = answer
        }
        group.addTask { (index, await self.outcome(of: query)) }
      }
      for await (index, answer) in group { answers[index] = answer }
      return answers
    }
    var results: [QueryResult] = []
    for index in queries.indices {
      if let answer = answers[index] { results.append(try answer.get()) }
    }
    return QueryAnswer(state: state, results: results)
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
    let largest = Query.Page.largestSize
    if query.shape == .number || query.page.size <= largest { return try await page(of: query) }
    var part = query
    let skipped = (query.page.number - 1) * query.page.size
    part.page = Query.Page(number: skipped / largest + 1, size: largest)
    var rows = QueryResult.Rows.none(of: query.shape)
    var compared: [MetricValue?]? = query.compared == nil ? nil : []
    var itemsTotal = 0
    repeat {
      let page = try await page(of: part)
      rows.append(page.rows)
      compared? += page.compared ?? []
      itemsTotal = page.itemsTotal
      part.page.number += 1
    } while (part.page.number - 1) * largest < min(itemsTotal, skipped + query.page.size)
    return QueryResult(
      query: query,
      rows: rows.slice(from: skipped % largest, count: query.page.size),
      compared: compared.map { $0.slice(from: skipped % largest, count: query.page.size) },
      itemsTotal: itemsTotal
    )
  }

  private func page(of query: Query) async throws(QueryError) -> QueryResult {
    let answer = try await get(query.path)
    return try read(answer) { body throws(AnswerError) in try QueryResult(query, json: body) }
  }

  private func get(
    _ path: String,
    entityTag: String? = nil
  ) async throws(QueryError) -> RemoteServer.Answer {
    do throws(RemoteServer.Unreachable) {
      return try await server.get(path, entityTag: entityTag)
    } catch {
      throw .unavailable(reason: error.reason)
    }
  }

  /// Asks for what not every server tells; one that does not is never asked for it again.
  ///
  /// - Parameters:
  ///   - path: What is asked for.
  ///   - pathAndQuery: The path with the parameters of this request.
  ///   - entityTag: What is known already, if the server knows entity tags there.
  /// - Returns: The answer, which is no 404.
  /// - Throws: ``QueryCore/QueryError/notTold`` where the server answers or answered with a 404.
  func told(
    _ path: String,
    asking pathAndQuery: String,
    entityTag: String? = nil
  ) async throws(QueryError) -> RemoteServer.Answer {
    if untold.withLock({ $0.contains(path) }) { throw .notTold }
    let answer = try await get(pathAndQuery, entityTag: entityTag)
    guard answer.status != 404 else {
      untold.withLock { _ = $0.insert(path) }
      throw .notTold
    }
    return answer
  }

  /// The address of the server.
  var url: String { server.url }

  /// Decodes a body, or says why there is none.
  func read<Body>(
    _ answer: RemoteServer.Answer,
    _ decode: ([UInt8]) throws(AnswerError) -> Body
  ) throws(QueryError) -> Body {
    guard answer.status == 200 else { throw QueryError(answer, from: server.url) }
    do throws(AnswerError) {
      return try decode(answer.body)
    } catch {
      throw .unavailable(reason: "\(server.url) did not answer as expected: \(error).")
    }
  }
}

extension QueryError {
  /// What a server refused, or why it can't answer.
  fileprivate init(_ answer: RemoteServer.Answer, from url: String) {
    let problem = ReceivedProblem(json: answer.body)
    let detail = problem?.detail ?? problem?.title
    switch problem?.kind {
    case .invalidAttribute:
      self = .invalidAttribute(name: problem?.name ?? "path", detail: detail ?? "")
    case .invalidParameter:
      self = .invalidParameter(name: problem?.name ?? "query", detail: detail ?? "")
    default:
      let words = detail.map { ": \($0)" } ?? "."
      self = .unavailable(reason: "\(url) answered with status \(answer.status)\(words)")
    }
  }
}
