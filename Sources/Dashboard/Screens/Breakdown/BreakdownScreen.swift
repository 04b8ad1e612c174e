import QueryCore

/// The chosen metric by the chosen dimension, every value of it.
struct BreakdownScreen: Screen {
  static let meaning = "any metric by any dimension"
  static let shortTitle: String? = "Break"
  static let panels: [ScreenPanel] = [.breakdown]

  var sort: RowSort? = RowSort(.value)

  func questions(_ selection: Selection) -> Questions {
    Questions(
      rankings: [
        RankingQuestion(
          panel: .breakdown,
          dimension: selection.dimension,
          measure: selection.measure,
          rows: RankingQuestion.mostRows
        )
      ]
    )
  }
}

extension ScreenPanel {
  static let breakdown = ScreenPanel("breakdown", .rows)
}
