import ArgumentParser
import PlaybackFacts
import QueryCore

/// `playhead movers`: which values explain a change.
struct MoversCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "movers",
    abstract: "Which values explain how a number changed.",
    discussion: """
      Compares a range with the one before it, and ranks the values of all dimensions, and pairs of them, by what they
      contribute to the change.

      Example: playhead movers play --last 24h --compare week
      """
  )

  @Argument(
    help: ArgumentHelp(
      "The metric: \(Movers.measures.compactMap(\.seriesName).joined(separator: ", ")).",
      valueName: "metric"
    )
  )
  var metric: String
  @OptionGroup var source: SourceOptions
  @OptionGroup var selection: SelectionOptions
  @OptionGroup var csv: CSVOptions
  @Option(help: "The period to compare with: previous, week or year.") var compare = "previous"
  @Option(
    help: ArgumentHelp(
      "Look at the values of this dimension only. Repeatable.",
      valueName: "dimension"
    )
  )
  var groupBy: [String] = []
  @Flag(inversion: .prefixedNo, help: "Look for pairs of values such as FR on phones.") var pairs =
    true
  @Option(help: "The most rows, 1 to 1000.") var limit = 20
  @Option(help: "The IANA time zone of days, such as Europe/Paris.") var tz: String?
  @Option(help: "Watch time that makes a view: 3s, 5s, 10s or 30s.") var viewDuration: String?
  @Option(help: "table, csv or json.") var format: MoversFormat = .table

  func validate() throws {
    guard (1...1000).contains(limit) else {
      throw ValidationError("--limit \(limit) is not a number from 1 to 1000")
    }
    _ = try dimensions()
  }

  func run() async throws {
    let settings = try source.settings()
    let source = try OpenSource(settings)
    defer { source.close() }
    let zone = try tz.flatMap { Zone($0) } ?? settings.zone()
    let now = Timestamp.now
    var parameters = try selection.parameters(
      now: now,
      zone: zone,
      titles: await selection.titles(in: source.media)
    )
    let own: [(ParameterName, String?)] = [
      (.compare, compare), (.timezone, tz), (.viewDuration, viewDuration),
    ]
    parameters += own.compactMap { name, value in value.map { .init(name, $0) } }
    // Refused in the words of the three queries, and with the names of those that can be split.
    let names = Movers.measures.compactMap(\.seriesName)
    guard names.contains(metric) else {
      throw ValidationError(
        "'\(metric)' can't be split; use one of \(names.joined(separator: ", "))"
      )
    }
    let query = try selection.parse(
      QueryRequest(.timeseries(metric: metric), parameters),
      with: source.parser,
      now: now
    )
    guard let timeframe = query.timeframe, let before = query.compared?.timeframe else {
      throw CommandError("the period to compare with begins before the retention")
    }
    let movers = try await source.answering.movers(
      Movers.Request(
        query.measure,
        in: timeframe,
        comparedWith: before,
        filter: query.filter,
        viewDuration: query.viewDuration,
        dimensions: try dimensions() ?? Dimension.allCases,
        findsPairs: pairs,
        limit: limit
      )
    )
    StandardOutput.write(format.text(of: movers, guardsFormulas: csv.guardFormulas))
  }

  private func dimensions() throws -> [Dimension]? {
    guard !groupBy.isEmpty else { return nil }
    return try groupBy.map { name in
      guard let dimension = Dimension.allCases.first(where: { $0.goes(by: name) }) else {
        let known = Dimension.allCases.map(\.breakdownName).joined(separator: ", ")
        throw ValidationError("--group-by: there is no dimension '\(name)'; there are \(known)")
      }
      return dimension
    }
  }
}

extension Dimension {
  /// Whether a person may mean it by a name.
  fileprivate func goes(by name: String) -> Bool {
    [breakdownName, filterName.lowercased(), title].contains(name.lowercased())
      || self == .operatingSystem && name.lowercased() == "os"
  }
}
