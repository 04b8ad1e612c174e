import Foundation
import Testing

@Suite("playhead import and export")
struct ImportTests {
  private static let retention = ["PLAYHEAD_RETENTION": "20000d"]

  @Test(arguments: ["csv", "ndjson"])
  func `what is exported can be imported, and is the same again`(format: String) async throws {
    try await World.with(Self.retention) { world in
      let facts = try world.write(QueryOutputTests.facts, to: "facts.csv")
      try await #expect(
        world.output("import", facts, "--store", world.path("a.db")) == "\(facts): 14 facts\n"
      )
      let first = try await world.output(
        "export",
        "facts",
        "--format",
        format,
        "--store",
        world.path("a.db")
      )
      let file = try world.write(first, to: "first.\(format)")
      // Two members, as of two files put together, one of them without facts.
      let zipped = try await world.shell(
        "(gzip -c \(file); printf '' | gzip -c) > \(file).gz"
          + " && playhead import \(file).gz --store b.db && playhead import - --store c.db < \(file)"
      )

      #expect(zipped.error.isEmpty)
      #expect(zipped.output == "\(file).gz: 14 facts\n-: 14 facts\n")
      for store in ["b.db", "c.db"] {
        let second = try await world.output(
          "export",
          "facts",
          "--format",
          format,
          "--store",
          world.path(store)
        )
        #expect(second == first)
      }
      #expect(first.split(separator: "\n").count == (format == "csv" ? 15 : 14))
    }
  }

  @Test func `a filter and a timeframe choose what is exported`() async throws {
    try await World.with(Self.retention) { world in
      let facts = try world.write(QueryOutputTests.facts, to: "facts.csv")
      _ = try await world.output("import", facts)
      let output = try await world.output(
        "export",
        "facts",
        "--filter",
        "country=de,us",
        "--filter",
        "browser!=chrome",
        "--from",
        "2024-05-28T10:30:01Z",
        "--to",
        "2024-05-28T12:00:00Z"
      )

      let lines = output.split(separator: "\n")
      #expect(lines.count == 2)
      #expect(lines[0] == World.columns + ",bot")
      #expect(lines[1].hasPrefix("1716892201000,play,,\"li,1\",DE,computer,windows,firefox,"))
      let typed = try await world.output(
        "export",
        "facts",
        "--filter",
        "country DE, us",
        "--filter",
        "browser!=chrome",
        "--range",
        "2024-05-28T10:30:01Z..2024-05-28T12:00Z"
      )
      #expect(typed == output)
    }
  }

  @Test func `bots are left out where that is wanted`() async throws {
    try await World.with { world in
      _ = try await world.output("import", try world.write(World.facts(), to: "facts.csv"))
      #expect(try await world.number("play", "count") == "3")
      #expect(try await world.number("play", "count", "--bots", "exclude") == "2")
      #expect(try await world.number("play", "count", "--bots", "only") == "1")
      let refused = try await world.run("query", "metrics", "play", "count", "--bots", "out")
      #expect(
        refused.error.contains("--bots: This value must be part of the following values: all")
      )

      try world.write("bots = \"exclude\"\n", to: "config/playhead/config.toml")
      #expect(try await world.number("play", "count") == "2")
      #expect(try await world.number("play", "count", "--bots", "all") == "3")
      // An export has everything unless told otherwise.
      #expect(try await world.output("export", "facts").split(separator: "\n").count == 7)
    }
  }

  @Test func `importing twice counts twice, unless --once`() async throws {
    try await World.with { world in
      let facts = try world.write(World.facts(), to: "facts.csv")
      let copy = try world.write(World.facts(), to: "copy.csv")
      try FileManager.default.removeItem(atPath: copy)
      try FileManager.default.copyItem(atPath: facts, toPath: copy)

      try await #expect(world.output("import", facts, "--once") == "\(facts): 6 facts\n")
      try await #expect(
        world.output("import", copy, "--once") == "\(copy): imported before, skipped\n"
      )
      #expect(try await world.number("play", "count") == "3")
      _ = try await world.output("import", facts)
      #expect(try await world.number("play", "count") == "6")
    }
  }

  @Test func `what is exported can be imported, also slots that were imported twice`() async throws
  {
    try await World.with { world in
      let slot = Int64(Date().timeIntervalSince1970 * 1000) / 20_000 * 20_000 - 60_000
      let row = "\(slot),watch,20000,vi1,FR,phone,ios,safari,,viewer 1,p1"
      let facts = try world.write("\(World.columns)\n\(row)\n\(row)\n", to: "facts.csv")
      for _ in 0..<2 { _ = try await world.output("import", facts) }
      _ = try await world.output("store", "compact")
      let exported = try await world.output("export", "facts")

      try FileManager.default.removeItem(atPath: world.path("data"))
      _ = try await world.output("import", "-", input: exported)

      #expect(try await world.number("watch-time", "sum") == "80")
    }
  }

  @Test func `recorded pings count once however often they are imported`() async throws {
    try await World.with { world in
      let now = Int64(Date().timeIntervalSince1970 * 1000) - 60_000
      let lines = (0..<20).flatMap { number in
        WebPlayer(playback: "p\(number)").pings(3, at: now).map { ping in
          """
          {"received":\(now + 20),"address":"\(number < 5 ? "192.0.2" : "198.51.100").\(number)",\
          "userAgent":"\(WebPlayer.computer)","body":\(ping)}

          """
        }
      }
      let pings = try world.write(lines.joined(), to: "pings.ndjson")
      for _ in 1...2 {
        try await #expect(world.output("import", pings) == "\(pings): 60 pings\n")
        #expect(try await world.number("play", "count") == "20")
        #expect(try await world.number("watch-time", "sum") == "300")
        #expect(try await world.number("play", "count", "--filter", "deviceType=computer") == "20")
        #expect(try await world.number("play", "count", "--filter", "country=CH") == "5")
        #expect(try await world.number("play", "count", "--filter", "country=DE") == "15")
      }
      #expect(try await world.output("store", "check").hasSuffix("is sound\n"))
    }
  }

  @Test func `a killed import leaves nothing behind`() async throws {
    try await World.with { world in
      try await world.fill()
      let many = World.facts(playbacks: 1500)
      let killed = try await world.runAndKill("import", "-", input: many)
      #expect(killed.code == 128 + 9)
      #expect(killed.output.isEmpty)

      #expect(try await world.number("play", "count") == "3")
      #expect(try await world.output("store", "check").hasSuffix("is sound\n"))
      #expect(try await world.output("import", "-", input: many) == "-: 3 000 facts\n")
      #expect(try await world.number("play", "count") == "1503")
      #expect(try await world.output("store", "check").hasSuffix("is sound\n"))
    }
  }

  // MARK: - Files that can't be read

  /// Rows of few playbacks, of which the one on line 40,000 is bad.
  private static func rowsWithMistake() -> String {
    let time = Int64(Date().timeIntervalSince1970 * 1000) - 60_000
    let row = "\(time),play,,vi1,FR,phone,ios,safari,,anna,p1\n"
    return World.columns + "\n" + String(repeating: row, count: 39_998)
      + "\(time),paly,,vi1,FR,phone,ios,safari,,anna,p1\n" + String(repeating: row, count: 10)
  }

  @Test func `a bad row keeps the whole file out, and is named`() async throws {
    try await World.with { world in
      let file = try world.write(Self.rowsWithMistake(), to: "facts.csv")
      let refused = try await world.run("import", file)

      #expect(refused.code == 1)
      #expect(refused.output.isEmpty)
      #expect(
        refused.error == """
          \(file):40000: unknown fact 'paly'; use one of impression play start end watch stall view \
          error
          playhead: \(file): nothing was imported, because a row can't be read; fix the file or pass \
          --skip-bad-rows

          """
      )
      #expect(try await world.number("play", "count") == "0")

      let skipped = try await world.run("import", file, "--skip-bad-rows")
      #expect(skipped.code == 0)
      #expect(skipped.output == "\(file): 40 008 facts, 1 row skipped: unreadable\n")
      #expect(skipped.errorLines.count == 1)
      #expect(skipped.error.hasPrefix("\(file):40000: "))
      #expect(try await world.number("play", "count") == "40008")
    }
  }

  @Test func `rows outside of the retention are left out and counted`() async throws {
    try await World.with { world in
      let text = World.facts() + "2001-01-01T00:00:00Z,play,,vi1,FR,phone,ios,safari,,anna,p1,\n"
      let output = try await world.output("import", "-", input: text)

      #expect(output == "-: 6 facts, 1 row skipped: older than the retention\n")
    }
  }

  @Test func `times in seconds are refused with a hint, and nothing is imported`() async throws {
    try await World.with { world in
      let seconds = Int64(Date().timeIntervalSince1970)
      let rows = "\(seconds),play,,vi1,FR,phone,ios,safari,,anna,p1\n"
      let file = try world.write(World.columns + "\n" + rows + rows, to: "seconds.csv")
      let refused = try await world.run("import", file)

      #expect(refused.code == 1)
      #expect(refused.output.isEmpty)
      #expect(refused.errorLines.count == 3)
      #expect(
        refused.error.hasPrefix("\(file):2: the time '\(seconds)' is not between 2000-01-01T")
      )
      #expect(refused.error.contains("times are in ms since 1970, and this looks like seconds"))
    }
  }

  @Test(arguments: [
    ("time,fact,colour\n1,play,red\n", "unknown column 'colour'; the columns are time,fact,value"),
    ("time,value\n1,2\n", "the header lacks the column 'fact'"),
    ("time,fact,time\n1,play,1\n", "the header names the column 'time' twice"),
    ("Dear diary,\ntoday\n", "the first line is neither a CSV header"),
    ("time,fact\n\"1,play\n", "the quote on line 2 is not closed"),
  ])
  func `a file that is no file of facts is refused`(text: String, sentence: String) async throws {
    try await World.with { world in
      let good = try world.write(World.facts(), to: "good.csv")
      let bad = try world.write(text, to: "bad.csv")
      let outcome = try await world.run("import", bad, good)

      #expect(outcome.code == 1)
      #expect(outcome.output == "\(good): 6 facts\n")
      #expect(outcome.errorLines.count == 1, "\(outcome.error)")
      #expect(outcome.error.hasPrefix("playhead: \(bad): "))
      #expect(outcome.error.contains(sentence))
      #expect(try await world.number("play", "count") == "3")
    }
  }

  @Test func `files that can't be read to their end are refused`() async throws {
    try await World.with { world in
      try await world.fill()
      let facts = try world.write(World.facts(playbacks: 2000), to: "facts.csv")
      let zipped = try await world.shell("gzip -k \(facts) && head -c 9000 \(facts).gz > half.gz")
      #expect(zipped.code == 0)
      var damaged = try world.bytes(of: "facts.csv.gz")
      damaged[damaged.count - 6] ^= 1
      try world.write(damaged, to: "damaged.gz")
      try world.write("", to: "folder/file")

      for (name, sentence) in [
        ("half.gz", "the gzip data ends too early; the file is truncated"),
        ("damaged.gz", "the gzip data is damaged"), ("none.csv", "No such file or directory"),
        ("folder", "Is a directory"),
      ] {
        let outcome = try await world.run("import", world.path(name))
        #expect(outcome.code == 1)
        #expect(outcome.errorLines.count == 1, "\(outcome.error)")
        #expect(outcome.error.contains(sentence), "\(outcome.error)")
      }
      #expect(try await world.number("play", "count") == "3")
    }
  }

  @Test func `an export that nobody reads on keeps nobody from emptying the log`() async throws {
    try await World.with { world in
      let facts = try world.write(World.facts(playbacks: 6000), to: "facts.csv")
      _ = try await world.output("import", facts)
      let more = try world.write(World.facts(playbacks: 500), to: "more.csv")
      let log = world.path(World.usualStore) + "-wal"
      // Once the first line was read, the pipe is full, and the export waits.
      let outcome = try await world.shell(
        """
        playhead export facts | {
          read -r header
          playhead import \(more) > imported
          if [ -s \(log) ]; then echo "the log is not empty"; fi
          wc -l
        }
        """
      )

      #expect(outcome.code == 0, "\(outcome)")
      #expect(outcome.output.split(whereSeparator: \.isWhitespace) == ["12000"], "\(outcome)")
    }
  }
}
