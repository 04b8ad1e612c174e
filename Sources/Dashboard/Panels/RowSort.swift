import CellCanvas

/// How the rows of a screen are sorted.
struct RowSort: Hashable, Sendable {
  /// What rows can be sorted by, by its name.
  struct Column: Hashable, Sendable {
    let title: String
    /// Whether it holds names, which are in order from A on; numbers are from the highest.
    var isName = false

    init(_ title: String, isName: Bool = false) {
      self.title = title
      self.isName = isName
    }

    static let value = Column("value")
    static let name = Column("name", isName: true)
    static let change = Column("change")
  }

  var column: Column
  var isReversed = false

  init(_ column: Column) {
    self.column = column
  }

  /// Goes on to the next of some columns, and from the last to the first.
  mutating func next(of columns: [Column]) {
    let index = columns.firstIndex(of: column) ?? columns.count - 1
    self = RowSort(columns[(index + 1) % columns.count])
  }

  /// A heading, with a sign where its column is sorted by.
  func heading(_ text: String, of column: Column, _ symbols: Symbols) -> String {
    guard self.column == column else { return text }
    return "\(text) \(isReversed != column.isName ? symbols.up : symbols.down)"
  }

  /// Rows by the rank of their column, the highest first; those without one come last in either order.
  func sorted<Row>(_ rows: [Row], byRank rank: (Row) -> Double?) -> [Row] {
    directed(rows.stablySorted { rank($0) ?? -.infinity }) { rank($0) != nil }
  }

  /// Rows by their names.
  func sorted<Row>(_ rows: [Row], byName name: (Row) -> String, id: (Row) -> String) -> [Row] {
    let named = rows.map { (name($0).lowercased(), $0) }
    let sorted = named.sorted { ($0.0, id($0.1)) < ($1.0, id($1.1)) }.map(\.1)
    return isReversed ? sorted.reversed() : sorted
  }

  /// Rows that are in the order of their column already.
  func directed<Row>(_ rows: [Row], isKnown: (Row) -> Bool) -> [Row] {
    isReversed ? rows.filter(isKnown).reversed() + rows.filter { !isKnown($0) } : rows
  }
}

extension Array {
  /// The elements by descending rank; equal ones keep their order.
  fileprivate func stablySorted(by rank: (Element) -> Double) -> [Element] {
    enumerated().map { (rank($0.element), $0.offset, $0.element) }
      .sorted { ($1.0, $0.1) < ($0.0, $1.1) }
      .map(\.2)
  }
}
