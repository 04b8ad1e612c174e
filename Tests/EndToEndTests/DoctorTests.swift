import AnalyticsAPI
import AnalyticsClient
import AnalyticsSource
import Foundation
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@testable import playhead

@Suite("playhead doctor")
struct DoctorTests {
  private static func levels(_ json: String) throws -> [String: String] {
    struct Line: Decodable {
      let check: String
      let level: String
      let text: String
      let advice: String?
    }
    let lines = try JSONDecoder().decode([Line].self, from: Data(json.utf8))
    #expect(lines.allSatisfy { ($0.advice == nil) == ($0.level == "ok") && !$0.text.isEmpty })
    return Dictionary(lines.map { ($0.check, $0.level) }) { max($0, $1) }
  }

  @Test func `a set-up in use has a line for each check`() async throws {
    try await World.with { world in
      try await world.fill()
      let key = try await world.run("keys", "create", "mine")
      #expect(key.code == 0)
      let secret = key.output.trimmingCharacters(in: .whitespacesAndNewlines)
      try await world.serve { url in
        let address = String(url.dropFirst("http://".count))
        let outcome = try await world.run(
          "doctor",
          "--listen",
          address,
          "--url",
          url,
          "--api-key",
          secret,
          "--format",
          "json"
        )

        #expect(outcome.error.isEmpty)
        var levels = try Self.levels(outcome.output)
        // Of these, the machine that runs the tests decides.
        for check in ["clock", "disk", "open files"] {
          #expect(levels.removeValue(forKey: check) != nil)
        }
        #expect(
          levels == [
            "settings": "ok", "store": "ok", "countries": "ok", "keys": "ok", "sandbox": "ok",
            "server": "ok", "public URL": "ok", "proxy": "ok",
          ]
        )
      }
    }
  }

  @Test func `errors exit with 1, and each line says what to do`() async throws {
    try await World.with { world in
      let file = try world.write("thmee = \"dark\"\n", to: "config/playhead/config.toml")
      let outcome = try await world.run(
        "doctor",
        "--listen",
        "0.0.0.0:1",
        "--url",
        "http://127.0.0.1:1/stats"
      )
      let lines = outcome.output.split(separator: "\n")

      #expect(outcome.code == 1)
      for (level, check, text) in [
        ("error", "settings", "\(file): there is no setting 'thmee'"),
        ("warning", "store", "there is none at "),
        ("error", "keys", "other machines can reach 0.0.0.0:1; create one with"),
        ("warning", "server", "http://127.0.0.1:1 can't be reached: "),
        ("error", "public URL", "http://127.0.0.1:1/stats can't be reached: "),
      ] {
        #expect(
          lines.contains { line in
            line.hasPrefix(level) && line.split(separator: "  ").contains { $0.contains(check) }
              && line.contains(text)
          },
          "\(check): \(outcome.output)"
        )
      }
      #expect(lines.allSatisfy { $0.hasPrefix("ok ") || $0.contains("; ") })
    }
  }

  @Test func `settings that no server would start with are named, each once`() async throws {
    try await World.with { world in
      try world.write(
        "read-limit = \"many\"\nlog-format = \"xml\"\n",
        to: "config/playhead/config.toml"
      )
      let outcome = try await world.run("doctor", "--base-path", "/data")
      let lines = outcome.output.split(separator: "\n")

      #expect(outcome.code == 1)
      #expect(outcome.error.isEmpty)
      #expect(lines.filter { $0.hasPrefix("error  ") }.count == 2, "\(outcome.output)")
      #expect(lines.contains { $0.contains("log-format 'xml' (") && $0.contains("; mend it") })
      #expect(lines.contains { $0.contains("  clock  ") })
    }
  }

  @Test func `a certificate is judged, and a server with one is asked`() async throws {
    try await World.with { world in
      let (chain, key) = (world.path("chain.pem"), world.path("key.pem"))
      let missing = Settings(
        options: [.tlsCert: chain, .tlsKey: key],
        variables: ["HOME": world.path("")]
      )
      #expect(DoctorCommand.certificate(missing, at: .now)?.level == .error)
      #expect(
        DoctorCommand.certificate(Settings(options: [.tlsCert: chain], variables: [:]), at: .now)?
          .text.contains("--tls-key") == true
      )
      #expect(DoctorCommand.certificate(Settings(options: [:], variables: [:]), at: .now) == nil)
      #if TLS
        try world.write(TestCertificate.chain, to: "chain.pem")
        try world.write(TestCertificate.key, to: "key.pem")
        let expiry = Timestamp(seconds: 4_733_510_400)
        func level(daysBefore days: Int64) -> Finding.Level? {
          DoctorCommand.certificate(missing, at: expiry - days * Milliseconds.day)?.level
        }
        #expect(level(daysBefore: 30) == .ok)
        #expect(level(daysBefore: 13) == .warning)
        #expect(level(daysBefore: 0) == .error)

        try await world.serve("--tls-cert", chain, "--tls-key", key) { url in
          #expect(url.hasPrefix("https://"))
          let outcome = try await world.run(
            "doctor",
            "--listen",
            String(url.dropFirst("https://".count)),
            "--url",
            url,
            "--tls-cert",
            chain,
            "--tls-key",
            key
          )
          let lines = outcome.output.split(separator: "\n")
          #expect(lines.contains { $0.hasPrefix("ok") && $0.contains("ready at \(url)") })
          // Its name is not that of the certificate, which nobody here trusts.
          #expect(outcome.code == 1)
          #expect(lines.contains { $0.hasPrefix("error") && $0.contains("public URL") })
        }
      #else
        let outcome = try await world.run("doctor", "--url", "https://stats.example.com")
        #expect(outcome.output.contains("can't be asked: this playhead is built without TLS"))
      #endif
    }
  }

  @Test func `an address that is none is wrong usage`() async throws {
    try await World.with { world in
      let outcome = try await world.run("doctor", "--url", "stats.example.com")

      #expect(outcome.code == 2)
      #expect(outcome.error.contains("https://stats.example.com"))
    }
  }

  // MARK: - Single checks

  private static func answer(_ connection: String, _ sender: String, _ fields: [String: String])
    -> ServerProbe.Answer
  {
    let arrival = Arrival(connection: connection, sender: sender, fields: fields)
    return ServerProbe.Answer(status: 200, body: String(decoding: arrival.json(), as: UTF8.self))
  }

  @Test(arguments: [
    (
      answer("127.0.0.1", "203.0.113.9", ["x-forwarded-for": "203.0.113.9"]), false,
      Finding.Level.ok
    ),
    (answer("127.0.0.1", "127.0.0.1", ["x-forwarded-for": "203.0.113.9"]), false, .warning),
    (answer("127.0.0.1", "127.0.0.1", [:]), false, .warning),
    (answer("127.0.0.1", "127.0.0.1", [:]), true, .ok),
    (answer("203.0.113.9", "203.0.113.9", [:]), false, .ok),
    (ServerProbe.Answer(status: 401, body: "{}"), false, .warning),
    (ServerProbe.Answer(status: 404, body: "{}"), false, .warning),
  ])
  func `what arrives through a proxy is judged`(
    answer: ServerProbe.Answer,
    isLocal: Bool,
    level: Finding.Level
  ) {
    let finding = ServerChecks.proxy(answer, isLocal: isLocal)

    #expect(finding.level == level, "\(finding)")
    #expect((finding.advice == nil) == (level == .ok))
  }

  @Test func `a disk is judged by what is free and what will be needed`() {
    let gigabyte = 1_000_000_000
    let total = 100 * gigabyte
    #expect(MachineChecks.disk(free: gigabyte / 10, total: total, growth: 0).level == .error)
    #expect(
      MachineChecks.disk(free: gigabyte, total: total, growth: 2 * gigabyte).level == .warning
    )
    let growing = MachineChecks.disk(
      free: gigabyte,
      total: total,
      growth: 2 * gigabyte,
      daily: gigabyte / 40
    )
    #expect(growing.text.hasSuffix("will grow by 2.0 GB, and fill the disk in 40 d"))
    #expect(MachineChecks.disk(free: 3 * gigabyte, total: total, growth: 2 * gigabyte).level == .ok)
    #expect(MachineChecks.disk(of: "/dev/null/a/playhead.db", growth: 0).level == .error)
    // A server makes folders that are not there yet.
    for path in ["/playhead.db", "/nonexistent/a/playhead.db", "playhead.db", "none/playhead.db"] {
      #expect(MachineChecks.disk(of: path, growth: 0).text.contains(" free"), "\(path)")
    }
  }

  @Test func `clock and limits are judged`() {
    #expect(MachineChecks.clock(isSynchronized: true).level == .ok)
    #expect(MachineChecks.clock(isSynchronized: false).level == .warning)
    #expect(MachineChecks.openFiles(limit: 1024).level == .warning)
    #expect(MachineChecks.openFiles(limit: 65_536).level == .ok)
  }

  @Test func `keys that end soon, or none that is left, are told of`() {
    let now = Timestamp(seconds: 1_716_981_307)
    func key(_ expiry: Timestamp?, isRevoked: Bool = false) -> APIKey {
      APIKey(
        id: 1,
        name: "wall",
        createdAt: now - Milliseconds.day,
        expiresAt: expiry,
        revokedAt: isRevoked ? now : nil
      )
    }
    func level(_ keys: [APIKey]) -> Finding.Level? {
      StoreChecks.keys(keys, of: .production, now: now).first?.level
    }

    #expect(level([]) == nil)
    #expect(level([key(nil)]) == .ok)
    #expect(level([key(now + 20 * Milliseconds.day)]) == .ok)
    #expect(level([key(now + 2 * Milliseconds.day), key(nil)]) == .warning)
    #expect(level([key(now - 1), key(nil, isRevoked: true)]) == .error)
  }

  @Test func `countries that can't be looked up are told of`() async throws {
    try await World.with { world in
      let broken = try world.write("no database", to: "a.mmdb")
      #expect(DoctorCommand.countries(.mmdb(broken)).level == .error)
      #expect(
        DoctorCommand.countries(.text(v4: "/none", v6: "/none", mayBeMissing: true)).level
          == .warning
      )
      #expect(DoctorCommand.countries(.mmdb(world.path("countries.mmdb"))).level == .ok)
    }
  }

  @Test func `an arrival is read as it is told`() {
    let arrival = Arrival(connection: "::1", sender: "a\"b", fields: ["forwarded": "for=x"])

    #expect(Arrival(json: arrival.json()) == arrival)
    #expect(Arrival(json: Array("{}".utf8)) == nil)
  }
}
