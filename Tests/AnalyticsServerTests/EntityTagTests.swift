import AnalyticsAPI
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import PlaybackFacts
import QueryCore
import Testing

@testable import AnalyticsServer

@Suite("Entity tags")
struct EntityTagTests {
  private static let closed = "?from=2024-05-01T00:00:00Z&to=2024-05-02T00:00:00Z"
  static let paths = [
    "/data/metrics/play/count\(closed)", "/data/buckets/play/country\(closed)",
    "/data/timeseries/play\(closed)",
    "/analytics/videos/plays?from=2024-05-01&to=2024-05-02&dimension=country",
  ]

  /// Answers with as many plays as it is told, of any shape.
  private static func data(_ plays: Int64, unchangedSince version: UInt64? = nil) -> StubAnswering {
    StubAnswering(unchangedSince: version) { query in
      let rows: QueryResult.Rows =
        switch query.shape {
        case .histogram: .histogram([.init(bounds: 800..<816, value: .integer(1))])
        case .number: .number(.integer(plays))
        case .buckets: .buckets([.init(value: .integer(plays), dimensionValue: "FR")])
        case .timeseries:
          .timeseries([.init(emittedAt: testTime, offsetSeconds: 0, value: .integer(plays))])
        }
      return QueryResult(query: query, rows: rows, itemsTotal: 1)
    }
  }

  private func tag(_ answer: TestResponse) throws -> String {
    #expect(answer.status == .ok)
    #expect(answer.headers[.cacheControl] == "private, no-cache")
    #expect(answer.headers[values: .vary].contains("Authorization"))
    let tag = try #require(answer.headers[.eTag])
    #expect(tag.hasPrefix("\"") && tag.hasSuffix("\""))
    return tag
  }

  @Test(arguments: paths, [HTTPRequest.Method.get, .head])
  func `a question that can't have another answer is a 304 without being answered`(
    path: String,
    method: HTTPRequest.Method
  ) async throws {
    let data = Self.data(7, unchangedSince: 5)
    let app = server(data: data)
    let tag = try tag(try await app.answer(.get, path))

    for field in [tag, "W/\(tag)", "\"x\" , \(tag)"] {
      let again = try await app.answer(method, path, headers: [.ifNoneMatch: field])
      #expect(again.status == .notModified)
      #expect(again.headers[.eTag] == tag)
      #expect(again.text.isEmpty)
      #expect(again.headers[values: .vary].contains("Authorization"))
    }
    #expect(data.queries.count == 1)
  }

  @Test(arguments: paths)
  func `a server that knows nothing of earlier answers compares the bytes`(path: String)
    async throws
  {
    let tag = try tag(try await server(data: Self.data(7)).answer(.get, path))
    let (same, other) = (Self.data(7), Self.data(8))

    let unchanged = try await server(data: same).answer(.get, path, headers: [.ifNoneMatch: tag])
    let changed = try await server(data: other).answer(.get, path, headers: [.ifNoneMatch: tag])

    #expect(unchanged.status == .notModified)
    #expect(same.queries.count == 1)
    #expect(changed.status == .ok)
    #expect(changed.headers[.eTag] != tag)
  }

  @Test func `a tag is good for its own question and environment only`() async throws {
    let data = Self.data(7, unchangedSince: 5)
    let app = server(data: data)
    let tag = try tag(try await app.answer(.get, Self.paths[0]))

    for path in ["/data/metrics/start/count\(Self.closed)", "/data/metrics/play/count"] {
      let other = try await app.answer(.get, path, headers: [.ifNoneMatch: tag])
      #expect(other.status == .ok)
    }
    #expect(data.queries.count == 3)
  }

  @Test(arguments: [
    "", "\"\"", "\"x", "\"a.b.c\"", "\"a.5.-1\"", "\"a.5\"", "W/", "\"a.18446744073709551616.1\"",
  ])
  func `what is no tag of ours is known to nobody`(field: String) async throws {
    let app = server(data: Self.data(7, unchangedSince: 0))

    let answer = try await app.answer(.get, Self.paths[0], headers: [.ifNoneMatch: field])
    #expect(answer.status == .ok)
  }

  @Test func `a star is whatever there is`() async throws {
    let answer = try await server().answer(.get, Self.paths[0], headers: [.ifNoneMatch: "*"])

    #expect(answer.status == .notModified)
  }

  @Test func `the state of the data has a tag`() async throws {
    let app = server()
    let tag = try tag(try await app.answer(.get, "/data/state"))
    let again = try await app.answer(.get, "/data/state", headers: [.ifNoneMatch: tag])

    #expect(again.status == .notModified)
  }
}
