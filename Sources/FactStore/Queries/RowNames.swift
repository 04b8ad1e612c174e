import TextAndBytes
import PlaybackFacts

/// Into which rows of an answer playbacks go: one for each value of a dimension, one for all without.
struct RowNames {
  let dimension: Dimension?
  private let tables: CodeTables
  /// The name of each row.
  private(set) var names: [String] = []
  private var numbers: [String: UInt32] = [:]
  /// What was found for codes of the dimension's source, or for 0 without a dimension; those below
  /// ``lowCodes`` in an array.
  private var low: [[UInt32]?] = []
  private var high: [Int: [UInt32]] = [:]
  /// What was found for values that may have no codes.
  private var rowsOfValue: [String: [UInt32]] = [:]

  private static let lowCodes = 4096

  init(_ dimension: Dimension?, _ tables: CodeTables) {
    self.dimension = dimension
    self.tables = tables
    if dimension == nil { low = [[row(named: "")]] }
  }

  /// The same, with rows of these names so far.
  func taking(_ names: [String]) -> RowNames {
    var taken = self
    for name in names { _ = taken.row(named: name) }
    return taken
  }

  /// The rows of a group, by its code of the dimension's source.
  mutating func rows(ofCode code: Int) throws -> [UInt32] {
    guard let dimension else { return low[0] ?? [] }
    if let rows = low.indices.contains(code) ? low[code] : high[code] { return rows }
    let value = try tables.value(of: code, dimension.source)
    let rows = tables.tags.names(of: dimension, ofSource: value).map { row(named: $0) }
    if code < Self.lowCodes {
      while low.count <= code { low.append(nil) }
      low[code] = rows
    } else {
      high[code] = rows
    }
    return rows
  }

  /// The rows of a value of the dimension's source that may have no code yet; of any without a dimension.
  mutating func rows(ofSource value: String) -> [UInt32] {
    if let rows = rowsOfValue[value] { return rows }
    let names = dimension.map { tables.tags.names(of: $0, ofSource: value) } ?? [""]
    let rows = names.map { row(named: $0) }
    rowsOfValue[value] = rows
    return rows
  }

  /// Values that are equal as text are one row, though their bytes, and so their codes, may differ.
  private mutating func row(named name: String) -> UInt32 {
    let next = UInt32(names.count)
    let number = numbers[name, default: next]
    if number == next {
      numbers[name] = next
      names.append(name)
    }
    return number
  }
}
