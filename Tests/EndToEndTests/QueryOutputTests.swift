import Foundation
import Testing

@testable import playhead

@Suite("playhead query")
struct QueryOutputTests {
  /// Three playbacks of one day, and an impression of which little is known.
  static let facts = """
    time,fact,value,mediaId,country,deviceType,operatingSystem,browser,referrer,viewer,playback
    2024-05-28T10:00:00+00:00,impression,300,vi1,FR,phone,ios,safari,,anna,p1
    2024-05-28T10:00:01+00:00,play,,vi1,FR,phone,ios,safari,,anna,p1
    2024-05-28T10:00:02+00:00,start,,vi1,FR,phone,ios,safari,,anna,p1
    2024-05-28T10:00:00+00:00,watch,18000,vi1,FR,phone,ios,safari,,anna,p1
    2024-05-28T10:00:20+00:00,watch,12500,vi1,FR,phone,ios,safari,,anna,p1
    2024-05-28T10:30:00+00:00,impression,500,"li,1",DE,computer,windows,firefox,/a,ben,p2
    2024-05-28T10:30:01+00:00,play,,"li,1",DE,computer,windows,firefox,/a,ben,p2
    2024-05-28T14:15:00+02:00,impression,,vi1,FR,tv,linux,chrome,,cleo,p3
    1716898501000,play,,vi1,FR,tv,linux,chrome,,cleo,p3
    2024-05-28T12:15:02+00:00,start,,vi1,FR,tv,linux,chrome,,cleo,p3
    2024-05-28T12:15:00+00:00,watch,20000,vi1,FR,tv,linux,chrome,,cleo,p3
    2024-05-28T12:15:40+00:00,stall,5000,vi1,FR,tv,linux,chrome,,cleo,p3
    2024-05-28T12:16:00+00:00,error,3,vi1,FR,tv,linux,chrome,,cleo,p3
    2024-05-28T12:20:00+00:00,impression,,vi1,,unknown,,,,,

    """

  /// The bytes of a store that has them.
  private static let store = Task { try await World.store(of: facts) }

  private static let day = "--from 2024-05-28T00:00:00Z --to 2024-05-29T00:00:00Z"

