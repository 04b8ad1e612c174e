import AnalyticsAPI
import HTTPTypes
import HummingbirdTesting
import PlaybackFacts
import QueryCore
import Testing
import TextAndBytes

@testable import AnalyticsServer

@Suite("Access")
struct AccessTests {
  /// What a request may show.
  enum Shown: String, CaseIterable {
    case nothing, unknownScheme, noBase64, wrongKey, keyAsBearer, keyWithPassword, tokenAsBasic
    case key, token, expiredToken, revokedKey, sandboxKey, sandboxToken, metricsToken

    var field: String? {
      switch self {
      case .nothing: nil
      case .unknownScheme: "Digest \(Base64.text(of: "production key:".utf8))"
      case .noBase64: "Basic production-key:"
      case .wrongKey: basic("another key")
      case .keyAsBearer: "Bearer production key"
      case .keyWithPassword: basic("production key", password: "x")
      case .tokenAsBasic: basic("production token")
      case .key: basic("production key")
      case .token: "bearer  production token"
      case .expiredToken: "Bearer expired token"
      case .revokedKey: basic("revoked key")
      case .sandboxKey: basic("sandbox key")
      case .sandboxToken: "Bearer sandbox token"
      case .metricsToken: "Bearer token of metrics"
      }
    }

    private func basic(_ key: String, password: String = "") -> String {
      "BASIC \(Base64.text(of: "\(key):\(password)".utf8))"
    }

    /// The environment that it opens; nil for none.
    var environment: StoreEnvironment? {
      switch self {
      case .key, .token: .production
      case .sandboxKey, .sandboxToken: .sandbox
      case .nothing, .unknownScheme, .noBase64, .wrongKey, .keyAsBearer, .keyWithPassword,
        .tokenAsBasic, .expiredToken, .revokedKey, .metricsToken:
        nil
      }
    }

    var headers: HTTPFields { field.map { [.authorization: $0] } ?? [:] }
  }

  /// What is asked of an environment beside `/metrics`.
  static let dataRoutes = [
    "/data/metrics/play/count", "/data/buckets/play/country?pageSize=1", "/data/timeseries/play",
    "/data/metrics/play/total", "/data/state", "/media", "/live?limit=1", "/health",
    "/pings/media/vi1",
    "/analytics/videos/plays?from=2024-05-29&to=2024-05-30&dimension=country",
    "/analytics/live-streams/plays?from=2024-05-29&to=2024-05-30&dimension=emittedAt",
  ]

  /// Two environments, of which each notes what is asked of it.
  struct Environments {
    let data = (production: StubAnswering(), sandbox: StubAnswering())
    let source = (production: StubSource(), sandbox: StubSource())
    let access = (
      production: StubAccess(
        keys: ["production key"],
        revokedKeys: ["revoked key"],
        tokens: ["production token": testTime + 1, "expired token": testTime]
      ),
      sandbox: StubAccess(keys: ["sandbox key"], tokens: ["sandbox token": testTime + 1])
    )

    func server(
      _ requirement: KeyRequirement = .onceThereAreAny,
      failuresPerAddress: Int = .max
    ) -> ServerApplication {
      AnalyticsServerTests.server(
        data: data.production,
        source: source.production,
        access: access.production,
        sandboxCollector: StubCollector(),
        sandboxData: data.sandbox,
        sandboxSource: source.sandbox,
        sandboxAccess: access.sandbox,
        options: ServerOptions(
          address: ListenAddress(host: "127.0.0.1", port: 0),
          keyRequirement: requirement,
          metricsToken: "token of metrics",
          failuresPerAddress: failuresPerAddress,
          queryDeadline: .seconds(300)
        )
      )
    }

    /// The environments of which anything was asked.
    var asked: Set<StoreEnvironment> {
      var asked: Set<StoreEnvironment> = []
      if !data.production.queries.isEmpty || !source.production.calls.isEmpty
        || data.production.timesStateWasAsked > 0
      {
        asked.insert(.production)
      }
      if !data.sandbox.queries.isEmpty || !source.sandbox.calls.isEmpty
        || data.sandbox.timesStateWasAsked > 0
      {
        asked.insert(.sandbox)
      }
      return asked
    }
  }

