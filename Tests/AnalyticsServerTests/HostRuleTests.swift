import QueryCore
import Testing

@testable import AnalyticsServer

@Suite("Host rule")
struct HostRuleTests {
  @Test(arguments: [
    "localhost", "localhost:8080", "LocalHost.", "stats.localhost:80", "127.0.0.1",
    "127.9.9.9:8080", "[::1]", "[::1]:8080", "[::ffff:127.0.0.1]:80",
  ])
  func `names of this machine`(host: String) {
    #expect(HostRule.namesThisMachine(host))
  }

  @Test(arguments: [
    "example.com", "example.com:8080", "localhost.example.com", "notlocalhost",
    "127.0.0.1.example.com", "0.0.0.0:8080", "192.0.2.1", "[::2]", "[::1", "::1", "", ".", ":80",
  ])
  func `other names`(host: String) {
    #expect(!HostRule.namesThisMachine(host))
  }

  @Test func `data that needs no key is answered for this machine only`() async throws {
    try await LiveServer.run { server in
      for path in ["/data/state", "/data/metrics/play/count", "/health/arrival", "/metrics"] {
        let answer = try await server.exchange(get(path, from: "evil.example:\(server.port)"))
        #expect(answer.hasPrefix("HTTP/1.1 421 "), "\(path)")
        #expect(answer.contains("/problems/unknown-host"))
        #expect(answer.contains("evil.example"))
        for host in ["localhost", "127.0.0.1:\(server.port)", ""] {
          let answer = try await server.exchange(get(path, from: host))
          #expect(answer.hasPrefix("HTTP/1.1 200 "), "\(path) \(host)")
        }
      }
    }
  }

  @Test(arguments: ["/health/live", "/healthz", "/problems/unknown-host"])
  func `what tells nothing of data has no host`(path: String) async throws {
    try await LiveServer.run { server in
      let answer = try await server.exchange(get(path, from: "x"))
      #expect(answer.hasPrefix("HTTP/1.1 200 "))
    }
  }

  @Test func `players send pings under any name`() async throws {
    try await LiveServer.run { server in
      let answer = try await server.exchange(
        "POST /watch HTTP/1.1\r\nHost: stats.example.com\r\nContent-Length: 2\r\n\r\n{}"
      )
      #expect(answer.hasPrefix("HTTP/1.1 204 "))
    }
  }

  @Test func `where a key is needed, the host does not matter`() async throws {
    try await LiveServer.run(access: StubAccess(keys: ["key"])) { server in
      let answer = try await server.exchange(get("/data/state", from: "x"))
      #expect(answer.hasPrefix("HTTP/1.1 401 "))
    }
  }

  @Test func `where nobody needs a key, and behind a proxy, the host does not matter`() async throws
  {
    var insecure = ServerOptions.patient
    insecure.keyRequirement = .never
    var proxied = ServerOptions.patient
    proxied.trustedProxies = try TrustedProxies(["127.0.0.1"])

    for options in [insecure, proxied] {
      try await LiveServer.run(options: options) { server in
        let answer = try await server.exchange(get("/data/state", from: "x"))
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
      }
    }
  }
}

private func get(_ path: String, from host: String) -> String {
  "GET \(path) HTTP/1.1\r\nHost: \(host)\r\n\r\n"
}
