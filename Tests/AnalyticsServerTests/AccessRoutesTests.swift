import AnalyticsAPI
import Foundation
import HTTPTypes
import HummingbirdTesting
import PlaybackFacts
import QueryCore
import Testing

@testable import AnalyticsServer

@Suite("Routes of tokens")
struct AccessRoutesTests {
  /// What the server answers, in the names of the API.
  private struct Tokens: Decodable {
    let token_type: String
    let expires_in: Int
    let access_token: String
    let refresh_token: String
  }

  private let access = (
    production: StubAccess(keys: ["production key"]), sandbox: StubAccess(keys: ["sandbox key"])
  )
  private let data = (production: StubAnswering(), sandbox: StubAnswering())

  private var app: ServerApplication {
    server(
      data: data.production,
      access: access.production,
      sandboxCollector: StubCollector(),
      sandboxData: data.sandbox,
      sandboxAccess: access.sandbox,
      options: ServerOptions(
        address: ListenAddress(host: "127.0.0.1", port: 0),
        failuresPerAddress: 100,
        queryDeadline: .seconds(300)
      )
    )
  }

  private func tokens(_ path: String, _ body: String) async throws -> Tokens {
    let answer = try await app.answer(.post, path, body: body)
    #expect(answer.status == .ok)
    #expect(answer.headers[.cacheControl] == "no-store")
    #expect(answer.headers[.contentType] == "application/json")
    return try JSONDecoder().decode(Tokens.self, from: Data(answer.text.utf8))
  }

  private func bearer(_ tokens: Tokens) -> HTTPFields {
    [.authorization: "\(tokens.token_type) \(tokens.access_token)"]
  }

  @Test func `a body may begin with a byte order mark`() async throws {
    let first = try await tokens("/auth/api-key", "\u{feff}{\"apiKey\":\"sandbox key\"}")

    #expect(first.token_type == "Bearer")
  }

  @Test func `a key gets tokens of its environment, and these get new ones`() async throws {
    let first = try await tokens("/auth/api-key", #"{"apiKey":"sandbox key"}"#)
    #expect(first.token_type == "Bearer")
    #expect(first.expires_in == 3600)
    let path = "/data/metrics/play/count"
    #expect(try await app.answer(.get, path, headers: bearer(first)).status == .ok)
    #expect(data.production.queries.isEmpty)
    #expect(data.sandbox.queries.count == 1)

    let body = #"{"refreshToken":"\#(first.refresh_token)"}"#
    let second = try await tokens("/auth/refresh", body)
    #expect(second.access_token != first.access_token)
    #expect(try await app.answer(.get, path, headers: bearer(second)).status == .ok)
    #expect(data.sandbox.queries.count == 2)
    #expect(try await app.answer(.post, "/auth/refresh", body: body).status == .badRequest)
  }

  @Test(
    arguments: [
      ("/auth/api-key", #"{"apiKey":"another key"}"#), ("/auth/api-key", #"{"apiKey":""}"#),
      ("/auth/refresh", #"{"refreshToken":"production key"}"#),
    ]
  )
  func `a wrong key or token is refused in the same words`(
    path: String,
    body: String
  ) async throws {
    let answer = try await app.answer(.post, path, body: body)
    #expect(answer.status == .badRequest)
    let problem = try answer.problem()
    #expect(problem.title == "The user credentials were incorrect.")
    #expect(problem.kind == .invalidCredentials)
  }

  @Test(
    arguments: [
      ("/auth/api-key", "", "apiKey"), ("/auth/api-key", "{}", "apiKey"),
      ("/auth/api-key", #"{"apiKey":7}"#, "apiKey"), ("/auth/api-key", "[[[[", "apiKey"),
      ("/auth/api-key", String(repeating: "[", count: 60_000), "apiKey"),
      ("/auth/refresh", #"{"apiKey":"production key"}"#, "refreshToken"),
    ]
  )
  func `a body that has none is refused with its name`(
    path: String,
    body: String,
    name: String
  ) async throws {
    let answer = try await app.answer(.post, path, body: body)
    #expect(answer.status == .badRequest)
    let problem = try answer.problem()
    #expect(problem.kind == .invalidAttribute)
    #expect(problem.name == name)
  }

  @Test func `a body that is too long is refused`() async throws {
    let body = String(repeating: "x", count: 70_000)
    #expect(try await app.answer(.post, "/auth/api-key", body: body).status == .contentTooLarge)
  }

  @Test func `there is nothing to get under the routes of tokens`() async throws {
    for path in ["/auth/api-key", "/auth/refresh"] {
      #expect(try await app.answer(.get, path).status == .methodNotAllowed)
    }
    #expect(try await app.answer(.get, "/auth").status == .notFound)
  }
}
