import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing

@Suite("playhead keys")
struct KeyTests {
  /// Creates a key and returns it; all that is on the standard output.
  private func create(_ world: World, _ arguments: String...) async throws -> String {
    let outcome = try await world.run(["keys", "create"] + arguments)
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.errorLines.count == 1, "\(outcome.error)")
    #expect(outcome.error.contains("can't be shown again"))
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.count == 1)
    return String(try #require(lines.first))
  }

  private func status(_ url: String, key: String? = nil, bearer: String? = nil) async throws -> UInt
  {
    var request = HTTPClientRequest(url: url)
    if let key { request.setBasicAuth(username: key, password: "") }
    if let bearer { request.headers.add(name: "Authorization", value: "Bearer \(bearer)") }
    return try await HTTPClient.shared.execute(request, timeout: .seconds(300)).status.code
  }

  /// Asks until a server has taken notice, which has a second for it.
  private func wait(
    for status: UInt,
    _ url: String,
    key: String? = nil
  ) async throws {
    let start = ContinuousClock.now
    while try await self.status(url, key: key) != status {
      // A busy machine may take longer to start a process, not to notice.
      try #require(ContinuousClock.now - start < .seconds(300), "\(url) never was \(status)")
    }
  }

  @Test func `a key is created, listed without itself, and revoked by name or number`()
    async throws
  {
    try await World.with { world in
      let wall = try await create(world, "wall display", "--expires", "90d")
      let second = try await create(world, "second")
      #expect(wall.hasPrefix("playhead_production_"))

      let list = try await world.output("keys", "list")
      let rows = list.split(separator: "\n")
      #expect(rows.count == 3)
      #expect(rows[0].split(separator: " ").prefix(3) == ["ID", "NAME", "STATE"])
      #expect(rows[1].contains("wall display  active"))
      #expect(rows[2].contains("second        active"))
      #expect(rows[2].split(separator: " ").filter { $0 == "never" }.count == 2)
      #expect(!list.contains(wall) && !list.contains(second))

      let again = try await world.run("keys", "create", "second")
      #expect(again.code == 1)
      #expect(again.output.isEmpty)
      #expect(again.errorLines.count == 1)
      let revoked = try await world.output("keys", "revoke", "wall display")
      #expect(revoked == "revoked 'wall display' (1)\n")
      #expect(try await world.output("keys", "revoke", "2") == "revoked 'second' (2)\n")
      let gone = try await world.run("keys", "revoke", "second")
      #expect(gone.code == 1)
      #expect(
        gone.error == "playhead: there is no active key 'second'; 'playhead keys list' shows all\n"
      )
      #expect(try await world.output("keys", "list").split(separator: "revoked").count == 3)
    }
  }

  @Test func `each environment has its own keys`() async throws {
    try await World.with { world in
      let sandbox = try await create(world, "s", "--environment", "sandbox")
      #expect(sandbox.hasPrefix("playhead_sandbox_"))
      #expect(try await world.run("keys", "list").code == 1)
      let list = try await world.output("keys", "list", "--environment", "sandbox")
      #expect(list.split(separator: "\n").count == 2)
      #expect(try await world.run("keys", "revoke", "s").code == 1)
    }
  }

  @Test func `a server that runs takes notice of keys, and the screens use them`() async throws {
    try await World.with { world in
      try await world.fill()
      let ended = try await world.serve("--metrics-token", "a-token-of-metrics") { url in
        let plays = "\(url)/data/metrics/play/count"
        #expect(try await status(plays) == 200)
        let open = try await world.run("query", "metrics", "play", "count", "--remote", url)
        #expect(open.code == 0)

        let key = try await create(world, "wall")
        try await wait(for: 401, plays)
        #expect(try await status(plays, key: key) == 200)
        for path in [
          "/data/state", "/media", "/live", "/health", "/metrics", "/pings/media/vi1",
        ] {
          #expect(try await status(url + path) == 401, "\(path)")
          #expect(try await status(url + path, key: "wrong") == 401, "\(path)")
          #expect(try await status(url + path, key: key) == 200, "\(path)")
        }
        #expect(try await status(url + "/metrics", bearer: "a-token-of-metrics") == 200)
        #expect(try await status(url + "/data/state", bearer: "a-token-of-metrics") == 401)
        #expect(try await status(url + "/healthz") == 200)
        #expect(try await HTTPAnswer.post("{}", to: url + "/watch").status == 400)

        for command in [
          "query metrics play count", "dash --once --view media", "media list", "why p0",
        ] {
          let words = command.words + ["--remote", url]
          let none = try await world.run(words)
          #expect(none.code == 1)
          #expect(
            none.error
              == "playhead: \(url) asks for an API key; set it with --api-key or PLAYHEAD_API_KEY\n"
          )
          let wrong = try await world.run(words + ["--api-key", "wrong"])
          #expect(wrong.code == 1)
          #expect(wrong.error.hasPrefix("playhead: \(url) refuses the API key; "), "\(wrong.error)")
          let right = try await world.run(words + ["--api-key", key])
          #expect(right.code == 0, "\(right.error)")
          let fromVariable = try await world.shell(
            "PLAYHEAD_API_KEY=\(key) playhead \(command) --remote \(url)"
          )
          #expect(fromVariable.code == 0, "\(fromVariable.error)")
        }
        let question = "query metrics play count".words
        let local = try await world.run(question).output
        let remote = try await world.run(question + ["--remote", url, "--api-key", key])
        #expect(remote.output == local)

        let sandboxKey = try await create(world, "tests", "--environment", "sandbox")
        let sandbox = try await world.run(question + ["--remote", url, "--api-key", sandboxKey])
        #expect(sandbox.code == 0 && sandbox.output != local)

        _ = try await world.output("keys", "revoke", "wall")
        try await wait(for: 401, plays, key: key)
        #expect(try await status(plays) == 401)
        #expect(try await status(plays, key: sandboxKey) == 200)
      }
      #expect(ended.code == 0)
      #expect(ended.errorLines.count == 1, "\(ended.error)")
      // When the server has ended, all it knew of uses is written.
      let rows = try await world.output("keys", "list").split(separator: "\n")
      #expect(rows.count == 2)
      #expect(!rows[1].hasSuffix("never"))
    }
  }

  @Test func `tokens are issued for a key, outlive the server, and are refreshed`() async throws {
    struct Tokens: Decodable { let access_token, refresh_token: String }
    func issue(_ url: String, _ body: String) async throws -> Tokens {
      let answer = try await HTTPAnswer.post(body, to: url)
      #expect(answer.status == 200, "\(answer.body)")
      return try JSONDecoder().decode(Tokens.self, from: Data(answer.body.utf8))
    }
    try await World.with { world in
      let key = try await create(world, "client")
      var first: Tokens?
      try await world.serve { url in
        first = try await issue("\(url)/auth/api-key", #"{"apiKey":"\#(key)"}"#)
        #expect(try await status("\(url)/data/state", bearer: first?.access_token) == 200)
        #expect(try await status("\(url)/data/state", bearer: first?.refresh_token) == 401)
      }
      let tokens = try #require(first)
      try await world.serve { url in
        #expect(try await status("\(url)/data/state", bearer: tokens.access_token) == 200)
        // As behind a load balancer: what one server issues, the other knows.
        try await world.serve { other in
          let second = try await issue(
            "\(url)/auth/refresh",
            #"{"refreshToken":"\#(tokens.refresh_token)"}"#
          )
          #expect(try await status("\(other)/data/state", bearer: second.access_token) == 200)
        }
        let wrong = try await HTTPAnswer.post(#"{"apiKey":"x"}"#, to: "\(url)/auth/api-key")
        #expect(wrong.status == 400)
        #expect(wrong.body.contains(#""title":"The user credentials were incorrect.""#))
      }
    }
  }

  @Test func `other machines are let in with a key`() async throws {
    try await World.with { world in
      let refused = try await world.run("serve", "--listen", "0.0.0.0:0")
      #expect(refused.code == 2)
      #expect(
        refused.error
          == "playhead: other machines can reach 0.0.0.0:0, which needs an API key; "
          + "create one with 'playhead keys create NAME' or pass --insecure\n"
      )
      // A server that was refused has made nothing.
      #expect(try await world.run("keys", "list").code == 1)

      let key = try await create(world, "wall")
      try await world.serve("--listen", "0.0.0.0:0") { url in
        let url = url.replacing("0.0.0.0", with: "127.0.0.1")
        let (none, right) = (
          try await status("\(url)/data/state"), try await status("\(url)/data/state", key: key)
        )
        #expect(none == 401 && right == 200)
      }
      try await world.serve("--listen", "0.0.0.0:0", "--insecure") { url in
        let url = url.replacing("0.0.0.0", with: "127.0.0.1")
        let (none, wrong) = (
          try await status("\(url)/data/state"), try await status("\(url)/data/state", key: "wrong")
        )
        #expect(none == 200 && wrong == 401)
      }
    }
  }

  @Test func `the command that makes a key names the store`() async throws {
    try await World.with { world in
      let store = world.path("my store.db")
      let refused = try await world.run("serve", "--listen", ":0", "--store", store)
      #expect(refused.error.contains("playhead keys create NAME --store '\(store)'"))
    }
  }

  @Test(
    arguments: [
      ("keys create", "Missing expected argument '<name>'"),
      ("keys create 7", "'7' is not a name"),
      ("keys create wall --expires soon", "--expires 'soon' is not a time in the future"),
      (
        "keys create wall --expires 2020-01-01",
        "--expires '2020-01-01' is not a time in the future"
      ),
      ("keys revoke", "Missing expected argument '<name>'"),
    ]
  )
  func `a mistake in a command line is told with the usage`(
    line: String,
    sentence: String
  ) async throws {
    try await World.with { world in
      let outcome = try await world.run(line.words)
      #expect(outcome.code == 2)
      #expect(outcome.error.contains(sentence), "\(outcome.error)")
    }
  }

  @Test(
    arguments: [
      ("metrics-token = \"short\"", "metrics-token 'short'"),
      ("allow-origin = \"example.com\"", "'example.com' is not an origin of pages"),
    ]
  )
  func `what a server can't use is told before it listens`(
    text: String,
    sentence: String
  ) async throws {
    try await World.with { world in
      try world.write(text, to: "config/playhead/config.toml")
      let outcome = try await world.run("serve", "--listen", "127.0.0.1:0")
      #expect(outcome.code == 1)
      #expect(outcome.errorLines.count == 1)
      #expect(outcome.error.contains(sentence), "\(outcome.error)")
    }
  }

  @Test func `the settings in force hide what opens something`() async throws {
    try await World.with { world in
      let outcome = try await world.shell(
        "PLAYHEAD_API_KEY=secret-key PLAYHEAD_METRICS_TOKEN=secret-token-of-metrics playhead config"
      )
      #expect(outcome.code == 0)
      #expect(!outcome.output.contains("secret"))
      #expect(outcome.output.split(separator: "(hidden)").count == 3)
    }
  }
}
