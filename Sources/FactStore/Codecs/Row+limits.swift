import GRDB
import PlaybackFacts
import TextAndBytes

/// What whole numbers of the file lie within, so that nobody who adds or multiplies them overflows.
enum StoredLimits {
  /// Counts, versions and numbers of rows.
  static let counts: ClosedRange<Int64> = 0...1 << 53
  /// Instants in milliseconds: 140,000 years to either side.
  static let milliseconds: ClosedRange<Int64> = -1 << 52...1 << 52
  /// How long media items are in milliseconds; none is empty.
  static let lengths: ClosedRange<Int64> = 1...1_000_000_000_000
  /// Days and hours since 1970: 100,000 years to either side.
  static let hours: ClosedRange<Int64> = -1 << 30...1 << 30
  /// Codes of the dictionary, with room for those of a row after the first.
  static let codes: ClosedRange<Int64> = 0...1 << 32 - 1 << 26
  /// Hashes and bits, which may be anything.
  static let bits: ClosedRange<Int64> = .min ... .max
}

/// Values of a row; where the file has something of another type or size, the error names the column.
extension Row {
  func integer(
    _ index: Int,
    in limits: ClosedRange<Int64> = StoredLimits.counts
  ) throws(MalformedBytes) -> Int64 {
    guard let value = try optionalInteger(index, in: limits) else { throw malformed(index) }
    return value
  }

  func integer(
    _ column: String,
    in limits: ClosedRange<Int64> = StoredLimits.counts
  ) throws(MalformedBytes) -> Int64 {
    try integer(index(of: column), in: limits)
  }

  /// Nil for NULL.
  func optionalInteger(
    _ index: Int,
    in limits: ClosedRange<Int64> = StoredLimits.counts
  ) throws(MalformedBytes) -> Int64? {
    let value: DatabaseValue = self[index]
    switch value.storage {
    case .null: return nil
    case .int64(let number) where limits.contains(number): return number
    default: throw malformed(index)
    }
  }

  /// Nil for NULL, and where a file of an older format lacks the column.
  func optionalInteger(
    _ column: String,
    in limits: ClosedRange<Int64> = StoredLimits.counts
  ) throws(MalformedBytes) -> Int64? {
    guard hasColumn(column) else { return nil }
    return try optionalInteger(index(of: column), in: limits)
  }

  func instant(_ index: Int) throws(MalformedBytes) -> Timestamp {
    Timestamp(milliseconds: try integer(index, in: StoredLimits.milliseconds))
  }

  func instant(_ column: String) throws(MalformedBytes) -> Timestamp {
    try instant(index(of: column))
  }

  /// Nil for NULL, and where a file of an older format lacks the column.
  func optionalInstant(_ column: String) throws(MalformedBytes) -> Timestamp? {
    try optionalInteger(column, in: StoredLimits.milliseconds).map(Timestamp.init(milliseconds:))
  }

  func text(_ index: Int) throws(MalformedBytes) -> String {
    guard let text = try optionalText(index) else { throw malformed(index) }
    return text
  }

  func text(_ column: String) throws(MalformedBytes) -> String { try text(index(of: column)) }

  /// Nil for NULL.
  func optionalText(_ index: Int) throws(MalformedBytes) -> String? {
    let value: DatabaseValue = self[index]
    switch value.storage {
    case .null: return nil
    case .string(let text): return text
    default: throw malformed(index)
    }
  }

  /// Nil for NULL.
  func optionalText(_ column: String) throws(MalformedBytes) -> String? {
    try optionalText(index(of: column))
  }

  private func index(of column: String) throws(MalformedBytes) -> Int {
    let place = columnNames.firstIndex(of: column)
    guard let place else { throw MalformedBytes("the column \(column) is missing") }
    return columnNames.distance(from: columnNames.startIndex, to: place)
  }

  private func malformed(_ index: Int) -> MalformedBytes {
    let column = columnNames[columnNames.index(columnNames.startIndex, offsetBy: index)]
    return MalformedBytes("the column \(column) has an impossible value")
  }
}
