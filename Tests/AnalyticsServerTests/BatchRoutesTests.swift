import AnalyticsAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import NIOCore
import PlaybackFacts
import QueryCore
import Testing

@testable import AnalyticsServer

@Suite("Batches of questions")
struct BatchRoutesTests {
  private func post(
    _ paths: [String],
    _ data: StubAnswering = StubAnswering(),
    _ options: ServerOptions = .patient
  ) async throws -> TestResponse {
    let body = String(decoding: QueryBatch(paths: paths).json(), as: UTF8.self)
    return try await server(data: data, options: options).answer(.post, "/data/batch", body: body)
  }

  @Test func `questions may have the base path, as links of answers have it`() async throws {
    var options = ServerOptions.patient
    options.basePath = try BasePath("/stats")
    let data = StubAnswering()
    let path = "/data/metrics/play/count"
    let answer = try await post([path, "/stats\(path)", "/other\(path)"], data, options)

    #expect(
      answer.text.matches(of: /"status":([0-9]+),"body"/).map { $0.output.1 } == [
        "200", "200", "404",
      ]
    )
    #expect(data.queries.count == 2)
  }

  @Test func `each question has its own status, and all show one state`() async throws {
    let data = StubAnswering()
    let count = "/data/metrics/play/count?from=2024-05-01T00:00:00Z&to=2024-05-02T00:00:00Z"
    let answer = try await post(
      [
        count, "/data/metrics/nothing/count", "/media", "/data/state",
        "/data/metrics/play/count?x=%zz",
      ],
      data
    )

    #expect(answer.status == .ok)
    #expect(answer.headers[.contentType] == "application/json")
    #expect(answer.headers[.rateLimitRemaining] == "499")
    let query = try #require(data.queries.first)
    #expect(data.queries.count == 1)
    let number = QueryResult(query: query, rows: .number(.integer(7)), itemsTotal: 1)
    let whole = String(decoding: number.json(), as: UTF8.self)
    #expect(
      answer.text.hasPrefix(
        #"{"state":{"version":"5","newestReceipt":null},"answers":[{"status":200,"body":\#(whole)},"#
      )
    )
    let batch = try BatchAnswer(
      Array(repeating: query, count: 5),
      json: Array(answer.body.readableBytesView)
    )
    #expect(batch.state.version == 5)
    #expect(batch.items[0] == .result(number))
    let problems = batch.items.dropFirst().map { item -> (Int, ProblemKind?)? in
      if case .problem(let status, let problem) = item { (status, problem?.kind) } else { nil }
    }
    #expect(problems.map { $0?.0 } == [400, 404, 404, 400])
    #expect(
      problems.map { $0?.1 }
        == [.invalidAttribute, .unrecognizedURL, .unrecognizedURL, .invalidParameter]
    )
  }

  @Test func `all questions are asked at once, and of now`() async throws {
    let data = StubAnswering()
    _ = try await post(["/data/metrics/play/count", "/data/metrics/start/count"], data)

    #expect(Set(data.queries.map(\.timeframe)).count == 1)
    #expect(data.queries[0].timeframe?.to == testTime)
  }

  @Test(arguments: [(1, 499), (10, 499), (11, 498), (100, 490)])
  func `ten questions count as one read`(count: Int, remaining: Int) async throws {
    let answer = try await post(Array(repeating: "/data/metrics/play/count", count: count))

    #expect(answer.status == .ok)
    #expect(answer.headers[.rateLimitRemaining] == "\(remaining)")
  }

  @Test func `a batch that counts for more than is left is refused`() async throws {
    var options = ServerOptions.patient
    options.readsPerMinute = [.production: 5]
    let data = StubAnswering()
    let paths = Array(repeating: "/data/metrics/play/count", count: 60)
    let body = String(decoding: QueryBatch(paths: paths).json(), as: UTF8.self)
    try await server(data: data, options: options).application().test(.router) { client in
      #expect(try await client.execute(uri: "/data/state", method: .get).status == .ok)
      let answer = try await client.execute(
        uri: "/data/batch",
        method: .post,
        body: ByteBuffer(string: body)
      )
      #expect(answer.status == .tooManyRequests)
    }
    #expect(data.queries.isEmpty)
  }

  @Test(arguments: [
    "", "[]", "{}", #"{"queries":[]}"#, #"{"queries":"/data/metrics/play/count"}"#,
    #"{"queries":[1]}"#,
    #"{"queries":[\#(Array(repeating: #""/""#, count: 101).joined(separator: ","))]}"#,
  ])
  func `what is no batch is refused`(body: String) async throws {
    let answer = try await server().answer(.post, "/data/batch", body: body)

    #expect(answer.status == .badRequest)
    #expect(try answer.problem().name == "queries")
  }

  @Test func `a batch has no parameters, and no end`() async throws {
    let app = server()
    let body = #"{"queries":["/data/metrics/play/count"]}"#
    let parameter = try await app.answer(.post, "/data/batch?from=x", body: body)
    #expect(parameter.status == .badRequest)
    #expect(try parameter.problem().name == "from")
    let long = try await app.answer(
      .post,
      "/data/batch",
      body: String(repeating: " ", count: 65_537)
    )
    #expect(long.status == .contentTooLarge)
  }

  @Test func `data that can't be reached is one refusal`() async throws {
    let lost = StubAnswering { _ throws(QueryError) in throw .unavailable(reason: "No disk.") }
    let answer = try await post(["/data/metrics/play/count"], lost)

    #expect(answer.status == .serviceUnavailable)
  }
}
