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
  /// As what the only one of these is kept.
  private var key: PartialCache.Key?
  /// By code of the dimension's source.
  private var bySource: [UInt32: Sums] = [:]
  /// Of the journal, whose values may have no codes yet.
  private var tail = TailRows()
  private let cache: PartialCache
  /// Whether only the first rows may be asked for.
  let isLeading: Bool
  /// Whether only rows of media items that have tags are wanted.
  private let needsTags: Bool

  init(
    _ query: SumQuery,
    _ tables: CodeTables,
    _ cache: PartialCache,
    needsTags: Bool = false
  ) throws {
    self.query = query
    self.needsTags = needsTags
    self.tables = tables
    self.cache = cache
    sums = query.sums.sorted { $0.rawValue < $1.rawValue }
    dimension = if case .dimension(let dimension) = query.grouping { dimension } else { nil }
    switch query.grouping {
    case .none: byRow = [.zero]
    case .dimension: byRow = []
    case .intervals(let edges):
      byRow = [Sums](repeating: .zero, count: max(0, edges.count - 1))
    }
    let isStored = dimension.map { $0.fixedValues == nil && $0.source == $0 } ?? false
    isLeading = try isStored && !query.leading.isEmpty && tables.hasIndex()
  }

  mutating func add(_ sums: Sums, row: Int) {
    byRow[row] += sums
  }

  mutating func add(_ event: Event, row: Int) {
    byRow[row].add(event)
  }

  /// Adds an event of the journal, by the number of its value there.
  mutating func add(_ event: Event, tail number: Int) throws(MalformedBytes) {
    try tail.add(event, to: number, sums)
  }

  /// Adds what the journal adds up to by the numbers of its values.
  mutating func add(_ partial: TailPartial) throws(MalformedBytes) {
    guard !partial.hasOverflowed else { throw Self.overflow }
    try tail.add(partial.columns)
  }

  /// Says which values the numbers of the journal stand for.
  mutating func nameTail(_ values: [String], _ codes: TailCodes?) {
    tail.values = values
    tail.codes = codes
  }

  /// Adds sums of a group, by its code of the dimension's source.
  mutating func add(_ sums: Sums, source code: UInt32) {
    bySource[code, default: .zero] += sums
  }

  /// Adds what segments add up to by code, and is kept under a key.
  mutating func add(_ partial: Partial, as key: PartialCache.Key? = nil) {
    guard !partial.keys.isEmpty else { return }
    self.key = byCode.isEmpty ? key : nil
    byCode.append(partial)
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
      let partial = try tagged(Partial.sum(of: byCode))
      if let leading = try leading(dimension, partial) { return .leading(leading) }
      var rows: [String: Sums] = [:]
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
      for number in 0..<tail.count where tail.isUsed(number) {
        if needsTags, tables.tags[tail.values[number]].isEmpty { continue }
        var row = Sums()
        for (sum, column) in zip(sums, tail.columns) { row[sum] = column[number] }
        rows[tail.values[number], default: .zero] += row
      }
      guard !rows.values.contains(where: \.hasOverflowed) else { throw Self.overflow }
      let mayBeZero = tail.count > 0 || !bySource.isEmpty
      return .byValue(mayBeZero ? rows.filter { $0.value != .zero } : rows)
    }
  }

  /// Leaves out media items without tags, where looking for those with tags is faster than at all names.
  private func tagged(_ partial: Partial) throws -> Partial {
    guard needsTags, partial.keys.count > 20 * tables.tags.items.count else { return partial }
    return partial.picking(try tables.codes(of: Array(tables.tags.items.keys), .mediaID))
  }

  /// The rows that come first in the orders that are wanted; nil where all will do.
  private func leading(_ dimension: Dimension, _ sealed: Partial) throws -> LeadingSums? {
    // Where there are few rows, naming all is faster than selecting some.
    let longest = query.leading.map(\.count).max() ?? 0
    guard isLeading, longest > 0,
      (sealed.keys.count + bySource.count + tail.count) / 2 > longest
    else { return nil }
    guard !bySource.values.contains(where: \.hasOverflowed) else { throw Self.overflow }
    let builder = LeadingBuilder(
      dimension: dimension,
      sums: sums,
      tables: tables,
      cache: cache,
      sealed: sealed,
      key: key
    )
    return try builder.rows(query.leading, AddedRows(tail, bySource, to: sealed, sums))
  }

  private func wanted(_ all: Sums) throws(MalformedBytes) -> Sums {
    guard !all.hasOverflowed else { throw Self.overflow }
    var result = Sums()
    for sum in sums { result[sum] = all[sum] }
    return result
  }
}
