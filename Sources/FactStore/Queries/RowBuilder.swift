import TextAndBytes
import PlaybackFacts
import QueryCore

/// The answer to one question while it is added up.
struct RowBuilder {
  private let query: SumQuery
  private let tables: CodeTables
  /// The sums that are wanted, ascending.
  let sums: [Sum]
  /// The dimension by whose values the answer falls into rows, if it does.
  let dimension: Dimension?
  /// One for each interval; one for all without intervals.
  private var byRow: [Sums]
  /// By code of the dimension, a column for each sum that is wanted.
  private var byCode: [Partial] = []
  /// By code of the dimension's source.
  private var bySource: [UInt32: Sums] = [:]
  /// Of the journal, whose values may have no codes yet.
  private var byValue: [String: Sums] = [:]

  init(_ query: SumQuery, _ tables: CodeTables) {
    self.query = query
    self.tables = tables
    sums = query.sums.sorted { $0.rawValue < $1.rawValue }
    dimension = if case .dimension(let dimension) = query.grouping { dimension } else { nil }
    switch query.grouping {
    case .none: byRow = [.zero]
    case .dimension: byRow = []
    case .intervals(let edges):
      byRow = [Sums](repeating: .zero, count: max(0, edges.count - 1))
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

  /// Adds sums of a group, by its code of the dimension's source.
  mutating func add(_ sums: Sums, source code: UInt32) {
    bySource[code, default: .zero] += sums
  }

  /// Adds what segments add up to by code.
  mutating func add(_ partials: [Partial]) {
    byCode += partials.filter { !$0.keys.isEmpty }
  }

  private static let overflow = MalformedBytes("the sums are more than there can be")

  /// The rows that are not all 0, with no sums but those that are wanted.
  ///
  /// - Throws: ``MalformedBytes`` where a sum doesn't fit into 64 bits or a code has no value.
  func rows() throws -> SumRows {
    switch query.grouping {
    case .none: return .total(try wanted(byRow[0]))
    case .intervals:
      var rows: [Int: Sums] = [:]
      for (row, sums) in byRow.enumerated() {
        let wanted = try wanted(sums)
        if wanted != .zero { rows[row] = wanted }
      }
      return .byInterval(rows)
    case .dimension(let dimension):
      var rows: [String: Sums] = [:]
      let partial = try Partial.sum(of: byCode)
      rows.reserveCapacity(partial.keys.count)
      for (place, value) in try tables.values(of: partial.keys, dimension).enumerated() {
        // Two codes may have equal values, composed and decomposed.
        let row = partial.sums(at: place, sums)
        rows[value] = try wanted(rows[value, default: .zero] + row)
      }
      for (code, sums) in bySource.sorted(by: { $0.key < $1.key }) {
        let value = dimension.value(ofSource: try tables.value(of: Int(code), dimension.source))
        rows[value] = try wanted(rows[value, default: .zero] + (try wanted(sums)))
      }
      for (value, sums) in byValue {
        rows[value] = try wanted(rows[value, default: .zero] + (try wanted(sums)))
      }
      let mayBeZero = !byValue.isEmpty || !bySource.isEmpty
      return .byValue(mayBeZero ? rows.filter { $0.value != .zero } : rows)
    }
  }

  private func wanted(_ all: Sums) throws(MalformedBytes) -> Sums {
    guard !all.hasOverflowed else { throw Self.overflow }
    var result = Sums()
    for sum in sums { result[sum] = all[sum] }
    return result
  }
}
