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

  func chart(of panel: ScreenPanel, _ context: ScreenContext) -> ChartPanel? {
    context.chart(of: panel, from: [.overview, .time], hasLegend: true)
  }

  // MARK: - Keys

  mutating func perform(_ command: Command, _ context: ScreenContext) -> [ScreenEffect]? {
    guard case .screen(let command) = command else { return nil }
    switch command {
    case .shiftRange, .toggleHeartbeats: return nil
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
    }
  }

  private func menu(_ main: Measure) -> Menu {
    Menu(
      "Draw over \(main.title.lowercased())",
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
}
