import AnalyticsAPI
import AnalyticsClient
import HTTPTypes
import Hummingbird
import PlaybackFacts
import QueryCore
import Synchronization
import Testing

@Suite("Servers that limit how often they are asked", .timeLimit(.minutes(10)))
struct LimitedServerTests {
  /// The paths that were asked for, the fields of the next answers, and the time.
  private final class Script: Sendable {
    struct State {
      var paths: [String] = []
      var status = HTTPResponse.Status.ok
      var headers: HTTPFields = [:]
      var refusal: [UInt8] = []
      var time = testTime
    }

    let state = Mutex(State())

    var paths: [String] { state.withLock(\.paths) }
    var time: Timestamp { state.withLock(\.time) }

    func answers(
      _ status: HTTPResponse.Status,
      _ headers: HTTPFields = [:],
      body: [UInt8] = []
    ) {
      state.withLock { ($0.status, $0.headers, $0.refusal) = (status, headers, body) }
    }

    func pass(milliseconds: Int64) { state.withLock { $0.time = $0.time + milliseconds } }

    func forgetPaths() { state.withLock { $0.paths = [] } }

    /// Answers `/data/state`, unless `isStateless`, and the number 7 to every question.
    func response(_ path: String, isStateless: Bool) -> Response {
      let (status, headers, refusal) = state.withLock { state in
        state.paths.append(path)
        return (state.status, state.headers, state.refusal)
      }
      if isStateless, !path.hasPrefix("/data/metrics") { return Response(status: .notFound) }
      let body =
        path == DataState.path
        ? DataState(version: 3, newestReceipt: nil).json() : Array(#"{"data":7}"#.utf8)
      return Response(
        status: status,
        headers: headers,
        body: .init(byteBuffer: ByteBuffer(bytes: status == .ok ? body : refusal))
      )
    }
  }

  private let script = Script()

  private func run(
    isStateless: Bool = false,
    _ body: @Sendable (RemoteAnswering) async throws -> Void
  ) async throws {
    try await ForeignServer.run { [script] request in
      script.response(request.uri.path, isStateless: isStateless)
    } _: { [script] url in
      let remote = RemoteAnswering(
        url: url,
        deadline: .seconds(300),
        concurrentRequests: 1,
        now: { script.time }
      )
      try await body(remote)
    }
  }

  private func query(_ metric: String, _ aggregation: Aggregation = .count) throws -> Query {
    let timeframe = Timeframe(from: testTime - Milliseconds.hour, to: testTime)
    return Query(try #require(MetricCatalog.measure(metric, aggregation)), in: timeframe)
  }

  @Test func `a refused question is not repeated before its time, unless somebody insists`()
    async throws
  {
    let queries = [try query("play"), try query("start"), try query("end")]

    try await run { remote in
      script.answers(.tooManyRequests, [.retryAfter: "12"])
      await #expect(throws: QueryError.limited(retryAfterSeconds: 12)) {
        try await remote.answer(queries)
      }
      #expect(script.paths == ["/data/state"])

      script.answers(.ok)
      script.pass(milliseconds: 4500)
      await #expect(throws: QueryError.limited(retryAfterSeconds: 8)) {
        try await remote.answer(queries)
      }
      await #expect(throws: QueryError.limited(retryAfterSeconds: 8)) {
        try await remote.health()
      }
      #expect(script.paths.count == 1)

      let insisted = try await remote.answer(queries, skippingCaches: true)
      #expect(insisted.results.count == 3)
      #expect(script.paths.count == 5)
    }
  }

  @Test(arguments: [("5", 5), ("", 5), ("30", 30)])
  func `a server that has too many queries says when to ask again`(
    field: String,
    seconds: Int
  ) async throws {
    let queries = [try query("play")]
    let problem = Problem(.tooManyWaiting)

    try await run { remote in
      script.answers(
        .serviceUnavailable,
        field.isEmpty ? [:] : [.retryAfter: field],
        body: problem.json()
      )
      await #expect(throws: QueryError.tooManyWaiting(retryAfterSeconds: seconds)) {
        try await remote.answer(queries)
      }
    }
  }

  @Test func `a refusal in the middle of many questions ends them`() async throws {
    let queries = [try query("play"), try query("start"), try query("end")]

    try await run { remote in
      _ = try await remote.dataState()
      script.answers(.tooManyRequests)
      await #expect(throws: QueryError.limited(retryAfterSeconds: 10)) {
        try await remote.answer(queries)
      }
      script.answers(.ok)
      script.pass(milliseconds: 10_000)
      let answer = try await remote.answer(queries)

      #expect(answer.results.count == 3)
      #expect(answer.rest == .zero)
    }
  }

  @Test func `what is left is spread until there is more`() async throws {
    let reset = try #require(HTTPField.Name("X-RateLimit-Reset"))
    let remaining = try #require(HTTPField.Name("X-RateLimit-Remaining"))
    let queries = [try query("play"), try query("start"), try query("end")]

    try await run { remote in
      script.answers(.ok, [remaining: "40", reset: "60"])
      let answer = try await remote.answer(queries)
      // Four requests, and half of 40: one such answer each 12 s.
      #expect(answer.rest == .seconds(12))

      script.forgetPaths()
      for _ in 0..<8 {
        _ = try await remote.dataState()
        script.pass(milliseconds: 4000)
      }
      // A tenth of 40 in 60 s: once in 15 s.
      #expect(script.paths.count == 3)
    }
  }

  @Test func `answers are kept while the server tells the same state`() async throws {
    let queries = [try query("play"), try query("start")]

    try await run { remote in
      let first = try await remote.answer(queries)
      script.forgetPaths()
      let second = try await remote.answer(queries + [try query("end")])

      #expect(second.results.prefix(2) == first.results[...])
      #expect(script.paths == ["/data/state", "/data/metrics/end/count"])
    }
  }

  @Test func `the hosted API is asked as often as it has news`() async throws {
    let queries = [try query("play"), try query("ccv", .peak)]

    try await run(isStateless: true) { remote in
      _ = try await remote.answer(queries)
      #expect(
        script.paths == ["/data/state", "/data/metrics/play/count", "/data/metrics/ccv/peak"]
      )

      script.forgetPaths()
      script.pass(milliseconds: 5000)
      _ = try await remote.answer(queries)
      #expect(script.paths == ["/data/metrics/ccv/peak"])

      script.forgetPaths()
      script.pass(milliseconds: 15 * Milliseconds.minute)
      _ = try await remote.answer(queries)
      #expect(script.paths.count == 2)

      script.forgetPaths()
      _ = try await remote.answer(queries)
      #expect(script.paths.isEmpty)
      _ = try await remote.answer(queries, skippingCaches: true)
      #expect(script.paths.count == 2)
    }
  }
}
