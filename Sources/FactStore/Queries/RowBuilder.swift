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
  /// For each sum that is wanted, the value of each code.
  private var byCode: [[Int64]] = []
  /// Of the journal, whose values may have no codes yet.
  private var byValue: [String: Sums] = [:]

  init(_ query: SumQuery, _ tables: CodeTables) {
    self.query = query
    self.tables = tables
    sums = query.sums.sorted { $0.rawValue < $1.rawValue }
    dimension = if case .dimension(let dimension) = query.grouping { dimension } else { nil }
    switch query.grouping {
    case .none: byRow = [.zero]
    case .dimension(let dimension):
      byRow = []
      let none = [Int64](repeating: 0, count: tables.count(of: dimension))
      byCode = sums.map { _ in none }
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

  mutating func add(
    _ sums: Sums,
    codes: PlaybackCodes,
    of dimension: Dimension
  ) throws(MalformedBytes) {
    let place = Dimension.stored.firstIndex(of: dimension.source) ?? 0
    let derived = tables.derivedCodes(of: dimension)
    let source = Int(codes[place])
    guard source < tables.count(of: dimension.source) else {
      throw MalformedBytes("a code has no value")
    }
    let code = derived.isEmpty ? source : Int(derived[source])
    for (index, sum) in self.sums.enumerated() { try add(sums[sum], to: code, of: index) }
  }

  /// Adds what segments add up to by code.
  mutating func add(_ partial: Partial) throws(MalformedBytes) {
    guard let last = partial.keys.last else { return }
    for (index, column) in partial.columns.enumerated() {
      guard Int(last) < byCode[index].count else { throw MalformedBytes("a code has no value") }
      for (key, value) in zip(partial.keys, column) { try add(value, to: Int(key), of: index) }
    }
  }

  private mutating func add(
    _ value: Int64,
    to code: Int,
    of index: Int
  ) throws(MalformedBytes) {
    let (total, overflow) = byCode[index][code].addingReportingOverflow(value)
    guard !overflow else { throw Self.overflow }
    byCode[index][code] = total
  }

  private static let overflow = MalformedBytes("the sums are more than there can be")

  /// What was added by code so far.
  var partial: Partial { Partial(places: byCode) }

  /// The rows that are not all 0, with no sums but those that are wanted.
  ///
  /// - Throws: ``MalformedBytes`` where a sum doesn't fit into 64 bits.
  func rows() throws(MalformedBytes) -> SumRows {
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
      let values = tables.values(of: dimension)
      var rows: [String: Sums] = [:]
      let partial = partial
      rows.reserveCapacity(partial.keys.count)
      for (place, key) in partial.keys.enumerated() {
        var row = Sums()
        for (index, sum) in sums.enumerated() { row[sum] = partial.columns[index][place] }
        // Two codes may have equal values, composed and decomposed.
        rows[values[Int(key)]] = try wanted(rows[values[Int(key)], default: .zero] + row)
      }
      for (value, sums) in byValue {
        let all = rows[value, default: .zero] + (try wanted(sums))
        rows[value] = try wanted(all)
      }
      return .byValue(byValue.isEmpty ? rows : rows.filter { $0.value != .zero })
    }
  }

  private func wanted(_ all: Sums) throws(MalformedBytes) -> Sums {
    guard !all.hasOverflowed else { throw Self.overflow }
    var result = Sums()
    for sum in sums { result[sum] = all[sum] }
    return result
  }
}
