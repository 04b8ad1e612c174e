import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import QueryCore
import Testing

@testable import AnalyticsServer

/// Every operation of the OpenAPI document, which has every route, with every kind of credentials.
@Suite("Routes, credentials and environments")
struct RouteTableTests {
  /// An operation of the document, as a request that it allows.
  private struct Operation {
    let name: String
    let method: HTTPRequest.Method
    let path: String
    let body: String
    /// Whether the document says that it needs no credentials.
    let isOpen: Bool

    /// What stands in bodies; the document only says of which form they are.
    private static let bodies = [
      "/data/batch": #"{"queries":["/data/metrics/play/count"]}"#,
      "/auth/api-key": #"{"apiKey":"another key"}"#,
      "/auth/refresh": #"{"refreshToken":"another token"}"#,
    ]

    init(_ method: String, _ path: String, _ members: [String: Any]) throws {
      var target = path
      var query: [String] = []
      for parameter in members["parameters"] as? [[String: Any]] ?? []
      where parameter["required"] as? Bool == true {
        let name = try #require(parameter["name"] as? String)
        let schema = try #require(parameter["schema"] as? [String: Any])
        let values = schema["enum"] as? [String] ?? schema["examples"] as? [String]
        let value = try #require(values?.first, "\(path) has no value for \(name)")
        switch parameter["in"] as? String {
        case "path": target = target.replacing("{\(name)}", with: value)
        // The day of the tests, which both environments retain.
        case "query" where name == "from": query.append("from=2024-05-29&to=2024-05-30")
        default: query.append("\(name)=\(value)")
        }
      }
      name = "\(method.uppercased()) \(path)"
      isOpen = (members["security"] as? [Any])?.isEmpty == true
      body = Self.bodies[path] ?? "{}"
      self.path = target + (query.isEmpty ? "" : "?\(query.joined(separator: "&"))")
      // A stream has no end: its head says enough.
      let json = String(
        decoding: try JSONSerialization.data(withJSONObject: members),
        as: UTF8.self
      )
      let isStream = json.contains("event-stream")
      self.method = isStream ? .head : method == "post" ? .post : .get
    }
  }

  private func operations() throws -> [Operation] {
    let json = try JSONSerialization.jsonObject(with: Data(OpenAPIDocument.text.utf8))
    let document = try #require(json as? [String: Any])
    let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
    return try paths.sorted { $0.key < $1.key }.flatMap { path, operations in
      try operations.sorted { $0.key < $1.key }.map { try Operation($0.key, path, $0.value) }
    }
  }

  /// The columns of the table, each with all credentials that have to be treated alike.
  private static let columns: [(title: String, shown: [AccessTests.Shown])] = [
    ("nothing", [.nothing]),
    (
      "not valid",
      AccessTests.Shown.allCases.filter { $0.environment == nil }.filter {
        $0 != .nothing && $0 != .metricsToken
      }
    ),
    ("production", [.key, .token]), ("sandbox", [.sandboxKey, .sandboxToken]),
    ("metrics token", [.metricsToken]),
  ]

  /// The status of an answer, and the environments that were asked for it.
  private func cell(
    _ operation: Operation,
    _ shown: AccessTests.Shown,
    _ requirement: KeyRequirement
  ) async throws -> String {
    let environments = AccessTests.Environments()
    let answer = try await environments.server(requirement).answer(
      operation.method,
      operation.path,
      headers: shown.headers,
      body: operation.body
    )
    let asked = environments.asked.map(\.rawValue).sorted().map { $0.prefix(1) }.joined()
    return asked.isEmpty ? "\(answer.status.code)" : "\(answer.status.code) \(asked)"
  }

  /// A row for each operation: the status for each column, and `p` and `s` for the environments that were asked.
  private func table(_ requirement: KeyRequirement) async throws -> String {
    var lines = [["", "document"] + Self.columns.map(\.title)]
    for operation in try operations() {
      var line = [operation.name, operation.isOpen ? "open" : "key"]
      for (_, shown) in Self.columns {
        var cells: [String] = []
        for shown in shown {
          let cell = try await cell(operation, shown, requirement)
          if !cells.contains(cell) { cells.append(cell) }
        }
        line.append(cells.joined(separator: " or "))
      }
      lines.append(line)
    }
    let widths = lines[0].indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
    return lines.map { line in
      zip(line, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
        .joined(separator: "  ").trimmingSuffix { $0 == " " }
    }
    .joined(separator: "\n")
  }

  private static let expected = """
                                              document  nothing  not valid  production  sandbox  metrics token
    GET /analytics/live-streams/plays         key       401      401        200 p       200 s    401
    GET /analytics/videos/plays               key       401      401        200 p       200 s    401
    POST /auth/api-key                        open      400      400        400         400      400
    POST /auth/refresh                        open      400      400        400         400      400
    POST /data/batch                          key       401      401        200 p       200 s    401
    GET /data/buckets/play-total/media-id     key       401      401        200 p       200 s    401
    GET /data/buckets/{metric}/{breakdown}    key       401      401        200 p       200 s    401
    GET /data/events                          key       401      401        200 p       200 s    401
    GET /data/histogram/{metric}              key       401      401        200 p       200 s    401
    GET /data/metrics/ccv/live                key       401      401        200 p       200 s    401
    GET /data/metrics/play/total              key       401      401        200 p       200 s    401
    GET /data/metrics/{metric}/{aggregation}  key       401      401        200 p       200 s    401
    GET /data/state                           key       401      401        200 p       200 s    401
    GET /data/timeseries/{metric}             key       401      401        200 p       200 s    401
    GET /health                               key       401      401        200 p       200 s    401
    GET /health/arrival                       key       401      401        200         200      401
    GET /health/live                          open      200      200        200         200      200
    GET /health/ready                         open      200 ps   200 ps     200 ps      200 ps   200 ps
    GET /healthz                              open      200 ps   200 ps     200 ps      200 ps   200 ps
    GET /live                                 key       401      401        200 p       200 s    401
    GET /media                                key       401      401        200 p       200 s    401
    GET /metrics                              key       401      401        200 p       200 s    200 ps
    GET /openapi.json                         open      200      200        200         200      200
    GET /pings/{by}/{id}                      key       401      401        200 p       200 s    401
    GET /problems/{type}                      open      200      200        200         200      200
    POST /sandbox/watch                       open      204      204        204         204      204
    POST /watch                               open      204      204        204         204      204
    """

  @Test(arguments: [KeyRequirement.onceThereAreAny, .always])
  func `each credential opens its environment, and no route another`(
    requirement: KeyRequirement
  ) async throws {
    let table = try await table(requirement)

    #expect(table == Self.expected, "\n\(table)\n")
  }

  @Test func `what the document calls open is open, and nothing else`() async throws {
    for operation in try operations() {
      let cell = try await cell(operation, .nothing, .always)
      #expect(cell.hasPrefix("401") == !operation.isOpen, "\(operation.name)")
    }
  }
}

extension String {
  fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> String {
    var text = self[...]
    while let last = text.last, isTrimmed(last) { text.removeLast() }
    return String(text)
  }
}
