/// A byte at which a JSON string makes no sense.
struct BadEscape: Error {
  let index: Int
}

/// Replaces the escapes of a JSON string by what they stand for; where the text ends then.
///
/// Half a surrogate pair, which JavaScript may write, becomes U+FFFD.
func unescapeJSON(_ bytes: inout [UInt8], in range: Range<Int>) -> Result<Int, BadEscape> {
  var end = range.lowerBound
  var position = range.lowerBound
  while position < range.upperBound {
    guard bytes[position] == UInt8(ascii: "\\") else {
      bytes[end] = bytes[position]
      end += 1
      position += 1
      continue
    }
    guard let (scalar, next) = escapedScalar(bytes, at: position, before: range.upperBound) else {
      return .failure(BadEscape(index: position))
    }
    for byte in Character(scalar).utf8 {
      bytes[end] = byte
      end += 1
    }
    position = next
  }
  return .success(end)
}

/// Replaces escapes that are half a surrogate pair by that of U+FFFD, which is as long.
func replaceHalfSurrogates(_ bytes: inout [UInt8]) {
  var position = 0
  while position < bytes.count {
    guard bytes[position] == UInt8(ascii: "\\") else {
      position += 1
      continue
    }
    let unit = codeUnit(bytes, at: position, before: bytes.count)
    guard let (scalar, next) = escapedScalar(bytes, at: position, before: bytes.count) else {
      // No escape: whoever decodes it says so.
      position += 2
      continue
    }
    if scalar == "\u{fffd}", unit != 0xfffd {
      bytes.replaceSubrange(position..<next, with: Array("\\ufffd".utf8))
    }
    position = next
  }
}

/// What the escape at `position` stands for, and where it ends.
private func escapedScalar(
  _ bytes: [UInt8],
  at position: Int,
  before end: Int
) -> (Unicode.Scalar, Int)? {
  guard position + 1 < end else { return nil }
  let next = position + 2
  switch bytes[position + 1] {
  case UInt8(ascii: "\""): return ("\"", next)
  case UInt8(ascii: "\\"): return ("\\", next)
  case UInt8(ascii: "/"): return ("/", next)
  case UInt8(ascii: "b"): return ("\u{8}", next)
  case UInt8(ascii: "f"): return ("\u{c}", next)
  case UInt8(ascii: "n"): return ("\n", next)
  case UInt8(ascii: "r"): return ("\r", next)
  case UInt8(ascii: "t"): return ("\t", next)
  case UInt8(ascii: "u"): break
  default: return nil
  }
  guard let unit = codeUnit(bytes, at: position, before: end) else { return nil }
  if let scalar = Unicode.Scalar(unit) { return (scalar, position + 6) }
  guard unit < 0xdc00, let low = codeUnit(bytes, at: position + 6, before: end),
    (0xdc00..<0xe000).contains(low)
  else { return ("\u{fffd}", position + 6) }
  let value = 0x10000 + (UInt32(unit - 0xd800) << 10 | UInt32(low - 0xdc00))
  return (Unicode.Scalar(value) ?? "\u{fffd}", position + 12)
}

/// The number of the `\u` escape at `position`, if there is one.
private func codeUnit(_ bytes: [UInt8], at position: Int, before end: Int) -> UInt16? {
  guard position + 6 <= end, bytes[position] == UInt8(ascii: "\\"),
    bytes[position + 1] == UInt8(ascii: "u")
  else { return nil }
  var value: UInt16 = 0
  for byte in bytes[position + 2..<position + 6] {
    guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
    value = value << 4 | UInt16(digit)
  }
  return value
}
