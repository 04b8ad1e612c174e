import AnalyticsSource
import Dashboard
import Foundation
import PlaybackFacts
import QueryCore
import Testing

@testable import playhead

@Suite("Sources to choose from", .timeLimit(.minutes(10)))
struct SourceShelfTests {
  /// Settings with sources of the settings file, and a key that is meant for the first source.
  private func settings(_ world: World, _ sources: String) throws -> Settings {
    try world.write(
      "api-key = \"of the file\"\n\n[sources]\n\(sources)\n",
      to: "config/playhead/config.toml"
    )
    return Settings(
      options: [.store: world.path(World.usualStore), .apiKey: "of the option"],
      variables: ["XDG_CONFIG_HOME": world.path("config"), "HOME": world.path("")]
    )
  }

  @Test func `a server is a source like the store, and both tell the same`() async throws {
    try await World.with { world in
      try await world.fill()
      try await world.serve { url in
        let settings = try settings(world, "staging = \"\(url)\"\nyears = \"/srv/old.db\"")
        let first = try OpenSource(settings)
        defer { first.close() }
        let shelf = try SourceShelf(first, settings, deadline: .seconds(300))
        #expect(shelf.entries.map(\.description.name) == ["local", "staging", "years"])
        #expect(shelf.entries.map(\.description.address) == ["", url, ""])
        // Who writes to another store, the settings don't say.
        let collectors = shelf.entries.map(\.description.collector)
        #expect(collectors == ["http://127.0.0.1:8080", url, nil], "\(collectors)")

        let (store, server) = (try await shelf.source(0), try await shelf.source(1))

        let media = try #require(server.media)
        let lists = [try await store.media?.media(unless: nil), try await media.media(unless: nil)]
        #expect(lists[0] == lists[1])
        let health = try #require(server.observing)
        let facts = [
          try await store.observing?.health().store?.facts, try await health.health().store?.facts,
        ]
        #expect(facts == [6, 6])
      }
    }
  }

  @Test func `a key goes to its own server alone`() async throws {
    try await World.with { world in
      let settings = try settings(
        world,
        """
        other = "http://127.0.0.1:8081"
        hosted = { address = "https://example.org", api-key = "own" }
        old = "/srv/old.db"
        """
      )
      let keys = settings.file.sources.mapValues { settings.replacing(with: $0)[.apiKey] }

      #expect(keys == ["other": nil, "hosted": "own", "old": nil])
      #expect(settings[.apiKey] == "of the option")
    }
  }

  @Test(arguments: [
    "a = 1", "a = \"\"", "a = {}", "a = { api-key = \"k\" }",
    "a = { address = \"http://127.0.0.1\", key = \"k\" }",
    "a = { address = \"http://127.0.0.1\", api-key = 3 }",
  ])
  func `a source that is none is told in one sentence`(line: String) async throws {
    try await World.with { world -> Void in
      let faults = try settings(world, line).faults

      #expect(faults.count == 1)
      #expect(faults[0].contains("sources.a must be the address of a server"))
    }
  }
}