  @Test(arguments: [
    ("metrics play count", "table", "Plays  3\n"),
    ("metrics play count", "csv", "metricValue\n3\n"),
    ("metrics play count", "spark", "3\n"),
    (
      "metrics play count", "json",
      """
      {"context":{"metric":"play","aggregation":"count","timeframe":\
      {"from":"2024-05-28T00:00:00+00:00","to":"2024-05-29T00:00:00+00:00"}},"data":3}

      """
    ),
    ("metrics watch-time average", "table", "Avg watch time (s)  25.2500\n"),
    ("metrics watch-time sum", "csv", "metricValue\n50.5\n"),
    ("metrics watch-time sum --filter country=fr --filter browser!=chrome", "spark", "30.5\n"),
    ("metrics impression-time average", "csv", "metricValue\n400\n"),
    ("metrics play rate", "csv", "metricValue\n0.75\n"),
    // 300 and 500 lie in the buckets from 296 and from 496, each 8 wide.
    ("metrics impression-time p50", "table", "First frame, p50 (ms)  299\n"),
    ("metrics impression-time p95", "csv", "metricValue\n499\n"),
    (
      "buckets impression-time-p75 country", "csv", "dimensionValue,metricValue\nDE,499\nFR,299\n"
    ),
    (
      "timeseries impression-time-p50 --interval day", "csv",
      "emittedAt,metricValue\n2024-05-28T00:00:00+00:00,299\n"
    ),
    ("histogram impression-time", "csv", "from,to,metricValue\n296,304,1\n496,504,1\n"),
    ("histogram impression-time", "spark", "██  296 – 504 ms\n"),
    (
      "histogram impression-time", "table",
      """
      from (ms)  to (ms)  count  up to here
            296      304      1      50.0 %
            496      504      1     100.0 %

      """
    ),
    (
      "histogram impression-time --filter country=FR", "json",
      """
      {"context":{"metric":"impression-time","timeframe":\
      {"from":"2024-05-28T00:00:00+00:00","to":"2024-05-29T00:00:00+00:00"}},\
      "data":[{"from":296,"to":304,"metricValue":1}]}

      """
    ),
    ("metrics error rate", "csv", "metricValue\n0.25\n"),
    (
      "buckets impression media-id", "csv",
      """
      dimensionValue,metricValue
      vi1,3
      "li,1",1

      """
    ),
    (
      "buckets play country --sort-by dimensionValue --sort-order asc", "csv",
      """
      dimensionValue,metricValue
      DE,1
      FR,2

      """
    ),
    ("buckets play country", "spark", "█▄\n"),
    (
      "buckets impression country --page 2 --page-size 1", "csv",
      """
      dimensionValue,metricValue
      DE,1

      """
    ),
    (
      "timeseries play", "csv",
      """
      emittedAt,metricValue
      2024-05-28T10:00:00+00:00,2
      2024-05-28T12:00:00+00:00,1

      """
    ),
    (
      "timeseries play --interval day --tz Asia/Tokyo", "csv",
      """
      emittedAt,metricValue
      2024-05-28T00:00:00+09:00,3

      """
    ),
    (
      "timeseries play", "table",
      """
      time                       Plays
      2024-05-28T10:00:00+00:00      2
      2024-05-28T12:00:00+00:00      1

      """
    ),
    (
      "timeseries play", "spark",
      "█▁▄  2024-05-28T10:00:00+00:00 – 2024-05-28T12:00:00+00:00  peak 2\n"
    ),
    ("timeseries end", "spark", "\n"),
    (
      "timeseries play", "json",
      """
      {"context":{"metric":"play","interval":"hour","timeframe":\
      {"from":"2024-05-28T00:00:00+00:00","to":"2024-05-29T00:00:00+00:00"}},"data":[\
      {"emittedAt":"2024-05-28T10:00:00+00:00","metricValue":2},\
      {"emittedAt":"2024-05-28T12:00:00+00:00","metricValue":1}],\
      "pagination":{"currentPage":1,"currentPageItems":2,"pageSize":25,"pagesTotal":1,\
      "itemsTotal":2,"links":[\
      {"rel":"self","uri":"/data/timeseries/play?from=2024-05-28T00:00:00%2B00:00\
      &to=2024-05-29T00:00:00%2B00:00&interval=hour&currentPage=1&pageSize=25"},\
      {"rel":"first","uri":"/data/timeseries/play?from=2024-05-28T00:00:00%2B00:00\
      &to=2024-05-29T00:00:00%2B00:00&interval=hour&currentPage=1&pageSize=25"},\
      {"rel":"last","uri":"/data/timeseries/play?from=2024-05-28T00:00:00%2B00:00\
      &to=2024-05-29T00:00:00%2B00:00&interval=hour&currentPage=1&pageSize=25"}]}}

      """
    ),
  ])
  func `an answer is printed in each format`(
    question: String,
    format: String,
    expected: String
  ) async throws {
    try await World.with(["PLAYHEAD_RETENTION": "20000d"]) { world in
      try world.write(await Self.store.value, to: World.usualStore)
      let outcome = try await world.run(
        "query \(question) \(Self.day) --format \(format)".words
      )

      #expect(outcome.code == 0)
      #expect(outcome.error.isEmpty)
      #expect(outcome.output == expected)
    }
  }

  @Test(arguments: [
    (
      "buckets play country", "table",
      """
      country  Plays  before    change
      FR           1       1    +0.0 %
      DE           0       1  -100.0 %

      """
    ),
    (
      "buckets play country --sort-by change --sort-order asc", "csv",
      """
      dimensionValue,metricValue,comparedValue
      DE,0,1
      FR,1,1

      """
    ),
    ("metrics play count", "table", "Plays  1  before 2  change -50.0 %\n"),
    (
      "timeseries play", "csv",
      "emittedAt,metricValue,comparedValue\n2024-05-28T12:00:00+00:00,1,2\n"
    ),
  ])
  func `an answer has the one of another time beside it`(
    question: String,
    format: String,
    expected: String
  ) async throws {
    try await World.with(["PLAYHEAD_RETENTION": "20000d"]) { world in
      try world.write(await Self.store.value, to: World.usualStore)
      let times = "--from 2024-05-28T12:00:00Z --to 2024-05-28T14:00:00Z --compare previous"
      let outcome = try await world.run(
        "query \(question) \(times) --format \(format)".words
      )

      #expect(outcome.code == 0)
      #expect(outcome.output == expected)
    }
  }

