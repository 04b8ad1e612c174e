/// Bytes as text and back (RFC 4648).
public enum Base64 {
  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
  )
  private static let urlAlphabet = Array(alphabet.dropLast(2)) + Array("-_".utf8)

  private static let values = Dictionary(
    uniqueKeysWithValues: alphabet.enumerated().map { ($1, $0) }
  )

  /// Encodes bytes in the usual alphabet, with padding.
  public static func text(of bytes: some Sequence<UInt8>) -> String {
    let digits = digits(of: Array(bytes), alphabet)
    let padding = String(repeating: "=", count: (4 - digits.count % 4) % 4)
    return String(decoding: digits, as: UTF8.self) + padding
  }

  /// Encodes bytes in the alphabet that URLs and file names may contain, without padding.
  public static func urlText(of bytes: some Sequence<UInt8>) -> String {
    String(decoding: digits(of: Array(bytes), urlAlphabet), as: UTF8.self)
  }

  /// Decodes a text in the usual alphabet, with padding or without.
  ///
  /// - Parameter text: the text, nothing before or after it.
  /// - Returns: the bytes; nil where the text is no base64.
  public static func bytes(of text: some StringProtocol) -> [UInt8]? {
    var digits = Array(text.utf8)
    if digits.count.isMultiple(of: 4) {
      for _ in 0..<2 where digits.last == UInt8(ascii: "=") { digits.removeLast() }
    }
    guard digits.count % 4 != 1 else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(digits.count / 4 * 3 + 2)
    var (bits, count) = (0, 0)
    for digit in digits {
      guard let value = values[digit] else { return nil }
      bits = bits << 6 | value
      count += 6
      guard count >= 8 else { continue }
      count -= 8
      bytes.append(UInt8(truncatingIfNeeded: bits >> count))
      bits &= 1 << count - 1
    }
    // What is left of the last digit tells nothing, unless somebody hid something there.
    return bits == 0 ? bytes : nil
  }

  private static func digits(
    of bytes: [UInt8],
    _ alphabet: [UInt8]
  ) -> [UInt8] {
    var digits: [UInt8] = []
    digits.reserveCapacity(bytes.count / 3 * 4 + 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for place in 0...group.count { digits.append(alphabet[bits >> (18 - 6 * place) & 63]) }
    }
    return digits
  }
}