  private func expectRefusal(_ answer: TestResponse, of shown: Shown) throws {
    let problem = try answer.problem()
    #expect(answer.status == .unauthorized)
    #expect(
      problem.kind == (shown == .nothing ? .authenticationRequired : .authenticationFailed)
    )
    #expect(problem.detail == nil && problem.name == nil)
    #expect(
      answer.headers[.wwwAuthenticate]
        == #"Basic realm="playhead", charset="UTF-8", Bearer realm="playhead""#
    )
  }

  @Test(arguments: dataRoutes, Shown.allCases)
  func `a key or token opens its environment, and nothing else opens any`(
    path: String,
    shown: Shown
  ) async throws {
    for requirement in [KeyRequirement.onceThereAreAny, .always] {
      let environments = Environments()
      let answer = try await environments.server(requirement)
        .answer(.get, path, headers: shown.headers)

      if let environment = shown.environment {
        #expect(answer.status == .ok)
        #expect(environments.asked == [environment])
      } else {
        try expectRefusal(answer, of: shown)
        #expect(environments.asked.isEmpty)
      }
    }
  }

  @Test(arguments: Shown.allCases)
  func `a batch and a stream are of the key's environment, and of none without`(
    shown: Shown
  ) async throws {
    for (method, path, body) in [
      (HTTPRequest.Method.post, "/data/batch", #"{"queries":["/data/metrics/play/count"]}"#),
      (.head, "/data/events", ""),
    ] {
      let environments = Environments()
      let answer = try await environments.server()
        .answer(method, path, headers: shown.headers, body: body)

      #expect(answer.status == (shown.environment == nil ? .unauthorized : .ok))
      #expect(environments.asked == Set([shown.environment].compactMap(\.self)))
    }
  }

  @Test(arguments: Shown.allCases)
  func `counts are shown of the key's environment, and of both for their token`(
    shown: Shown
  ) async throws {
    let answer = try await Environments().server()
      .answer(.get, "/metrics", headers: shown.headers)

    if shown == .metricsToken {
      #expect(answer.status == .ok)
      for environment in StoreEnvironment.allCases {
        #expect(answer.text.contains("environment=\"\(environment.rawValue)\""))
      }
    } else if let environment = shown.environment {
      #expect(answer.status == .ok)
      for other in StoreEnvironment.allCases {
        let isShown = answer.text.contains("environment=\"\(other.rawValue)\"")
        #expect(isShown == (other == environment))
      }
    } else {
      try expectRefusal(answer, of: shown)
    }
  }

  @Test(
    arguments: [
      "//data/state", "/data//state", "/data/state/", "/%64ata/state", "/data/%73tate",
      "/data/state?apiKey=production%20key", "/data/metrics/play/count/", "/data/metrics",
      "/data/metrics/../state", "/./data/state", "/data/nothing", "/MEDIA", "/media/", "//health",
      "/metrics/", "/%6detrics", "/live;x",
    ],
    [
      HTTPRequest.Method.get, .head, .post, .put, .delete, .options, .trace, .patch, .connect,
    ]
  )
  func `no spelling and no method shows anything without a key`(
    path: String,
    method: HTTPRequest.Method
  ) async throws {
    let environments = Environments()
    let answer = try await environments.server().answer(method, path)

    let expected: [HTTPResponse.Status] = [.unauthorized, .notFound, .methodNotAllowed]
    #expect((method == .options ? expected + [.noContent] : expected).contains(answer.status))
    #expect(environments.asked.isEmpty)
    #expect(!answer.text.contains("playhead_"))
  }

  @Test func `a HEAD is refused and answered like a GET`() async throws {
    let app = Environments().server()
    for path in Self.dataRoutes {
      let refused = try await app.answer(.head, path)
      #expect(refused.status == .unauthorized)
      #expect(refused.text.isEmpty)
      #expect(refused.headers[.contentLength] != "0")
      #expect(try await app.answer(.head, path, headers: Shown.key.headers).status == .ok)
    }
  }

  @Test func `a wrong question is refused only to those who may ask`() async throws {
    let app = Environments().server()
    let play = "/data/metrics/play/count?from=x"
    for path in ["/data/metrics/nothing/count", play, "/live?limit=0"] {
      #expect(try await app.answer(.get, path).status == .unauthorized)
      #expect(
        try await app.answer(.get, path, headers: Shown.wrongKey.headers).status == .unauthorized
      )
      #expect(
        try await app.answer(.get, path, headers: Shown.key.headers).status == .badRequest
      )
    }
  }

  @Test(arguments: Shown.allCases)
  func `players, load balancers and readers of problems need no key`(shown: Shown) async throws {
    for (method, path, status) in [
      (HTTPRequest.Method.post, "/watch", HTTPResponse.Status.noContent),
      (.post, "/sandbox/watch", .noContent), (.options, "/watch", .noContent),
      (.options, "/sandbox/watch", .noContent), (.get, "/healthz", .ok),
      (.get, "/health/live", .ok), (.get, "/health/ready", .ok),
      (.get, "/problems/authentication-required", .ok),
    ] {
      let answer = try await Environments().server(.always)
        .answer(method, path, headers: shown.headers, body: "{}")
      #expect(answer.status == status, "\(path)")
    }
  }

  @Test func `without any key a server is open, and closes with the first in either environment`()
    async throws
  {
    let access = (production: StubAccess(), sandbox: StubAccess())
    let app = server(
      source: StubSource(),
      access: access.production,
      sandboxCollector: StubCollector(),
      sandboxAccess: access.sandbox
    )
    for path in Self.dataRoutes + ["/metrics", "/health/arrival"] {
      #expect(try await app.answer(.get, path).status == .ok)
      // Whoever has a key set for all servers may ask this one too.
      #expect(try await app.answer(.get, path, headers: Shown.key.headers).status == .ok)
    }
    #expect(try await app.answer(.get, "/metrics").text.contains("sandbox"))

    access.sandbox.create("sandbox key")
    for path in Self.dataRoutes + ["/metrics", "/health/arrival"] {
      #expect(try await app.answer(.get, path).status == .unauthorized)
      #expect(try await app.answer(.get, path, headers: Shown.key.headers).status == .unauthorized)
    }
    access.sandbox.revoke("sandbox key")
    #expect(try await app.answer(.get, "/data/state").status == .unauthorized)
  }

  @Test func `where others listen too, a server without keys shows nothing`() async throws {
    let app = server(
      source: StubSource(),
      access: StubAccess(),
      options: ServerOptions(
        address: ListenAddress(host: "0.0.0.0", port: 0),
        keyRequirement: .always,
        queryDeadline: .seconds(300)
      )
    )
    for path in Self.dataRoutes + ["/metrics", "/health/arrival"] {
      #expect(try await app.answer(.get, path).status == .unauthorized)
    }
  }

  @Test func `a server that is open to everybody still knows keys`() async throws {
    let environments = Environments()
    let app = environments.server(.never)
    #expect(try await app.answer(.get, "/data/state").status == .ok)
    #expect(environments.asked == [.production])
    #expect(try await app.answer(.get, "/metrics").text.contains("sandbox"))

    let other = Environments()
    let answer = try await other.server(.never)
      .answer(.get, "/data/state", headers: Shown.sandboxKey.headers)
    #expect(answer.status == .ok)
    #expect(other.asked == [.sandbox])
    #expect(
      try await app.answer(.get, "/data/state", headers: Shown.wrongKey.headers).status
        == .unauthorized
    )
  }

  @Test func `counts whose token is set are asked for it before there are keys`() async throws {
    let app = server(
      access: StubAccess(),
      options: ServerOptions(
        address: ListenAddress(host: "127.0.0.1", port: 0),
        metricsToken: "token of metrics",
        queryDeadline: .seconds(300)
      )
    )
    #expect(try await app.answer(.get, "/metrics").status == .unauthorized)
    let wrong = try await app.answer(.get, "/metrics", headers: Shown.token.headers)
    #expect(wrong.status == .unauthorized)
    let right = try await app.answer(.get, "/metrics", headers: Shown.metricsToken.headers)
    #expect(right.status == .ok)
    #expect(try await app.answer(.get, "/data/state").status == .ok)
  }

  @Test func `keys that can't be read open nothing`() async throws {
    let lost = StubAccess(failure: .unavailable(reason: "/secret/path", publicReason: "No disk."))
    let app = server(source: StubSource(), access: lost)
    for path in Self.dataRoutes + ["/metrics", "/health/arrival"] {
      for shown in [Shown.nothing, .key] {
        let answer = try await app.answer(.get, path, headers: shown.headers)
        #expect(answer.status == .serviceUnavailable)
        #expect(try answer.problem().detail == "No disk.")
      }
    }
  }

  @Test func `what is not valid is counted, and too much of it has to wait`() async throws {
    try await Environments().server(failuresPerAddress: 2).application().test(.router) { client in
      func status(_ shown: Shown) async throws -> HTTPResponse {
        let answer = try await client.execute(
          uri: "/data/state",
          method: .get,
          headers: shown.headers
        )
        return HTTPResponse(status: answer.status, headerFields: answer.headers)
      }
      for shown in [Shown.wrongKey, .revokedKey] {
        #expect(try await status(shown).status == .unauthorized)
      }
      let refused = try await status(.expiredToken)
      #expect(refused.status == .tooManyRequests)
      #expect(refused.headerFields[.retryAfter] == "3")
      // Others behind the same address have valid keys, or none to try.
      #expect(try await status(.key).status == .ok)
      #expect(try await status(.nothing).status == .unauthorized)
      let metrics = try await client.execute(
        uri: "/metrics",
        method: .get,
        headers: Shown.metricsToken.headers
      )
      #expect(metrics.text.contains("\nplayhead_refused_credentials_total 3\n"))
    }
  }
}
