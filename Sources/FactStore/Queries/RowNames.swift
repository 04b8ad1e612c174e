import TextAndBytes
import PlaybackFacts

/// Into which rows of an answer playbacks go: one for each value of a dimension, one for all without.
struct RowNames {
  let dimension: Dimension?
  private let tables: CodeTables
  /// The name of each row.
  private(set) var names: [String] = []
  private var numbers: [String: UInt32] = [:]
  /// What was found for codes of the dimension's source, or for 0 without a dimension.
  private var known: [[UInt32]?]
  /// What was found for values that may have no codes.
  private var rowsOfValue: [String: [UInt32]] = [:]

  init(_ dimension: Dimension?, _ tables: CodeTables) {
    self.dimension = dimension
    self.tables = tables
    known = [[UInt32]?](repeating: nil, count: dimension.map { tables.count(of: $0.source) } ?? 1)
    if dimension == nil { known[0] = [row(named: "")] }
  }

  /// The rows of a group, by its code of the dimension's source.
  mutating func rows(ofCode code: Int) throws(MalformedBytes) -> [UInt32] {
    let code = dimension == nil ? 0 : code
    guard known.indices.contains(code) else { throw MalformedBytes("a code has no value") }
    if let rows = known[code] { return rows }
    guard let dimension else { return [] }
    let values = tables.values(of: dimension.source)
    let rows = tables.names(of: dimension, ofSource: values[code]).map { row(named: $0) }
    known[code] = rows
    return rows
  }

  /// The rows of a value of the dimension's source that may have no code yet; of any without a dimension.
  mutating func rows(ofSource value: String) -> [UInt32] {
    if let rows = rowsOfValue[value] { return rows }
    let names = dimension.map { tables.names(of: $0, ofSource: value) } ?? [""]
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
