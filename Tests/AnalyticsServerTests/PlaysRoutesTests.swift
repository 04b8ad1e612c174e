import AnalyticsAPI
import HTTPTypes
import HummingbirdTesting
import PlaybackFacts
import QueryCore
import Testing

@testable import AnalyticsServer

@Suite("Version 1")
struct PlaysRoutesTests {
  /// Answers with rows of the shape that was asked for.
  private let data = StubAnswering { query in
    let rows: QueryResult.Rows =
      switch query.shape {
      case .histogram: .histogram([.init(bounds: 800..<816, value: .integer(1))])
      case .number: .number(.integer(0))
      case .buckets: .buckets([.init(value: .integer(7), dimensionValue: "a \"b\"")])
      case .timeseries:
        .timeseries([
          .init(emittedAt: Timestamp(seconds: 1_716_940_800), offsetSeconds: 0, value: .integer(2))
        ])
      }
    return QueryResult(query: query, rows: rows, itemsTotal: 30)
  }

  private static let videos = "/analytics/videos/plays"
  private static let streams = "/analytics/live-streams/plays"

  @Test(
    arguments: [
      (
        "\(videos)?from=2024-05-01&dimension=videoId",
        "/data/buckets/play/media-id?from=2024-05-01T00:00:00%2B00:00&to=2024-05-29T00:00:00%2B00:00"
          + "&filterBy%5BmediaType%5D%5B%5D=video"
      ),
      (
        "\(streams)?from=2024-05-01&to=2024-05-03&dimension=liveStreamId&filter=liveStreamId:li4",
        "/data/buckets/play/media-id?from=2024-05-01T00:00:00%2B00:00&to=2024-05-03T00:00:00%2B00:00"
          + "&filterBy%5BmediaId%5D%5B%5D=li4&filterBy%5BmediaType%5D%5B%5D=live-stream"
      ),
      (
        "\(videos)?from=2024-05-01&to=2024-05-03&dimension=emittedAt",
        "/data/timeseries/play?from=2024-05-01T00:00:00%2B00:00&to=2024-05-03T00:00:00%2B00:00"
          + "&interval=hour&filterBy%5BmediaType%5D%5B%5D=video"
      ),
      (
        "\(videos)?from=2024-05-01&to=2024-05-04&dimension=emittedAt&currentPage=2&pageSize=10",
        "/data/timeseries/play?from=2024-05-01T00:00:00%2B00:00&to=2024-05-04T00:00:00%2B00:00"
          + "&interval=day&filterBy%5BmediaType%5D%5B%5D=video&currentPage=2&pageSize=10"
      ),
      (
        "\(videos)?from=2024-05-28&dimension=operatingSystem",
        "/data/buckets/play/operating-system?from=2024-05-28T00:00:00%2B00:00"
          + "&to=2024-05-29T00:00:00%2B00:00&filterBy%5BmediaType%5D%5B%5D=video"
      ),
    ]
  )
  func `a question is that of version 2, which the answer names`(
    path: String,
    successor: String
  ) async throws {
    let answer = try await server(data: data).answer(.get, path)

    #expect(answer.status == .ok, "\(answer.text)")
    #expect(answer.headers[.link] == "<\(successor)>; rel=\"successor-version\"")
    #expect(answer.headers[.deprecation] == "@1795996800")
    #expect(answer.headers[.sunset] == "Tue, 30 Nov 2027 00:00:00 GMT")
    #expect(answer.headers[.rateLimit] != nil)
    let again = StubAnswering()
    _ = try await server(data: again).answer(.get, successor)
    #expect(again.queries == data.queries)
  }

  @Test func `rows are values with their plays, and pages lead to pages`() async throws {
    let path = "\(Self.videos)?from=2024-05-01&dimension=country&filter=videoId:a%26b&currentPage=2"
    let answer = try await server(data: data).answer(.get, path)
    let page = "\(Self.videos)?from=2024-05-01&to=2024-05-29&dimension=country&filter=videoId:a%26b"
    #expect(
      answer.text == """
        {"data":[{"value":"a \\"b\\"","plays":7}],"pagination":{"currentPage":2,"currentPageItems":1,\
        "pageSize":25,"pagesTotal":2,"itemsTotal":30,"links":[\
        {"rel":"self","uri":"\(page)&currentPage=2&pageSize=25"},\
        {"rel":"first","uri":"\(page)&currentPage=1&pageSize=25"},\
        {"rel":"last","uri":"\(page)&currentPage=2&pageSize=25"},\
        {"rel":"previous","uri":"\(page)&currentPage=1&pageSize=25"}]}}
        """
    )
    let series = try await server(data: data)
      .answer(.get, "\(Self.videos)?from=2024-05-28&dimension=emittedAt")
    #expect(
      series.text.hasPrefix(#"{"data":[{"value":"2024-05-29T00:00:00+00:00","plays":2}],"#)
    )
  }

  @Test(
    arguments: [
      ("dimension=country", "from"), ("from=&dimension=country", "from"),
      ("from=2024-05-01T00:00:00Z&dimension=country", "from"),
      ("from=2024-02-30&dimension=country", "from"), ("from=2024-5-1&dimension=country", "from"),
      ("from=2001-01-01&dimension=country", "from"),
      ("from=2024-05-01&to=2024-05-01&dimension=country", "from"),
      ("from=2024-05-01&to=x&dimension=country", "to"), ("from=2024-05-01", "dimension"),
      ("from=2024-05-01&dimension=liveStreamId", "dimension"),
      ("from=2024-05-01&dimension=referrer", "dimension"),
      ("from=2024-05-01&dimension=country&filter=vi4", "filter"),
      ("from=2024-05-01&dimension=country&filter=videoId:", "filter"),
      ("from=2024-05-01&dimension=country&filter=liveStreamId:li4", "filter"),
      ("from=2024-05-01&dimension=country&pageSize=101", "pageSize"),
      ("from=2024-05-01&dimension=country&interval=day", "interval"),
    ]
  )
  func `a wrong parameter is refused by its name`(query: String, name: String) async throws {
    let answer = try await server(data: data).answer(.get, "\(Self.videos)?\(query)")
    #expect(answer.status == .badRequest)
    let problem = try answer.problem()
    #expect(problem.kind == .invalidParameter)
    #expect(problem.name == name)
    #expect(answer.headers[.deprecation] != nil)
    #expect(data.queries.isEmpty)
  }
}
