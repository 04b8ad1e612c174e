import AnalyticsAPI
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import PlaybackFacts
import QueryCore
import Testing

@testable import AnalyticsServer

@Suite("OpenAPI document")
struct OpenAPITests {
  private static var file: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
      .appending(path: "Sources/AnalyticsServer/OpenAPI/openapi.json")
  }

  private func paths() throws -> [String: [String: Any]] {
    let document = try JSONSerialization.jsonObject(with: Data(OpenAPIDocument.text.utf8))
    let members = try #require(document as? [String: Any])
    return try #require(members["paths"] as? [String: [String: Any]])
  }

  /// Where it is not, `curl 127.0.0.1:8080/openapi.json` of a server writes it.
  @Test func `the file is what is made of the tables`() throws {
    #expect(try String(contentsOf: Self.file, encoding: .utf8) == OpenAPIDocument.text)
  }

  @Test func `a server answers the document to everybody`() async throws {
    let app = server(access: StubAccess(keys: ["key"]))
    let answer = try await app.answer(.get, "/openapi.json")

    #expect(answer.status == .ok)
    #expect(answer.headers[.contentType] == "application/json")
    #expect(answer.text == OpenAPIDocument.text)
  }

  @Test func `every route is in the document, and there is no other`() throws {
    let intakes = ["/watch", "/sandbox/watch"].map { path in
      PingIntake(
        path: path,
        collector: StubCollector(),
        limit: AddressLimit(perWindow: 1),
        refusals: LimitCounts(),
        now: { testTime }
      )
    }
    let routes = server().router(intakes).routes.filter { $0.method != .options }
    let answered = routes.map { "\($0.method) \($0.path)".replacing("/**", with: "") }
    let written = try paths().flatMap { path, operations in
      let query = ["metrics", "buckets", "timeseries", "histogram"].map { "/data/\($0)" }
        .first { path.hasPrefix("\($0)/") }
      return operations.keys.map { "\($0.uppercased()) \(query ?? path)" }
    }

    #expect(Set(answered) == Set(written))
  }

  @Test(arguments: MetricCatalog.measures)
  func `every metric and its parameters are in the document`(measure: Measure) throws {
    let paths = try paths()
    let own = "/data/metrics/\(measure.metric)/\(measure.aggregation.rawValue)"
    let operation = try #require(paths[own] ?? paths["/data/metrics/{metric}/{aggregation}"])
    let get = try #require(operation["get"] as? [String: Any])
    let parameters = try #require(get["parameters"] as? [[String: Any]])
    let listed = parameters.compactMap { parameter in
      ((parameter["schema"] as? [String: Any])?["enum"]) as? [String]
    }
    if paths[own] == nil {
      #expect(listed.first?.contains(measure.metric) == true)
      #expect(listed.last?.contains(measure.aggregation.rawValue) == true)
    }
    let names = parameters.compactMap { $0["$ref"] as? String }
      .compactMap { $0.split(separator: "/").last.map { String($0.prefix { $0 != "-" }) } }
    let request = QueryRequest.Endpoint.metrics(
      metric: measure.metric,
      aggregation: measure.aggregation.rawValue
    )
    for name in ParameterName.allCases {
      let value = Self.values[name] ?? ""
      let asked = QueryRequest(request, [.init(name, value)])
      let isTaken = (try? QueryParser().parse(asked, now: testTime)) != nil
      #expect(!isTaken || names.contains(name.rawValue), "\(name)")
      // The common path has what only some metrics take.
      if paths[own] != nil { #expect(isTaken == names.contains(name.rawValue), "\(name)") }
    }
  }

  private static let values: [ParameterName: String] = [
    .from: "2024-05-29T00:00:00Z", .to: "2024-05-29T12:00:00Z", .compare: "week",
    .unique: "true", .bots: "exclude", .viewDuration: "10s", .timezone: "Europe/Paris",
    .interval: "hour",
    .sortBy: "metricValue", .sortOrder: "asc", .currentPage: "1", .pageSize: "10",
  ]
}
