import PlaybackFacts
import QueryCore

/// The answer to one question while it is added up.
struct RowBuilder {
  private let grouping: SumQuery.Grouping
  private var byRow: [Sums]
  private var byValue: [String: Sums] = [:]

  init(_ grouping: SumQuery.Grouping) {
    self.grouping = grouping
    byRow =
      switch grouping {
      case .none: [.zero]
      case .dimension: []
      case .intervals(let edges): [Sums](repeating: .zero, count: max(0, edges.count - 1))
      }
  }

  mutating func add(_ sums: Sums, row: Int) {
    byRow[row] += sums
  }

  mutating func add(_ event: Event, row: Int) {
    byRow[row].add(event)
  }

  mutating func add(_ sums: Sums, value: String) {
    byValue[value, default: .zero] += sums
  }

  mutating func add(_ event: Event, value: String) {
    byValue[value, default: .zero].add(event)
  }

  /// The rows that are not all 0, with the sums that are wanted and possibly others.
  func rows() -> SumRows {
    switch grouping {
    case .none: return .total(byRow[0])
    case .dimension: return .byValue(byValue.filter { $0.value != .zero })
    case .intervals:
      var rows: [Int: Sums] = [:]
      for (row, sums) in byRow.enumerated() where sums != .zero { rows[row] = sums }
      return .byInterval(rows)
    }
  }
}
