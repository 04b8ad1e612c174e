import Testing

@Suite("Wrong usage")
struct BadUsageTests {
  /// A command line, and what its first line on the standard error says.
  struct Mistake: CustomTestStringConvertible {
    let line: String
    let sentence: String

    init(_ line: String, _ sentence: String) {
      self.line = line
      self.sentence = sentence
    }

    var testDescription: String { line }
  }

  /// Found by the parser of command lines, which adds how the subcommand is used.
  @Test(arguments: [
    Mistake("query metrics play count --last 5q", "--last '5q' is not a time"),
    Mistake("query metrics play count --last 0s", "--last '0s' is not a time"),
    Mistake("query metrics play count --last 99999999999999y", "is not a time"),
    Mistake("query metrics play count --last 1h --from 2024-05-28", "can't be used together"),
    Mistake("query metrics play count --filter country", "--filter: This value must be a filter"),
    Mistake(
      "query metrics play count --filter planet=mars",
      "no dimension 'planet'; there are media, media type,"
    ),
    Mistake("query metrics play count --format xml", "'xml'"),
    Mistake("query metrics play", "Missing expected argument '<aggregation>'"),
    Mistake("query metrics play count --colour", "Unknown option '--colour'"),
    Mistake("query timeseries play --watch soon", "--watch 'soon' is not a time"),
    Mistake("dash --once --size 0x40", "--size '0x40' is not a size such as 120x40"),
    Mistake("dash --once --size 120", "--size '120' is not a size"),
    Mistake("dash --once --size 99999999999999999999x1", "is not a size"),
    Mistake("dash --once --format xml", "'xml' is not text, ansi, svg or json"),
    Mistake("dash --once --range 3moons", "--range '3moons': "),
    Mistake("import", "Missing expected argument '<file> ...'"),
    Mistake("import - --once", "standard input can't be read twice"),
    Mistake("export facts --range soon", "--range: 'soon' is no range such as -24h, today"),
    Mistake("query metrics play count --range 1h --last 1h", "--range can't be used together"),
    Mistake("export facts --format xml", "'xml' is not csv or ndjson"),
    Mistake("simulate --viewers 5 --rate 5", "--viewers and --rate can't be used together"),
    Mistake("simulate --viewers nan", "--viewers"),
    Mistake("simulate --days 0", "--days takes 1 to 36500"),
    Mistake("simulate --seed one", "'one' is invalid for '--seed <seed>'"),
    Mistake("simulate --to http://127.0.0.1:1 --facts 5", "--to sends pings to a server"),
    Mistake("store backup", "Missing expected argument '<file>'"),
    Mistake("nonsense", "nonsense"),
  ])
  func `a mistake in a command line is told with the usage`(mistake: Mistake) async throws {
    try await World.with { world in
      let outcome = try await world.run(mistake.line.words)

      #expect(outcome.code == 2)
      #expect(outcome.output.isEmpty)
      #expect(try #require(outcome.errorLines.first).hasPrefix("Error: "))
      #expect(outcome.errorLines[0].contains(mistake.sentence), "\(outcome.error)")
      #expect(outcome.error.contains("\nUsage: playhead"))
    }
  }

  /// Found when the subcommand runs.
  @Test(arguments: [
    Mistake("query metrics plays count", "metric: This value must be part of the following values"),
    Mistake("query metrics play cuont", "following values: count,sum,rate,total"),
    Mistake("query buckets play planet", "following values: media-id,media-type,continent"),
    Mistake("query timeseries ccv-live", "metric: This value must be part of"),
    Mistake("query metrics play count --filter continent=XX", "--filter continent: This value"),
    Mistake("query metrics play count --from yesterday", "--from: This value must be a date-time"),
    Mistake("query metrics play count --from 1970-01-01T00:00:00Z", "where the retention begins"),
    Mistake("query metrics play count --tz Mars/Base", "--tz: This value must be the name"),
    Mistake("query metrics play count --unique", "unique: This field was not expected."),
    Mistake("query timeseries play --interval week", "--interval: This interval is invalid."),
    Mistake("query timeseries play --interval minute --last 2h", "over 60 minutes"),
    Mistake("query timeseries play --page 0", "--page: This value must be an integer from 1"),
    Mistake("query timeseries play --page-size 101", "--page-size: This value must be an integer"),
    Mistake("query timeseries play --sort-by size", "--sort-by: This value must be part of"),
    Mistake("export facts --from yesterday", "--from: This value must be a date-time"),
    Mistake("dash --once --tz Mars/Base", "timezone 'Mars/Base' (option) is not an IANA zone"),
    Mistake("dash --once --color blue", "color 'blue' (option) is not auto, mono"),
    Mistake("dash --once --graph pie", "graph 'pie' (option) is not auto, block"),
    Mistake("dash --once --environment moon", "environment 'moon' (option) is not production"),
    Mistake("store info --retention 1h", "retention '1h' is under a day"),
    Mistake("store info --cache-size lots", "cache-size 'lots' (option) is not a size"),
    Mistake("store info --remote http://127.0.0.1:1", "not on a remote server"),
    Mistake("store restore x --remote http://127.0.0.1:1", "not on a remote server"),
    Mistake("store info --clickhouse http://127.0.0.1:1", "not on a ClickHouse cluster"),
    Mistake("store restore x --clickhouse http://127.0.0.1:1", "not on a ClickHouse cluster"),
    Mistake("serve --clickhouse ch1:8123", "'ch1:8123' is not a ClickHouse address: "),
    Mistake(
      "serve --clickhouse http://a --remote http://b",
      "clickhouse and remote can't be used together"
    ),
    Mistake(
      "query metrics play count --clickhouse http://a --store b",
      "clickhouse and store can't be used together"
    ),
    Mistake("keys list --clickhouse http://u:geheim@a:x", "'http://u:***@a:***' is not a"),
    Mistake("clickhouse schema", "name the cluster with --clickhouse"),
    Mistake("move --from x", "name the cluster with --to"),
    Mistake("move --from x --to http://a:x", "'http://a:***' is not a ClickHouse address: "),
    Mistake("serve --listen 127.0.0.1:http", "'127.0.0.1:http' is not an address to listen on"),
    Mistake("serve --listen 127.0.0.1:65536", "'127.0.0.1:65536' is not an address to listen on"),
    Mistake("serve --remote http://127.0.0.1:1", "serve works on a store"),
    Mistake("query metrics play count --remote 127.0.0.1", "is not the address of a server"),
    Mistake("simulate --to nowhere", "'nowhere' is not the address of a server"),
    Mistake("simulate --days 30000", "fewer --days, or a longer --retention"),
  ])
  func `a mistake that shows later is told in one sentence`(mistake: Mistake) async throws {
    try await World.with { world in
      try await world.fill()
      let outcome = try await world.run(mistake.line.words)

      #expect(outcome.code == 2)
      #expect(outcome.output.isEmpty)
      #expect(outcome.errorLines.count == 1, "\(outcome.error)")
      #expect(outcome.error.hasPrefix("playhead: "))
      #expect(outcome.error.contains(mistake.sentence), "\(outcome.error)")
    }
  }
}
