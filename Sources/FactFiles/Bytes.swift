/// Whether the bytes in `range` are those of `other`.
func isEqual(_ bytes: Span<UInt8>, _ range: Range<Int>, _ other: [UInt8]) -> Bool {
  guard range.count == other.count else { return false }
  for offset in other.indices where bytes[range.lowerBound + offset] != other[offset] {
    return false
  }
  return true
}

/// The text in `range`, with U+FFFD for whatever is not UTF-8.
func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
  bytes.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
}

/// The whole number in `range`; nil if there is anything else, or it has more than 18 digits.
@inline(__always)
func integer(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int64? {
  var position = range.lowerBound
  let isNegative = position < range.upperBound && bytes[position] == UInt8(ascii: "-")
  if isNegative { position += 1 }
  guard 1...18 ~= range.upperBound - position else { return nil }
  var value: Int64 = 0
  while position < range.upperBound {
    let digit = bytes[position] &- UInt8(ascii: "0")
    guard digit < 10 else { return nil }
    value = value &* 10 &+ Int64(digit)
    position += 1
  }
  return isNegative ? -value : value
}
