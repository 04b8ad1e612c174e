import HTTPTypes
import HummingbirdTesting
import Testing

@testable import AnalyticsServer

@Suite("Origins of pages")
struct PageOriginsTests {
  private func app() throws -> ServerApplication {
    server(
      options: ServerOptions(
        address: ListenAddress(host: "127.0.0.1", port: 0),
        pageOrigins: try PageOrigins(["https://www.example.com", "http://localhost:3000"]),
        queryDeadline: .seconds(300)
      )
    )
  }

  @Test(
    arguments: [
      ("https://www.example.com", true), ("http://localhost:3000", true),
      ("https://example.com", false), ("https://www.example.com.evil.org", false),
      ("http://www.example.com", false), ("null", false), (nil, false),
    ] as [(String?, Bool)]
  )
  func `only pages that are listed may read, and all may send`(
    origin: String?,
    isListed: Bool
  ) async throws {
    let headers: HTTPFields = origin.map { [.origin: $0] } ?? [:]
    for (method, path) in [
      (HTTPRequest.Method.post, "/watch"), (.options, "/watch"), (.post, "//watch/"),
    ] {
      let answer = try await app().answer(method, path, headers: headers, body: "{}")
      #expect(answer.status == .noContent)
      #expect(answer.headers[.accessControlAllowOrigin] == (isListed ? origin : nil))
      #expect(answer.headers[.vary] == "Origin")
    }
    let data = try await app().answer(.get, "/data/state", headers: headers)
    #expect(data.headers[.accessControlAllowOrigin] == nil)
  }

  @Test func `pings that are answered on their connection have the same fields`() async throws {
    var options = ServerOptions.patient
    options.pageOrigins = try PageOrigins(["https://www.example.com"])
    try await LiveServer.run(options: options) { server in
      for origin in ["https://www.example.com", "https://example.org"] {
        let answer = try await server.exchange(
          "POST /watch HTTP/1.1\r\nHost: x\r\nOrigin: \(origin)\r\nContent-Length: 2\r\n\r\n{}"
        )
        .lowercased()
        #expect(answer.hasPrefix("http/1.1 204 "))
        #expect(answer.contains("\r\nvary: origin\r\n"))
        let isAllowed = answer.contains("\r\naccess-control-allow-origin: \(origin)\r\n")
        #expect(isAllowed == (origin == "https://www.example.com"))
        #expect(isAllowed == answer.contains("access-control-allow-origin"))
      }
    }
  }

  private func dataApp() throws -> ServerApplication {
    server(
      source: StubSource(),
      access: StubAccess(keys: ["key"]),
      options: ServerOptions(
        address: ListenAddress(host: "127.0.0.1", port: 0),
        dataOrigins: try PageOrigins(["https://www.example.com"]),
        queryDeadline: .seconds(300)
      )
    )
  }

  static let readPaths = [
    "/data/metrics/play/count", "/data/state", "/data/batch", "/data/events", "/media", "/live",
    "/health", "/analytics/videos/plays", "/auth/api-key", "/data/nothing",
  ]

  @Test(arguments: readPaths)
  func `a browser that asks first is told what a listed page may send`(path: String) async throws {
    for (origin, isListed) in [("https://www.example.com", true), ("https://example.com", false)] {
      let answer = try await dataApp().answer(
        .options,
        path,
        headers: [
          .origin: origin, .accessControlRequestMethod: "GET",
          .accessControlRequestHeaders: "authorization,if-none-match",
        ]
      )
      #expect(answer.headers[.vary]?.contains("Origin") == true)
      #expect(answer.headers[.accessControlAllowOrigin] == (isListed ? origin : nil))
      guard isListed else {
        #expect(answer.headers[.accessControlAllowMethods] == nil)
        continue
      }
      #expect(answer.status == .noContent)
      let allowed = answer.headers[.accessControlAllowHeaders] ?? ""
      #expect(allowed.contains("Authorization") && allowed.contains("If-None-Match"))
      #expect(answer.headers[.accessControlAllowMethods] == "GET, HEAD, POST, OPTIONS")
    }
  }

  @Test func `a listed page may read answers and refusals, with the fields it needs`() async throws
  {
    let origin = "https://www.example.com"
    for (headers, status) in [
      ([.origin: origin], .unauthorized),
      ([.origin: origin, .authorization: "Basic a2V5Og=="], .ok),
    ] as [(HTTPFields, HTTPResponse.Status)] {
      let answer = try await dataApp().answer(.get, "/data/state", headers: headers)
      #expect(answer.status == status)
      #expect(answer.headers[.accessControlAllowOrigin] == origin)
      let exposed = answer.headers[.accessControlExposeHeaders] ?? ""
      for name in ["X-RateLimit-Limit", "X-RateLimit-Remaining", "ETag", "Link", "Retry-After"] {
        #expect(exposed.contains(name))
      }
      #expect(Set(answer.headers[values: .vary]).isSuperset(of: ["Authorization", "Origin"]))
    }
    let other = try await dataApp().answer(.get, "/data/state", headers: [.origin: "null"])
    #expect(other.headers[.accessControlAllowOrigin] == nil)
    let ping = try await dataApp().answer(.post, "/watch", headers: [.origin: origin], body: "{}")
    #expect(ping.headers[.accessControlAllowOrigin] == "*")
  }

  @Test func `without listed pages, none reads data`() async throws {
    let headers: HTTPFields = [
      .origin: "https://www.example.com", .accessControlRequestMethod: "GET",
    ]
    for method in [HTTPRequest.Method.get, .options] {
      let answer = try await server().answer(method, "/data/state", headers: headers)
      #expect(answer.headers[.accessControlAllowOrigin] == nil)
      #expect(answer.headers[values: .vary].contains("Origin") == false)
    }
  }

  @Test(
    arguments: [
      "example.com", "https://", "https://example.com/", "https://example.com/page", "*",
      "https://*.example.com", "ftp://example.com", "https://a b",
    ]
  )
  func `what is no origin is refused`(text: String) {
    #expect(throws: ServerError.invalidOrigin(text)) { try PageOrigins([text]) }
  }
}
