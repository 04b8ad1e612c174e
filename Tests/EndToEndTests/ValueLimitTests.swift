import Foundation
import Testing

@Suite("Limits of new values")
struct ValueLimitTests {
  private static func milliseconds() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

  private func send(_ media: [String], to url: String, session: String = "") async throws {
    for (number, media) in media.enumerated() {
      let player = WebPlayer(playback: "\(session)p\(number)", media: media)
      try await player.send(player.pings(1, at: Self.milliseconds()), to: url)
    }
  }

  /// Plays by media item, most first.
  private func plays(_ world: World, _ arguments: String...) async throws -> [String] {
    let all = ["query", "buckets", "play", "media-id", "--format", "csv"] + arguments
    let outcome = try await world.run(all)
    #expect(outcome.code == 0, "\(outcome)")
    return outcome.output.split(separator: "\n").dropFirst().map(String.init).sorted()
  }

  @Test func `later media ids count under one name, which is a value like any other`()
    async throws
  {
    try await World.with { world in
      let ended = try await world.serve("--new-media-limit", "2") { url in
        try await send(["vi1", "vi2", "vi3", "vi4", "vi2"], to: url)
      }
      #expect(ended.code == 0)
      // Another server of the same day.
      try await world.serve("--new-media-limit", "2") { url in
        try await send(["vi1", "vi5", "li6"], to: url, session: "later")
      }

      let expected = ["(other),3", "li(other),1", "vi1,2", "vi2,2"]
      #expect(try await plays(world) == expected)
      #expect(try await plays(world, "--filter", "media-id=(other)") == ["(other),3"])
      let live = try await world.number("play", "count", "--filter", "media-type=live-stream")
      #expect(live == "1")

      let facts = try await world.output("export", "facts")
      try world.write(facts, to: "facts.csv")
      let other = world.path("other.db")
      _ = try await world.output("import", world.path("facts.csv"), "--store", other)
      #expect(try await plays(world, "--store", other) == expected)
      #expect(try await world.output("store", "check").hasSuffix("is sound\n"))
    }
  }

  @Test func `only imported media ids count where that is set`() async throws {
    try await World.with(["PLAYHEAD_NEW_REFERRER_LIMIT": "0"]) { world in
      try world.write("known-media = true", to: "config/playhead/config.toml")
      try world.write("mediaId,title,tags,duration\nvi1,One,,\n", to: "media.csv")
      _ = try await world.output("media", "import", world.path("media.csv"))
      try await world.serve { url in try await send(["vi1", "vi2"], to: url) }

      #expect(try await plays(world) == ["(other),1", "vi1,1"])
      let referrers = try await world.output(
        "query",
        "buckets",
        "play",
        "referrer",
        "--format",
        "csv"
      )
      #expect(referrers.hasSuffix("\n(other),2\n"), "\(referrers)")
    }
  }

  @Test(arguments: [
    ("--new-media-limit", "many", "new-media-limit 'many' (option) is not a count, 0 or more"),
    ("--new-referrer-limit", "-1", "new-referrer-limit '-1' (option) is not a count, 0 or more"),
  ])
  func `a limit that is no count is refused`(
    option: String,
    value: String,
    sentence: String
  ) async throws {
    try await World.with { world in
      let outcome = try await world.run("serve", "\(option)=\(value)", "--listen", "127.0.0.1:0")

      #expect(outcome.code != 0)
      #expect(outcome.error.contains(sentence), "\(outcome.error)")
    }
  }
}
