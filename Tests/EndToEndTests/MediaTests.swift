import Foundation
import Testing

@Suite("playhead media")
struct MediaTests {
  private static let facts =
    World.columns + """

      1716892200000,play,,vi1,FR,phone,ios,safari,,anna,p1
      1716892201000,play,,vi2,DE,tv,linux,chrome,,ben,p2
      1716892202000,play,,vi3,DE,tv,linux,chrome,,ben,p3

      """
  private static let titles = """
    mediaId,title,tags,duration
    vi1,The long walk,nature;series,192.5
    vi2,"Rain, on a tin roof",nature,3725
    vi9,Never watched,,

    """
  private static let retention = ["PLAYHEAD_RETENTION": "20000d"]
  private static let day = ["--from", "2024-05-28T00:00:00Z", "--to", "2024-05-29T00:00:00Z"]

  private func fill(_ world: World) async throws {
    _ = try await world.output("import", world.write(Self.facts, to: "facts.csv"))
    let titles = try world.write(Self.titles, to: "titles.csv")
    try await #expect(world.output("media", "import", titles) == "\(titles): 3 media items\n")
  }

  @Test func `titles and tags are listed, and can be read again`() async throws {
    try await World.with(Self.retention) { world in
      try await fill(world)

      let table = try await world.output("media", "list")
      #expect(
        table == """
          MEDIA  TITLE                TAGS            DURATION
          vi1    The long walk        nature, series      3:12
          vi2    Rain, on a tin roof  nature           1:02:05
          vi9    Never watched        -                      -

          """
      )
      #expect(try await world.output("media", "list", "--format", "csv") == Self.titles)
      let series = try await world.output("media", "list", "--tag", "series", "--format", "ndjson")
      #expect(
        series
          == "{\"mediaId\":\"vi1\",\"title\":\"The long walk\",\"tags\":[\"nature\",\"series\"],"
          + "\"duration\":192.5}\n"
      )
      _ = try await world.output(
        "media",
        "import",
        "-",
        "--store",
        world.path("b.db"),
        input: series
      )
      let again = try await world.output("media", "list", "--store", world.path("b.db"))
      #expect(again.contains("The long walk"))
    }
  }

  @Test func `plays are broken down and filtered by tag`() async throws {
    try await World.with(Self.retention) { world in
      try await fill(world)

      let buckets = try await world.run(
        ["query", "buckets", "play", "tag", "--format", "csv"] + Self.day
      )
      #expect(buckets.output == "dimensionValue,metricValue\nnature,2\nseries,1\n")
      for (filter, plays) in [
        ("tag=nature", "2"), ("tag=Nature", "0"), ("tag=series,other", "1"), ("tag!=series", "2"),
      ] {
        let outcome = try await world.run(
          ["query", "metrics", "play", "count", "--format", "csv", "--filter", filter] + Self.day
        )
        #expect(outcome.output == "metricValue\n\(plays)\n", "\(filter)")
      }
      let exported = try await world.run(
        ["export", "facts", "--filter", "tag=series"] + Self.day
      )
      #expect(exported.output.split(separator: "\n").count == 2)
    }
  }

  @Test func `a filter takes names, as the dashboard does`() async throws {
    try await World.with(Self.retention) { world in
      try await fill(world)
      func plays(_ filter: String) async throws -> String {
        try await world.run(
          ["query", "metrics", "play", "count", "--format", "csv", "--filter", filter] + Self.day
        ).output.replacing("metricValue\n", with: "").replacing("\n", with: "")
      }
      let (walk, rain) = (try await plays("mediaId=vi1"), try await plays("mediaId=vi2"))
      #expect(walk == "1" && rain == "1")

      #expect(try await plays("title=The long walk") == walk)
      #expect(try await plays("title=walk") == walk)
      #expect(try await plays("media rain") == rain)
      #expect(try await plays("title!=The long walk") == "2")
      #expect(try await plays("Rain, on a tin roof") == rain)
      // A code is a code, whatever is called so.
      #expect(try await plays("mediaId=The long walk") == "0")

      let unknown = try await world.run(
        ["query", "metrics", "play", "count", "--filter", "title=No such film"]
      )
      #expect(unknown.code == 2)
      #expect(unknown.error.contains("--filter: no media item is called 'No such film'"))
      let country = try await world.run(
        ["query", "metrics", "play", "count", "--filter", "country=Atlantis"]
      )
      #expect(country.code == 2)
      #expect(country.error.contains("--filter: there is no country 'ATLANTIS'"))
    }
  }

  @Test func `the dashboard shows titles and tags`() async throws {
    try await World.with { world in
      let hourAgo = Int(Date().timeIntervalSince1970 * 1000) - 3_600_000
      let facts = Self.facts.replacing(#/(?m)^17168922/#, with: "\(hourAgo / 100_000)")
      _ = try await world.output("import", world.write(facts, to: "facts.csv"))
      _ = try await world.output("media", "import", world.write(Self.titles, to: "titles.csv"))

      let frame = try await world.output("dash", "--once", "--view", "media", "--format", "text")

      #expect(frame.contains("The long walk"))
      #expect(frame.contains("Rain, on a tin roof"))
      #expect(!frame.contains("Never watched"))
    }
  }

  @Test func `a bad row keeps the file out, unless it may be left out`() async throws {
    try await World.with(Self.retention) { world in
      let file = try world.write("mediaId,duration\nvi1,long\nvi2,3\n", to: "titles.csv")

      let refused = try await world.run("media", "import", file)
      #expect(refused.code == 1)
      #expect(
        refused.errorLines == [
          "\(file):2: 'long' is not a duration; give seconds, or 3:12",
          "playhead: \(file): nothing was imported, because a row can't be read; fix the file or pass --skip-bad-rows",
        ]
      )
      let list = try await world.output("media", "list")
      #expect(list == "MEDIA  TITLE  TAGS  DURATION\n")

      let taken = try await world.run("media", "import", file, "--skip-bad-rows")
      #expect(taken.code == 0)
      #expect(taken.output == "\(file): 1 media item, 1 row skipped: unreadable\n")
      let missing = try await world.run("media", "import", world.path("none.csv"))
      #expect(missing.code == 1)
      #expect(missing.error == "playhead: \(world.path("none.csv")): can't be opened\n")
    }
  }
}
