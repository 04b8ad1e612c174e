import TextAndBytes

/// Reads what a ``StateWriter`` wrote; throws where it can't have been written by one.
struct StateReader {
  private var reader: ByteReader

  /// Says that bytes are no state.
  struct Unreadable: Error {}

  /// The numbers that are believed: enough for times in ms and their differences.
  private static let believable: ClosedRange<Int64> = -(1 << 57)...(1 << 57)

  init(_ bytes: [UInt8]) {
    reader = ByteReader(bytes)
  }

  var isAtEnd: Bool { reader.isAtEnd }

  mutating func byte() throws(Unreadable) -> UInt8 {
    do { return try reader.byte() } catch { throw Unreadable() }
  }

  mutating func unsigned() throws(Unreadable) -> UInt64 {
    do { return try reader.varint() } catch { throw Unreadable() }
  }

  /// A number that was added to `base` once it was read.
  mutating func signed(from base: Int64 = 0) throws(Unreadable) -> Int64 {
    let (sum, overflow) = base.addingReportingOverflow(unzigzag(try unsigned()))
    guard !overflow, Self.believable.contains(sum) else { throw Unreadable() }
    return sum
  }

  /// A number of things, at most `limit`.
  mutating func count(upTo limit: Int) throws(Unreadable) -> Int {
    guard let count = Int(exactly: try unsigned()), count <= limit else { throw Unreadable() }
    return count
  }

  mutating func text() throws(Unreadable) -> String {
    let count = try count(upTo: reader.remaining)
    guard let bytes = try? reader.raw(count), let text = String(validating: bytes, as: UTF8.self)
    else { throw Unreadable() }
    return text
  }
}
