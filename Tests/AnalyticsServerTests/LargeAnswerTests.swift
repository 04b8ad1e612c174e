import AnalyticsAPI
import AnalyticsSource
import Dispatch
import HTTPTypes
import HummingbirdTesting
import NIOCore
import PlaybackFacts
import QueryCore
import Synchronization
import Testing
import TextAndBytes

@testable import AnalyticsServer

/// Runs tasks on a queue of its own, and counts them.
private final class CountingExecutor: TaskExecutor {
  private let queue = DispatchQueue(label: "large answers")
  private let enqueued = Atomic(0)

  var count: Int { enqueued.load(ordering: .relaxed) }

  func enqueue(_ job: consuming ExecutorJob) {
    enqueued.add(1, ordering: .relaxed)
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}

@Suite("Large answers", .timeLimit(.minutes(5)))
struct LargeAnswerTests {
  private let executor = CountingExecutor()

  /// Data whose series have so many points, and whose totals are one number.
  private func data(points count: Int) -> StubAnswering {
    StubAnswering { query in
      guard case .timeseries = query.shape else {
        return QueryResult(query: query, rows: .number(.integer(7)), itemsTotal: 1)
      }
      let points = (0..<count).map { number in
        QueryResult.Point(
          emittedAt: testTime + Int64(number) * Milliseconds.hour,
          offsetSeconds: 0,
          value: .integer(7)
        )
      }
      return QueryResult(query: query, rows: .timeseries(points), itemsTotal: count)
    }
  }

  private static let series =
    "/data/timeseries/play?from=2024-05-01T00:00:00Z&to=2024-05-29T00:00:00Z&interval=hour"

  private static let refusedOnce =
    #"playhead_refused_reads_total{environment="production",outcome="too-many-waiting"} 1"#

  @Test(arguments: [(8, false), (600, true)])
  func `a series is written away from the event loop where it is long`(
    points: Int,
    isElsewhere: Bool
  ) async throws {
    let answer = try await server(data: data(points: points), executor: executor)
      .answer(.get, Self.series)

    #expect(answer.status == .ok)
    #expect(answer.text.matches(of: /"emittedAt"/).count == points)
    #expect(answer.headers[.eTag] != nil)
    #expect((executor.count > 0) == isElsewhere)
  }

  @Test func `so is a batch of many short ones`() async throws {
    let body = QueryBatch(paths: Array(repeating: Self.series, count: 10)).json()
    for (points, isElsewhere) in [(8, false), (40, true)] {
      let answer = try await server(data: data(points: points), executor: executor)
        .answer(.post, "/data/batch", body: String(decoding: body, as: UTF8.self))

      #expect(answer.text.matches(of: /"emittedAt"/).count == points * 10)
      #expect((executor.count > 0) == isElsewhere)
    }
  }

  @Test(arguments: ["/media", "/pings/media/vi1"])
  func `what reads much is read and written there, in the client's turn`(path: String) async throws
  {
    let admission = QueryAdmission(mostAtOnce: 2, mostWaiting: 0)
    let app = server(source: StubSource(), admission: admission, executor: executor)
    #expect(try await app.answer(.get, path).status == .ok)
    let count = executor.count
    #expect(count > 0)

    let (begun, end) = (DispatchSemaphore(value: 0), AsyncStream.makeStream(of: Void.self))
    // What the tests' client counts as.
    let busy = Task {
      try await admission.inTurn(of: .address(0)) { () async throws(QueryError) in
        begun.signal()
        for await _ in end.stream {}
      }
    }
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        begun.wait()
        continuation.resume()
      }
    }
    let refused = try await app.application().test(.router) { client in
      let refused = try await client.execute(uri: path, method: .get)
      let line = Self.refusedOnce
      let counts = try await client.execute(uri: "/metrics", method: .get)
      #expect(counts.text.contains("\n\(line)\n"))
      return refused
    }
    end.continuation.finish()
    try await busy.value

    #expect(refused.status == .serviceUnavailable)
    #expect(refused.headers[.retryAfter] == "5")
    #expect(refused.headers[.rateLimitRetryAfter] != "5")
    #expect(try refused.problem().kind == .tooManyWaiting)
    #expect(executor.count == count)
    #expect(try await app.answer(.get, path).status == .ok)
  }

  @Test(arguments: [
    (HTTPRequest.Method.get, "/data/metrics/play/count", ""),
    (.post, "/data/batch", #"{"queries":["/data/metrics/play/count"]}"#),
    (.get, "/analytics/videos/plays?from=2024-05-28&dimension=country", ""),
  ])
  func `a query whose turn does not come is refused and counted`(
    method: HTTPRequest.Method,
    path: String,
    body: String
  ) async throws {
    let data = StubAnswering { _ throws(QueryError) in throw .tooManyWaiting(retryAfterSeconds: 9) }

    try await server(data: data).application().test(.router) { client in
      let refused = try await client.execute(
        uri: path,
        method: method,
        body: body.isEmpty ? nil : ByteBuffer(string: body)
      )
      #expect(refused.status == .serviceUnavailable)
      #expect(refused.headers[.retryAfter] == "9")
      #expect(try refused.problem().kind == .tooManyWaiting)
      let line = Self.refusedOnce
      let counts = try await client.execute(uri: "/metrics", method: .get)
      #expect(counts.text.contains("\n\(line)\n"))
    }
  }

  @Test func `clients are told apart by key and environment, else by address`() async throws {
    let clients = Mutex([QueryClient]())
    let data = ClientNoting { client in clients.withLock { $0.append(client) } }
    let app = server(
      data: data,
      access: StubAccess(keys: ["a", "b"]),
      sandboxCollector: StubCollector(),
      sandboxData: data,
      sandboxAccess: StubAccess(keys: ["s"])
    )

    for key in ["a", "b", "s"] {
      let answer = try await app.answer(
        .get,
        "/data/metrics/play/count",
        headers: [.authorization: "Basic \(Base64.text(of: "\(key):".utf8))"]
      )
      #expect(answer.status == .ok)
    }
    _ = try await server(data: data).answer(.get, "/data/metrics/play/count")

    let all = clients.withLock(\.self)
    #expect(Set(all).count == 4)
    #expect(all.last == .address(0))
    guard case .key(let first, .production) = all[0], case .key(let other, .sandbox) = all[2] else {
      Issue.record("\(all)")
      return
    }
    #expect(first == other)
  }
}

/// Notes for whom it is asked.
private struct ClientNoting: QueryAnswering {
  let note: @Sendable (QueryClient) -> Void

  func dataState() async throws(QueryError) -> DataState {
    DataState(version: 5, newestReceipt: nil)
  }

  func answer(_ queries: [Query]) async throws(QueryError) -> QueryAnswer {
    try await StubAnswering().answer(queries)
  }

  func answer(
    _ queries: [Query],
    for client: QueryClient
  ) async throws(QueryError) -> QueryAnswer {
    note(client)
    return try await answer(queries)
  }
}
