import Foundation
import Testing

@Suite("Why")
struct WhyTests {
  private static func milliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

  /// Sends three pings, the second of them twice, and one that is days old.
  private func play(_ url: String) async throws -> WebPlayer {
    let player = WebPlayer(playback: "a-pid", media: "vi-why")
    let now = Self.milliseconds()
    let pings = player.pings(3, at: now)
    try await player.send([pings[0], pings[1], pings[1], pings[2]], to: url)
    try await player.send(player.pings(1, at: now - 3 * 86_400_000).map(Self.sentNow), to: url)
    return player
  }

  /// The same ping, as if it had been sent just now.
  private static func sentNow(_ ping: String) -> String {
    "{\"sat\":\(milliseconds())," + ping.drop { $0 != "," }.dropFirst()
  }

  @Test func `shows what became of the pings of a playback, locally and from a server`()
    async throws
  {
    try await World.with { world in
      let ended = try await world.serve { url in
        _ = try await play(url)
        let local = try await world.output("why", "a-pid", "--format", "csv")
        let remote = try await world.output("why", "a-pid", "--format", "csv", "--remote", url)
        #expect(local == remote)
        let rows = local.split(separator: "\n").map {
          $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(
          rows.dropFirst().map { $0[4] }
            == ["accepted", "accepted", "duplicate", "accepted", "refused"]
        )
        #expect(rows[1][3] == "vi-why")
        #expect(rows[5][9].hasPrefix("too-old="))
      }
      #expect(ended.code == 0)

      let table = try await world.output("why", "a-pid", "--tz", "Asia/Kolkata")
      #expect(table.hasPrefix("playback "))
      #expect(table.contains(", media vi-why, viewer "))
      #expect(table.contains("+05:30"))
      #expect(table.contains("5 pings: 3 accepted, 1 duplicate, 1 refused; "), "\(table)")

      // The facts shown are those that the store has; watched time of one slot is added up there.
      let exported = try await world.output("export", "facts")
      for kind in ["impression", "play", "start"] {
        let count = exported.split(separator: "\n").count { $0.contains(",\(kind),") }
        #expect(count == 1 && table.components(separatedBy: " \(kind)").count - 1 == 1, "\(kind)")
      }
      let viewer = try #require(exported.split(separator: "\n").last?.split(separator: ",")[9])
      for selection in [["--media", "vi-why"], ["--viewer", String(viewer)]] {
        let other = try await world.run(["why"] + selection + ["--format", "json"])
        #expect(other.output.contains("\"total\":5,"), "\(other.output)")
      }
      let newest = try await world.output("why", "a-pid", "--limit", "2")
      #expect(newest.contains("newest 2 of 5 pings: 1 accepted, 1 refused; "), "\(newest)")
      let info = try await world.output("store", "info")
      #expect(info.contains("ping history"))
      #expect(try await world.output("store", "check").hasSuffix("is sound\n"))
    }
  }

  @Test func `stores no address, user agent, session or pid`() async throws {
    try await World.with { world in
      var player: WebPlayer?
      try await world.serve { url in player = try await play(url) }
      let userAgent = try #require(player).userAgent
      for name in [World.usualStore, World.usualStore + "-wal"] {
        guard let bytes = try? world.bytes(of: name) else { continue }
        for text in ["127.0.0.1", userAgent, "s-a-pid", "a-pid"] {
          #expect(bytes.firstRange(of: Data(text.utf8)) == nil, "\(text) in \(name)")
        }
      }
    }
  }

  @Test func `is off where that is set, and what there was is removed`() async throws {
    try await World.with { world in
      try await world.serve { url in _ = try await play(url) }
      #expect(try await world.output("why", "a-pid").contains("5 pings"))
      try world.write("ping-history = \"off\"", to: "config/playhead/config.toml")
      #expect(try await world.output("config").contains("ping-history"))

      try await world.serve { url in _ = try await play(url) }

      let text = try await world.output("why", "a-pid")
      #expect(text.hasPrefix("no pings of playback "), "\(text)")
      #expect(text.contains("--ping-history off"))
      let info = try await world.output("store", "info")
      #expect(
        info.split(separator: "\n").contains { $0.hasPrefix("ping history") && $0.hasSuffix("-") }
      )
    }
  }

  @Test(arguments: [
    [], ["a", "--media", "b"], ["--media", ""], ["a", "--limit", "0"], ["a", "--limit", "10001"],
  ])
  func `wrong usage is refused`(arguments: [String]) async throws {
    try await World.with { world in
      let outcome = try await world.run(["why"] + arguments)
      #expect(outcome.code == 2 && outcome.output.isEmpty, "\(outcome)")
    }
  }

  @Test func `a size that is none is refused`() async throws {
    try await World.with { world in
      let outcome = try await world.run(
        "serve",
        "--ping-history",
        "much",
        "--listen",
        "127.0.0.1:0"
      )
      #expect(outcome.code == 2)
      #expect(outcome.error.contains("ping-history 'much' (option) is not off or a size"))
    }
  }
}
