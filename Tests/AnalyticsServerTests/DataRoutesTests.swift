import AnalyticsAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import PlaybackFacts
import QueryCore
import Testing

@testable import AnalyticsServer

@Suite("Data routes")
struct DataRoutesTests {
  @Test func `a number is answered as JSON`() async throws {
    let answer = try await server().answer(.get, "/data/metrics/play/count")

    #expect(answer.status == .ok)
    #expect(answer.headers[.contentType] == "application/json")
    #expect(
      answer.text
        == #"{"context":{"metric":"play","aggregation":"count","timeframe":{"#
        + #""from":"2024-05-28T11:15:07+00:00","to":"2024-05-29T11:15:07+00:00"}},"data":7}"#
    )
  }

  @Test(arguments: [
    "/data/metrics/play/count", "/data/metrics/nope/count", "/data/nothing", "/data/state",
  ])
  func `every answer about data tells the limits`(path: String) async throws {
    let answer = try await server().answer(.get, path)

    #expect(answer.headers[.rateLimit] == "500")
    #expect(answer.headers[.rateLimitRemaining] == "499")
    // The minute of all tests has 53 seconds left.
    #expect(answer.headers[.rateLimitRetryAfter] == "53")
  }

  @Test func `parameters reach the parser as they came`() async throws {
    let data = StubAnswering { query in
      QueryResult(query: query, rows: .buckets([]), itemsTotal: 0)
    }

    let answer = try await server(data: data).answer(
      .get,
      "/data/buckets/play/browser?from=2024-05-29T00:00:00+01:00&to=2024-05-29T03:00:00%2B01:00"
        + "&filterBy[country][]=fr&filterBy%5Bcountry%5D%5B%5D=DE&filterBy[referrer]=a%2Bb+%C3%A9"
        + "&filterBy[mediaId]=&&pageSize=50&currentPage=2&sortBy=dimensionValue&sortOrder=asc"
    )

    let query = try #require(data.queries.first)
    #expect(answer.status == .ok)
    #expect(query.shape == .buckets(.browser))
    #expect(
      query.timeframe
        == Timeframe(
          from: Timestamp(seconds: 1_716_937_200),
          to: Timestamp(seconds: 1_716_948_000)
        )
    )
    #expect(
      query.filter
        == Filter([
          .init(.country, ["FR", "DE"]), .init(.referrer, ["a+b é"]), .init(.mediaID, [""]),
        ])
    )
    #expect(query.page == Query.Page(number: 2, size: 50))
    #expect(query.order == Query.Order(.dimensionValue, isAscending: true))
  }

  static let missingParts: [(String, String)] = [
    ("/data/metrics", "metric"), ("/data/metrics/", "metric"), ("/data/metrics//count", "metric"),
    ("/data/metrics/play", "aggregation"), ("/data/metrics/play/", "aggregation"),
    ("/data/buckets", "metric"), ("/data/buckets/play/", "breakdown"),
    ("/data/timeseries", "metric"), ("/data/timeseries/", "metric"),
  ]

  @Test(arguments: missingParts)
  func `a missing part of the path has its sentence`(path: String, name: String) async throws {
    let answer = try await server().answer(.get, path)

    let problem = try answer.problem()
    #expect(answer.status == .badRequest)
    #expect(problem.type == "/problems/invalid-attribute")
    #expect(problem.detail == "This value must be of type string.")
    #expect(problem.name == name)
  }

  static let refusals: [(String, String, String?, String?)] = [
    (
      "/data/metrics/plays/count", "invalid-attribute", "metric",
      "This value must be part of the following values: "
        + MetricCatalog.metrics.map(\.name).joined(separator: ",")
    ),
    (
      "/data/metrics/play/count?unknown=1", "request-invalid-query-parameter", "unknown",
      "This field was not expected."
    ),
    (
      "/data/timeseries/play?interval=year", "request-invalid-query-parameter", "interval",
      #"This interval is invalid. Use one of "minute", "hour", "day"."#
    ),
    (
      "/data/metrics/play/count?from=%zz", "request-invalid-query-parameter", "from",
      "This value must be percent-encoded UTF-8."
    ),
    (
      "/data/metrics/play/count?to=%ff", "request-invalid-query-parameter", "to",
      "This value must be percent-encoded UTF-8."
    ),
    (
      "/data/metrics/play/count?%4=x", "request-invalid-query-parameter", "%4",
      "This value must be percent-encoded UTF-8."
    ),
  ]

  @Test(arguments: refusals)
  func `a question that can't be asked is a problem`(
    path: String,
    type: String,
    name: String?,
    detail: String?
  ) async throws {
    let answer = try await server().answer(.get, path)

    let problem = try answer.problem()
    #expect(answer.status == .badRequest)
    #expect(problem.type == "/problems/" + type)
    #expect(problem.name == name)
    #expect(problem.detail == detail)
  }

  @Test(arguments: ["/data/metrics/%zz/count", "/data/metrics/%ff/count", "/data/metrics/%/%"])
  func `broken escapes in the path are an unknown metric`(path: String) async throws {
    let answer = try await server().answer(.get, path)

    #expect(answer.status == .badRequest)
    #expect(try answer.problem().name == "metric")
  }

  @Test(arguments: [
    (HTTPRequest.Method.get, "/"), (.get, "/data"), (.get, "/data/metrics/play/count/more"),
    (.get, "/data/timeseries/play/hour"), (.get, "/data/else/play"), (.get, "/data/state/x"),
    (.post, "/nothing"), (.options, "/nothing"), (.head, "/nothing"), (.delete, "/data/nothing"),
  ])
  func `what is not there is a 404`(
    method: HTTPRequest.Method,
    path: String
  ) async throws {
    let answer = try await server().answer(method, path)

    #expect(answer.status == .notFound)
    guard method != .head else { return }
    let problem = try answer.problem()
    #expect(problem.type == "/problems/unrecognized-request-url")
    #expect(problem.title == "Unrecognized request URL.")
  }

  @Test(
    arguments: [
      (.post, "/data/metrics/play/count", "GET, HEAD, OPTIONS"),
      (.delete, "/watch", "POST, OPTIONS"),
      (.get, "/watch", "POST, OPTIONS"), (.put, "/healthz", "GET, HEAD, OPTIONS"),
      (.patch, "/data/batch", "POST, OPTIONS"), (.get, "/auth/refresh", "POST, OPTIONS"),
      (.trace, "/problems/unavailable", "GET, HEAD, OPTIONS"),
      (.head, "/data/batch", "POST, OPTIONS"),
      (.put, "/data/metrics", "GET, HEAD, OPTIONS"), (.put, "//data//state/", "GET, HEAD, OPTIONS"),
    ] as [(HTTPRequest.Method, String, String)]
  )
  func `a method that a path does not have is a 405 with those that it has`(
    method: HTTPRequest.Method,
    path: String,
    allowed: String
  ) async throws {
    let answer = try await server().answer(method, path)

    #expect(answer.status == .methodNotAllowed)
    #expect(answer.headers[.allow] == allowed)
    if method != .head {
      #expect(try answer.problem().type == "/problems/method-not-allowed")
    }
  }

  @Test func `HEAD answers as GET does, without the body`() async throws {
    let get = try await server().answer(.get, "/data/metrics/play/count")
    let head = try await server().answer(.head, "/data/metrics/play/count")

    #expect(head.status == .ok)
    #expect(head.headers[.contentLength] == get.headers[.contentLength])
    #expect(head.text == "")
  }

  @Test func `data that can't be reached is a 503 with the reason`() async throws {
    let data = StubAnswering { _ throws(QueryError) in throw .unavailable(reason: "No disk.") }

    let answer = try await server(data: data).answer(.get, "/data/metrics/play/count")

    #expect(answer.status == .serviceUnavailable)
    #expect(answer.headers[.retryAfter] == "1")
    #expect(try answer.problem().detail == "No disk.")
  }

  @Test func `a question that takes too long is given up and cancelled`() async throws {
    let (cancellations, cancelled) = AsyncStream.makeStream(of: Void.self)
    let data = StubAnswering { _ throws(QueryError) in
      await withTaskCancellationHandler {
        for await _ in AsyncStream<Never>.makeStream().stream {}
      } onCancel: {
        cancelled.yield()
      }
      throw .unavailable(reason: "cancelled")
    }
    var options = ServerOptions.patient
    options.queryDeadline = .milliseconds(1)

    let answer = try await server(data: data, options: options)
      .answer(.get, "/data/metrics/play/count")

    #expect(answer.status == .serviceUnavailable)
    #expect(try answer.problem().detail?.hasPrefix("The answer took longer than") == true)
    await cancellations.first { _ in true }
  }

  @Test func `the prefix of problem types can be chosen`() async throws {
    var options = ServerOptions.patient
    options.problemTypePrefix = "https://example.org/p/"

    let answer = try await server(options: options).answer(.get, "/nothing")

    #expect(try answer.problem().type == "https://example.org/p/unrecognized-request-url")
  }

  @Test func `the state of the data is told`() async throws {
    let answer = try await server().answer(.get, "/data/state")

    #expect(answer.text == #"{"version":"5","newestReceipt":null}"#)
  }
}
