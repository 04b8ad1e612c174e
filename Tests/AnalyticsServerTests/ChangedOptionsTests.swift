import HTTPTypes
import HummingbirdTesting
import QueryCore
import Testing

@testable import AnalyticsServer

@Suite("Options that change while a server runs")
struct ChangedOptionsTests {
  private func options(_ change: (inout ServerOptions) throws -> Void) rethrows -> ServerOptions {
    var options = ServerOptions.patient
    options.readsPerMinute = [.production: 2, .sandbox: 1]
    options.pingsPerAddress = 1
    try change(&options)
    return options
  }

  private static let left: HTTPField.Name = .rateLimitRemaining

  @Test func `limits count on with what was sent before`() async throws {
    let server = server(access: StubAccess(), options: options { _ in })
    try await server.application().test(.router) { client in
      func read() async throws -> TestResponse {
        try await client.execute(uri: "/data/state", method: .get)
      }
      func ping() async throws -> HTTPResponse.Status {
        try await client.execute(uri: "/watch", method: .post).status
      }
      for status in [HTTPResponse.Status.ok, .ok, .tooManyRequests] {
        #expect(try await read().status == status)
      }
      #expect(try await ping() == .noContent)
      #expect(try await ping() == .tooManyRequests)

      server.change(
        to: options {
          $0.readsPerMinute = [.production: 4]
          $0.pingsPerAddress = 2
        }
      )
      let answer = try await read()
      #expect(answer.status == .ok)
      #expect(answer.headers[.rateLimit] == "4")
      #expect(answer.headers[Self.left] == "1")
      #expect(try await ping() == .noContent)
      #expect(try await ping() == .tooManyRequests)

      server.change(to: options { $0.readsPerMinute = [.production: 1] })
      let refused = try await read()
      #expect(refused.status == .tooManyRequests)
      #expect(refused.headers[.rateLimit] == "1")
      #expect(refused.headers[Self.left] == "0")
    }
  }

  @Test func `the token for metrics can be set, changed and taken back`() async throws {
    let server = server(access: StubAccess(), options: options { _ in })
    try await server.application().test(.router) { client in
      func status(_ token: String?) async throws -> HTTPResponse.Status {
        let headers: HTTPFields = token.map { [.authorization: "Bearer \($0)"] } ?? [:]
        return try await client.execute(uri: "/metrics", method: .get, headers: headers).status
      }
      for (set, shown, expected) in [
        (nil, nil, .ok), ("one", nil, .unauthorized), ("one", "one", .ok),
        ("two", "one", .unauthorized), ("two", "two", .ok), (nil, nil, .ok),
      ] as [(String?, String?, HTTPResponse.Status)] {
        server.change(to: options { $0.metricsToken = set })
        let answered = try await status(shown)
        #expect(answered == expected, "\(set ?? "none"), \(shown ?? "nothing")")
      }
    }
  }

  @Test func `pages are let in and shut out, on connections that are open too`() async throws {
    let page = "https://www.example.com"
    try await LiveServer.run(options: options { $0.pingsPerAddress = 100 }) { server in
      func origins() async throws -> [String?] {
        var found: [String?] = []
        for head in ["POST /watch", "GET /data/state"] {
          let answer = try await server.exchange(
            "\(head) HTTP/1.1\r\nHost: x\r\nOrigin: \(page)\r\nContent-Length: 0\r\n\r\n"
          )
          let name = "access-control-allow-origin: "
          let line = answer.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name) }
          found.append(line.map { String($0.dropFirst(name.count)) })
        }
        return found
      }
      #expect(try await origins() == ["*", nil])
      server.application.change(
        to: try options {
          $0.pageOrigins = try PageOrigins(["https://other.example"])
          $0.dataOrigins = try PageOrigins([page])
        }
      )
      #expect(try await origins() == [nil, page])
      server.application.change(
        to: try options { $0.pageOrigins = try PageOrigins([page]) }
      )
      #expect(try await origins() == [page, nil])
    }
  }

  @Test func `what a server starts with stays`() {
    let current = CurrentOptions(options { _ in })
    current.change(to: options { $0.address = ListenAddress(host: "192.0.2.1", port: 1) })

    #expect(current.atStart.address == ServerOptions.patient.address)
    #expect(current.pingsPerAddress == 1)
  }
}
