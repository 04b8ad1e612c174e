import ArgumentParser
import Dashboard
import Foundation
import PlaybackFacts
import QueryCommandLine
import QueryCore

/// `playhead query`: the queries.
struct QueryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "query",
    abstract: "Query a store or a server.",
    discussion: """
      Example: playhead query buckets play country --last 24h --filter browser=chrome,firefox
      """,
    subcommands: [Number.self, Buckets.self, Timeseries.self, HistogramQuery.self]
  )

  /// `playhead query metrics M A`: one number.
  struct Number: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "metrics",
      abstract: "One number, such as the number of plays.",
      discussion: "Example: playhead query metrics play count --last 24h"
    )

    @Argument(help: "The metric, such as play.") var metric: String
    @Argument(help: "The aggregation, such as count.") var aggregation: String
    @OptionGroup var options: QueryOptions

    func run() async throws {
      try await options.ask(.metrics(metric: metric, aggregation: aggregation))
    }
  }

  /// `playhead query buckets M D`: by dimension.
  struct Buckets: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "A number for each value of a dimension.",
      discussion: "Example: playhead query buckets play country --page-size 10"
    )

    @Argument(help: "The metric, such as play or play-rate.") var metric: String
    @Argument(help: "The dimension, such as country.") var breakdown: String
    @OptionGroup var options: QueryOptions

    func run() async throws {
      try await options.ask(.buckets(metric: metric, breakdown: breakdown))
    }
  }

  /// `playhead query timeseries M`: over time.
  struct Timeseries: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "A number for each interval of time.",
      discussion: "Example: playhead query timeseries play --interval hour --format spark"
    )

    @Argument(help: "The metric, such as play or watch-time-average.") var metric: String
    @OptionGroup var options: QueryOptions

    func run() async throws {
      try await options.ask(.timeseries(metric: metric))
    }
  }

  /// `playhead query histogram M`: by size.
  struct HistogramQuery: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "histogram",
      abstract: "How many values there are of each size.",
      discussion: "Example: playhead query histogram impression-time --last 24h --format spark"
    )

    @Argument(help: "The metric: impression-time or watch-time.") var metric: String
    @OptionGroup var options: QueryOptions

    func run() async throws {
      try await options.ask(.histogram(metric: metric))
    }
  }
}

/// The options that all queries share.
///
/// They become the parameters of the HTTP API, which the query core reads: what is refused there is
/// refused here, in the same words.
struct QueryOptions: ParsableArguments {
  @OptionGroup var source: SourceOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var csv: CSVOptions

  @Option(help: "The interval: minute, hour or day.") var interval: String?
  @Option(help: "Compare with another period: previous, week or year.")
  var compare: String?
  @Option(help: "Sort by metricValue, dimensionValue or emittedAt; with --compare also change.")
  var sortBy: String?
  @Option(help: "The sort order: asc or desc.") var sortOrder: String?
  @Option(help: "The page, from 1.") var page: String?
  @Option(help: "Rows on a page, 1 to 100.") var pageSize: String?
  @Option(help: "The IANA time zone of days and hours, such as Europe/Paris.") var tz: String?
  @Flag(help: "Count each viewer once per day.") var unique = false
  @Option(help: "Watch time that makes a view: 3s, 5s, 10s or 30s.") var viewDuration: String?
  @Option(help: "\(ResultFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
  var format: ResultFormat = .table
  @Option(help: "Repeat at this interval, such as 5s.") var watch: String?

  func validate() throws {
    if let watch, LengthText.parse(watch) == nil {
      throw ValidationError("--watch '\(watch)' is not a time such as 5s or 1m")
    }
  }

  /// Asks, prints the answer, and asks again where `--watch` wants it.
  func ask(_ endpoint: QueryRequest.Endpoint) async throws {
    let settings = try source.settings()
    let source = try OpenSource(settings)
    defer { source.close() }
    let zone = try tz.flatMap { Zone($0) } ?? settings.zone()
    let titles = try await selection.titles(in: source.media)
    repeat {
      let now = Timestamp.now
      let query = try selection.parse(
        QueryRequest(endpoint, try parameters(now: now, zone: zone, titles: titles)),
        with: source.parser,
        now: now
      )
      let answer = try await source.answering.answer([query])
      if watch != nil { StandardOutput.control("\u{1b}[H\u{1b}[2J") }
      for result in answer.results {
        StandardOutput.write(format.text(of: result, guardsFormulas: csv.guardFormulas))
      }
      if let pause = watch.flatMap(LengthText.parse) {
        try await Task.sleep(for: .milliseconds(pause))
      }
    } while watch != nil
  }

  /// The options in the spelling of the HTTP API.
  private func parameters(
    now: Timestamp,
    zone: Zone,
    titles: MediaNames
  ) throws -> [QueryRequest.Parameter] {
    var parameters = try selection.parameters(now: now, zone: zone, titles: titles)
    let own: [(ParameterName, String?)] = [
      (.interval, interval), (.compare, compare), (.sortBy, sortBy), (.sortOrder, sortOrder),
      (.currentPage, page),
      (.pageSize, pageSize), (.timezone, tz), (.viewDuration, viewDuration),
      (.unique, unique ? "true" : nil),
    ]
    parameters += own.compactMap { name, value in value.map { .init(name, $0) } }
    return parameters
  }
}

extension Timestamp {
  /// The time of day of this machine.
  static var now: Timestamp {
    Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
  }
}
