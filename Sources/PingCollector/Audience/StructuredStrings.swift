/// The strings of a list as HTTP headers write it (RFC 8941), without their parameters:
/// `"Chromium";v="131", "Not_A Brand";v="24"`.
///
/// It ends where the text breaks the rules, and after ``most`` strings: what came before counts.
struct StructuredStrings: Sequence, IteratorProtocol {
  /// How many strings it gives at most.
  static let most = 16

  private var rest: Substring.UTF8View
  private var given = 0

  init(_ text: String) {
    rest = text[...].utf8
  }

  mutating func next() -> String? {
    guard given < Self.most, skipBlanks() == Self.quote, let string = string() else {
      given = Self.most
      return nil
    }
    given += 1
    skipParameters()
    return string
  }

  /// The string that begins with a quote here; nil where it doesn't end, or holds what it may not.
  private mutating func string() -> String? {
    var bytes: [UInt8] = []
    rest = rest.dropFirst()
    while let byte = rest.popFirst() {
      switch byte {
      case Self.quote: return String(decoding: bytes, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let escaped = rest.popFirst(), escaped == Self.quote || escaped == byte else {
          return nil
        }
        bytes.append(escaped)
      case 0x20...0x7e: bytes.append(byte)
      default: return nil
      }
    }
    return nil
  }

  /// Goes on behind the comma that comes next outside of a string.
  private mutating func skipParameters() {
    while let byte = rest.first {
      if byte == Self.quote {
        guard string() != nil else {
          given = Self.most
          return
        }
      } else {
        rest = rest.dropFirst()
        if byte == UInt8(ascii: ",") { return }
      }
    }
  }

  /// The next byte that isn't blank, without reading it.
  private mutating func skipBlanks() -> UInt8? {
    rest = rest.drop { $0 == 0x20 || $0 == 0x09 }
    return rest.first
  }

  private static let quote = UInt8(ascii: "\"")
}