  @Test func `movers are printed in each format`() async throws {
    try await World.with(["PLAYHEAD_RETENTION": "20000d"]) { world in
      try world.write(await Self.store.value, to: World.usualStore)
      let line =
        "movers play --from 2024-05-28T12:00:00Z --to 2024-05-28T14:00:00Z --group-by country"
      let table = try await world.run(line.words)
      let csv = try await world.run((line + " --format csv").words)
      let json = try await world.run((line + " --format json").words)

      #expect(
        table.output == """
          Plays  1  before 2  change -1
          value       now  before  contribution  of the change  n now  n before
          country DE    0       1            -1        100.0 %      0         1  may be noise

          """
      )
      #expect(
        csv.output == """
          dimension,value,dimension2,value2,metricValue,comparedValue,contribution,share,n,comparedN,noise
          country,DE,,,0,1,-1,1,0,1,1

          """
      )
      #expect(json.output.contains(#""values":[{"dimension":"country","value":"DE"}]"#))
      #expect(json.output.hasSuffix("\"noise\":true}]}\n"))
      let refused = try await world.run("movers ccv-peak".words)
      #expect(refused.code == 2)
      #expect(refused.error.contains("'ccv-peak' can't be split; use one of impression, "))
    }
  }

  @Test func `a long table tells its page`() async throws {
    try await World.with { world in
      _ = try await world.output("import", "-", input: World.facts(playbacks: 5))
      let output = try await world.output(
        "query",
        "buckets",
        "play",
        "media-id",
        "--page-size",
        "2"
      )

      #expect(
        output == """
          media  Plays
          vi0        1
          vi1        1
          page 1 of 3, 5 rows

          """
      )
    }
  }

  @Test func `a reader that leaves early is no error`() async throws {
    try await World.with { world in
      _ = try await world.output("import", "-", input: World.facts(playbacks: 1000))
      for line in [
        "query timeseries play --format json", "export facts", "metrics", "help query", "themes",
      ] {
        let outcome = try await world.shell(
          "set -o pipefail; env \(World.usualSignals) playhead \(line) | head -c 1 > /dev/null"
        )
        #expect(outcome.code == 0, "\(line)")
        #expect(outcome.error.isEmpty, "\(line): \(outcome.error)")
      }
    }
  }

  @Test func `nothing but text goes into a pipe`() async throws {
    try await World.with { world in
      try await world.fill()
      for line in [
        "query buckets play country", "query timeseries play --format spark", "metrics", "themes",
        "config", "store info", "store check", "store compact", "dash --once", "import facts.csv",
        "simulate --days 1 --facts 100 --store new.db", "help", "query metrics x y",
      ] {
        try world.write(World.facts(), to: "facts.csv")
        let outcome = try await world.run(line.words)
        #expect(!(outcome.output + outcome.error).contains("\u{1b}"), "\(line)")
      }
    }
  }

  @Test func `NO_COLOR takes the colours off a terminal`() async throws {
    try await World.with { world in
      let colored = try await world.onTerminal("playhead themes")
      let plain = try await world.onTerminal("NO_COLOR=1 playhead themes")

      #expect(colored.output.contains("\u{1b}[38;5;") || colored.output.contains(";38;5;"))
      #expect(plain.code == 0)
      #expect(plain.output.contains("dark"))
      #expect(!plain.output.contains("38;5;") && !plain.output.contains("48;5;"))
    }
  }
}

@Suite("Text on a terminal")
struct TerminalTextTests {
  @Test(arguments: [
    ("\u{1b}]52;c;Y2xpcA==\u{7}evil,1\n", "·]52;c;Y2xpcA==·evil,1\n"),
    ("a\u{9b}31m\u{7f}\n\nb\u{202e}c", "a·31m·\n\nb·c"),
    ("Été 日本\tx\r\n", "Été 日本 x \n"),
    ("plain\n", "plain\n"),
  ])
  func `nothing that players send acts on it, and programs get it as it is`(
    text: String,
    shown: String
  ) {
    let bytes = Array(text.utf8)

    #expect(String(decoding: forReader(bytes, isTerminal: true), as: UTF8.self) == shown)
    #expect(forReader(bytes, isTerminal: false) == bytes)
  }

  @Test func `bytes that are no text act on no terminal either`() {
    #expect(forReader([0x61, 0x9b, 0x1b, 0x0a], isTerminal: true) == Array("a\u{FFFD}·\n".utf8))
  }

  @Test func `CSV that a person opens has no formulas, unless that is wanted`() async throws {
    try await World.with { world in
      let time = Int(Date().timeIntervalSince1970 * 1000) - 60_000
      let facts = "time,fact,mediaId\n\(time),play,\"=HYPERLINK(\"\"x\"\")\"\n"
      _ = try await world.output("import", world.write(facts, to: "facts.csv"))
      let query = ["query", "buckets", "play", "media-id", "--format", "csv"]

      let guarded = try await world.run(query).output
      let plain = try await world.run(query + ["--no-guard-formulas"]).output
      let exported = try await world.run(["export", "facts"]).output

      #expect(guarded.contains("\n\"'=HYPERLINK(\"\"x\"\")\",1\n"))
      #expect(plain.contains("\n\"=HYPERLINK(\"\"x\"\")\",1\n"))
      #expect(exported.contains(",\"'=HYPERLINK(\"\"x\"\")\","))
    }
  }
}
