import PlaybackFacts
import QueryCommandLine
import QueryCore

extension DashboardState {
  /// The command line that opens this screen; nil where none can ask the source.
  public var commandLine: String? {
    guard let opening = source.opening, let command = opening.first else { return nil }
    let filters = filters.filter { $0.dimension != .bots }.map(FilterText.text)
    var words = ["playhead", command, "--view", view.rawValue, "--range", rangeText]
    for filter in filters.isEmpty ? [Self.none] : filters { words += ["--filter", filter] }
    words += ["--bots", bots.rawValue, "--metric", measure.seriesName ?? measure.metric]
    words += ["--dimension", dimension.breakdownName] + screen.options
    words += ["--compare", comparison?.rawValue ?? Self.none, "--tz", zone.name]
    return (words + opening.dropFirst()).map(quotedForShell).joined(separator: " ")
  }

  /// The range as it is typed; what is paused or past ends where it ends.
  private var rangeText: String {
    let end: Timestamp
    switch mode {
    case .live: return rangeStart.map { "since \($0.atom(in: zone))" } ?? range.title
    case .paused(let since): end = since
    case .history(let time): end = time
    }
    let window = TimeWindow(range, upTo: end, in: zone)
    return "\(window.edges[0].atom(in: zone))..\(window.end.atom(in: zone))"
  }

  // MARK: - Options of a start

  /// No filter, or no comparison, as an option.
  static let none = "none"

  /// The metrics that can be chosen, by their names.
  public static var metricNames: [String] { Measure.chartable.compactMap(\.seriesName) }

  /// What playbacks can be grouped by, by their names.
  public static var dimensionNames: [String] { MetricCatalog.breakdowns.map(\.breakdownName) }

  /// What Breakdown can have as columns, by their names.
  public static var columnNames: [String] { dimensionNames + [Self.none] }

  /// What numbers can be compared with, by their names.
  public static var comparisonNames: [String] {
    ComparedPeriod.allCases.map(\.rawValue) + [Self.none]
  }

  /// A sentence that says what is wrong with filters as options; nil if nothing is.
  public static func fault(ofFilters texts: [String]) -> String? {
    do throws(FilterText.Fault) {
      _ = try clauses(of: texts, FilterText())
      return nil
    } catch {
      return error.sentence
    }
  }

  private static func clauses(
    of texts: [String],
    _ filterText: FilterText
  ) throws(FilterText.Fault) -> [Filter.Clause] {
    var clauses: [Filter.Clause] = []
    for text in texts where text != none { clauses.append(try filterText.clause(text)) }
    return clauses
  }

  /// Takes in what options say instead of what was remembered; names that there are not say nothing.
  ///
  /// - Parameters:
  ///   - filters: filters as they are typed, one each, or `none`; empty says nothing.
  ///   - metric: one of ``metricNames``.
  ///   - dimension: one of ``dimensionNames``.
  ///   - columns: one of ``columnNames``.
  ///   - comparison: one of ``comparisonNames``.
  public mutating func take(
    filters: [String] = [],
    metric: String? = nil,
    dimension: String? = nil,
    columns: String? = nil,
    comparison: String? = nil
  ) {
    let text = FilterText(media: media, referrers: source.referrers)
    if !filters.isEmpty, let clauses = try? Self.clauses(of: filters, text) {
      self.filters = self.filters.filter { $0.dimension == .bots }
      for clause in clauses { add(clause) }
      hasTypedTitles = clauses.contains { $0.dimension == .mediaID }
      findTypedTitles()
    }
    measure = Measure.chartable.first { $0.seriesName == metric } ?? measure
    self.dimension =
      MetricCatalog.breakdowns.first { $0.breakdownName == dimension } ?? self.dimension
    if let columns {
      for id in ScreenID.allCases where screens[id].memory[ScreenMemory.second] != nil {
        screens[id].restore([ScreenMemory.second: columns == Self.none ? [] : [columns]])
      }
    }
    if let comparison { self.comparison = ComparedPeriod(rawValue: comparison) }
  }
}

extension DashboardState {
  /// Puts ids in place of the titles of filters that came with a start, once it is known what media items are called.
  mutating func findTypedTitles() {
    guard hasTypedTitles, !media.isEmpty else { return }
    hasTypedTitles = false
    let text = FilterText(media: media, referrers: source.referrers)
    for (index, clause) in filters.enumerated() where clause.dimension == .mediaID {
      do throws(FilterText.Fault) {
        filters[index] = try text.withIDs(clause, before: [])
      } catch {
        notice = error.sentence
      }
    }
  }
}

/// Names of what screens remember that others know as well.
enum ScreenMemory {
  /// The dimension whose values are columns.
  static let second = "second"
}
