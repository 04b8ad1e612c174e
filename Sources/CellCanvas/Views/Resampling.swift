/// A series brought to a number of columns.
enum Resampling {
  /// The values that fall into a column; the last interval ends with the last column.
  static func range(of column: Int, columns: Int, count: Int) -> Range<Int> {
    let first = column * count / columns
    return first..<max(first + 1, (column + 1) * count / columns)
  }

  /// The highest value of each column; nil where none is known.
  static func peaks(of values: [Double?], in columns: Int) -> [Double?] {
    guard columns > 0, !values.isEmpty else { return [] }
    return (0..<columns).map { column in
      values[range(of: column, columns: columns, count: values.count)]
        .compactMap { $0 }.filter(\.isFinite).max()
    }
  }
}
