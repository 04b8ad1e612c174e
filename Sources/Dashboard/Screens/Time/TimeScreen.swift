import CellCanvas
import PlaybackFacts
import QueryCore

/// One metric large, with others over it, or a curve for each of the largest values of a dimension.
struct TimeScreen: Screen {
  static let meaning = "one metric large, or several over each other"
  static let panels: [ScreenPanel] = [.curves]

  /// The metrics whose curves are drawn over that of the chosen one.
  private(set) var overlays: [Measure] = []
  /// Whether there is a curve for each of the largest values of the chosen dimension.
  private(set) var isSplit = false

  /// So many metrics are drawn over the chosen one.
  private static let mostOverlays = 7
  /// So many values get a curve of their own.
  private static let mostCurves = 5

  func questions(_ selection: Selection) -> Questions {
    guard isSplit else {
      let overlays = overlays.filter { $0 != selection.measure }
      if overlays.isEmpty, let histogram = Self.histogram(of: selection.measure) {
        return Questions(
          curves: [CurveQuestion(measure: selection.measure)]
            + Self.percentiles.filter { $0 != selection.measure }.map { CurveQuestion(measure: $0) },
          others: [histogram]
        )
      }
      return Questions(
        curves: [CurveQuestion(measure: selection.measure, isCompared: true)]
          + overlays.map { CurveQuestion(measure: $0) }
      )
    }
    return Questions(
      curves: [CurveQuestion(measure: selection.measure)],
      curvesBy: selection.dimension,
      rankings: [
        RankingQuestion(
          panel: .curves,
          dimension: selection.dimension,
          measure: selection.additiveMeasure,
          rows: 8
        )
      ]
    )
  }

  /// The percentiles of the time to the first frame: an average hides what is slow for few.
  private static let percentiles = [Aggregation.p95, .p75, .p50].compactMap {
    MetricCatalog.measure("impression-time", $0)
  }

  /// The question for how many first frames took how long; nil of other metrics.
  private static func histogram(of measure: Measure) -> Question? {
    guard measure.metric == "impression-time", let any = percentiles.first else { return nil }
    return Question(measure: any, shape: .histogram)
  }

  /// A curve for each of the values that an answer has shown to be the largest.
  func detail(_ context: ScreenContext) -> ScreenRequest.Detail {
    let selection = context.selection
    guard isSplit, let snapshot = context.snapshot, snapshot.request.subject.screen == .time,
      snapshot.request.selection.dimension == selection.dimension,
      let ranking = snapshot.ranking(of: .curves)
    else { return ScreenRequest.Detail() }
    return ScreenRequest.Detail(
      curves: ranking.rows.prefix(Self.mostCurves).map { row in
        let clause = Filter.Clause(selection.dimension, [row.dimensionValue])
        return CurveQuestion(measure: selection.measure, clause: clause)
      }
    )
  }

  func layout(in rect: Rect, _ context: ScreenContext) -> Arrangement {
    guard !context.asked.questions.others.isEmpty else { return .panel(.curves) }
    return .rows([
      (.flexible(min: 7, weight: 3), .panel(.curves)),
      Arrangement.gap(rank: 2),
      (.flexible(min: 7, weight: 2).optional(rank: 1), .panel(.firstFrames)),
    ])
  }

  func view(of panel: ScreenPanel, _ context: ScreenContext) -> any View {
    guard panel == .firstFrames else { return usualView(of: panel, context) }
    let question = Self.histogram(of: context.selection.measure)
    let snapshot = context.snapshot.flatMap { snapshot in
      question.map(snapshot.request.questions.others.contains) == true ? snapshot : nil
    }
    return FirstFramePanel(
      isAnswered: snapshot != nil,
      frames: question.flatMap { question in
        snapshot.flatMap { FirstFrames($0.results(of: question)) }
      },
      refusal: snapshot?.request.histogramRefusal?.reason,
      symbols: context.symbols
    )
  }

  func chart(of panel: ScreenPanel, _ context: ScreenContext) -> ChartPanel? {
    guard panel == .curves else { return nil }
    return context.chart(of: panel, from: [.overview, .time], hasLegend: true)
  }

  // MARK: - Keys

  mutating func perform(_ command: Command, _ context: ScreenContext) -> [ScreenEffect]? {
    guard case .screen(let command) = command else { return nil }
    switch command {
    case .openOverlays: return [.menu(menu(context.selection.measure))]
    case .toggleOverlay(let measure):
      if overlays.contains(measure) {
        overlays.removeAll { $0 == measure }
        return []
      }
      guard overlays.count < Self.mostOverlays, measure != context.selection.measure else {
        return []
      }
      overlays.append(measure)
      isSplit = false
      return [.selectRow(nil)]
    case .toggleSplit:
      isSplit.toggle()
      return [.selectRow(nil)]
    case .openSecondDimension, .chooseSecondDimension, .shiftRange, .toggleHeartbeats: return nil
    }
  }

  private func menu(_ main: Measure) -> Menu {
    Menu(
      "Add a metric to \(main.title.lowercased())",
      Measure.chartable.filter { $0 != main }.map { other in
        let isDrawn = overlays.contains(other)
        return Menu.Item(
          other.title,
          note: isDrawn ? "drawn" : "",
          .screen(.toggleOverlay(other)),
          isCurrent: isDrawn
        )
      }
    )
  }

  mutating func group(by dimension: Dimension) -> Bool {
    isSplit = true
    return true
  }

  // MARK: - Memory

  var memory: [String: [String]] {
    ["overlays": overlays.compactMap(\.seriesName), "split": isSplit ? ["yes"] : []]
  }

  mutating func restore(_ memory: [String: [String]]) {
    overlays = (memory["overlays"] ?? []).prefix(Self.mostOverlays).compactMap { name in
      Measure.chartable.first { $0.seriesName == name }
    }
    isSplit = memory["split"] == ["yes"]
  }
}

extension ScreenPanel {
  static let curves = ScreenPanel("curves", .chart(choosesMetric: true))
  static let firstFrames = ScreenPanel("firstFrames", .plain)
}
