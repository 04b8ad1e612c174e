import Foundation
import Testing

@Suite("playhead simulate")
struct SimulateTests {
  @Test func `equal seeds give equal facts`() async throws {
    try await World.with { world in
      func history(_ seed: String, _ store: String) async throws -> String {
        let path = world.path(store)
        let told = try await world.output(
          "simulate",
          "--seed",
          seed,
          "--days",
          "2",
          "--facts",
          "3000",
          "--store",
          path
        )
        #expect(told.hasSuffix(" of 2 days in \(path)\n"))
        #expect(try await world.output("store", "check", "--store", path).hasSuffix("is sound\n"))
        return try await world.output("export", "facts", "--store", path)
      }

      // History ends with the minute that is over: all has to happen within one.
      var round = 0
      var (minute, one, same, other) = (0, "", "", "")
      repeat {
        round += 1
        minute = Self.minute()
        one = try await history("7", "one\(round).db")
        same = try await history("7", "same\(round).db")
        other = try await history("8", "other\(round).db")
      } while Self.minute() != minute

      #expect(one == same)
      #expect(one != other)
      let count = one.split(separator: "\n").count - 1
      #expect((2400...3600).contains(count), "\(count)")
    }
  }

  @Test func `live pings reach a server`() async throws {
    try await World.with { world in
      let ended = try await world.serve { url in
        let told = try await world.output(
          "simulate",
          "--to",
          url,
          "--viewers",
          "300",
          "--duration",
          "2s"
        )
        let accepted = try #require(Int(told.prefix { !$0.isLetter }.filter(\.isNumber)))
        #expect(accepted > 0)
        #expect(told.hasSuffix(" pings accepted, 0 not\n"))

        let ledger = try await HTTPAnswer.get(url + "/metrics")
        let outcome = "playhead_pings_total{environment=\"production\",outcome=\"accepted\"} "
        let start = try #require(ledger.body.firstRange(of: outcome)?.upperBound)
        let counted = try #require(Int(ledger.body[start...].prefix(while: \.isNumber)))
        // Whose answer was on its way when the two seconds were over is counted there alone.
        #expect(counted >= accepted)
      }

      #expect(ended.code == 0)
      let impressions = try await world.number("impression", "count")
      #expect(try #require(Int(impressions)) > 0)
      #expect(try await world.output("store", "check").hasSuffix("is sound\n"))
    }
  }

  private static func minute() -> Int { Int(Date().timeIntervalSince1970) / 60 }
}
