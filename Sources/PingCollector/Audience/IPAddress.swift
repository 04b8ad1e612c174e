import Glibc

/// An address of the internet protocol, version 4 or 6.
///
/// Addresses of version 4 that are written as version 6 (`::ffff:192.0.2.1`) are of version 4.
package enum IPAddress: Hashable, Sendable {
  case v4(UInt32)
  case v6(UInt128)

  /// Reads an address in the usual notation; `nil` if it is anything else, as with a port or zone.
  package init?(_ text: String) {
    var text = text
    let parsed = text.withUTF8 { IPAddress(parsing: $0) }
    guard let parsed else { return nil }
    self = parsed
  }

  init?(parsing bytes: UnsafeBufferPointer<UInt8>) {
    if let address = Self.parseV4(bytes) {
      self = .v4(address)
    } else if let address = Self.parseV6(bytes) {
      self.init(v6: address)
    } else {
      return nil
    }
  }

  /// An address that is written as version 6.
  package init(v6 address: UInt128) {
    self = address >> 32 == 0xffff ? .v4(UInt32(truncatingIfNeeded: address)) : .v6(address)
  }

  /// Whether it is of the machine itself.
  package var isLoopback: Bool {
    switch self {
    case .v4(let address): address >> 24 == 127
    case .v6(let address): address == 1
    }
  }

  /// What one subscriber has: an address of version 4, or a network of 64 bits of version 6.
  package var subscriber: UInt64 {
    switch self {
    case .v4(let address): UInt64(address)
    case .v6(let address): UInt64(truncatingIfNeeded: address >> 64)
    }
  }

  /// Whether the address can be reached from everywhere, so that it lies in some country.
  var isPublic: Bool {
    switch self {
    case .v4(let address):
      !Self.localV4.contains { address >> (32 - $0.length) == $0.prefix >> (32 - $0.length) }
    case .v6(let address):
      // Unspecified and loopback, fc00::/7 (unique local), fe80::/10 (link-local).
      address > 1 && address >> 121 != 0xfc >> 1 && address >> 118 != 0xfe80 >> 6
    }
  }

  /// Networks of version 4 without a place: this host, private ones, shared ones of carriers,
  /// loopback, link-local.
  private static let localV4: [(prefix: UInt32, length: UInt32)] = [
    (0x0000_0000, 8), (0x0a00_0000, 8), (0x6440_0000, 10), (0x7f00_0000, 8), (0xa9fe_0000, 16),
    (0xac10_0000, 12), (0xc0a8_0000, 16),
  ]

  /// The bits, with the most significant first; those of version 4 are the highest ones.
  fileprivate var bits: UInt128 {
    switch self {
    case .v4(let address): UInt128(address) << 96
    case .v6(let address): address
    }
  }

  fileprivate var isV4: Bool {
    if case .v4 = self { true } else { false }
  }

  /// Four decimal numbers with dots between.
  ///
  /// A leading zero is refused: some read it as octal.
  static func parseV4(_ bytes: some Collection<UInt8>) -> UInt32? {
    var address: UInt32 = 0
    var parts = 1
    var part: UInt32 = 0
    var digits = 0
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        guard digits == 0 || part > 0 else { return nil }
        part = part * 10 + UInt32(byte - UInt8(ascii: "0"))
        digits += 1
        guard part <= 255 else { return nil }
      case UInt8(ascii: "."):
        guard digits > 0, parts < 4 else { return nil }
        address = address << 8 | part
        parts += 1
        part = 0
        digits = 0
      default:
        return nil
      }
    }
    return parts == 4 && digits > 0 ? address << 8 | part : nil
  }

  /// Eight groups of hexadecimal digits with colons between, of which one run of zeros may be left
  /// out as `::`, and the last two groups may be written as version 4.
  static func parseV6(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt128? {
    var address: UInt128 = 0
    var groups = 0
    /// How many groups come before `::`.
    var gap: Int?
    var index = 0
    if bytes.count >= 2, bytes[0] == colon, bytes[1] == colon {
      gap = 0
      index = 2
    }
    while index < bytes.count {
      let start = index
      var group: UInt32 = 0
      while index < bytes.count, let digit = hexadecimal(bytes[index]) {
        group = group &<< 4 | UInt32(digit)
        index += 1
      }
      guard index > start else { return nil }
      if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
        guard groups <= 6, let tail = parseV4(bytes[start...]) else { return nil }
        address = address << 32 | UInt128(tail)
        groups += 2
        index = bytes.count
        break
      }
      guard index - start <= 4, groups < 8 else { return nil }
      address = address << 16 | UInt128(group)
      groups += 1
      guard index < bytes.count else { break }
      guard bytes[index] == colon else { return nil }
      index += 1
      // A single colon at the end.
      guard index < bytes.count else { return nil }
      if bytes[index] == colon {
        guard gap == nil else { return nil }
        gap = groups
        index += 1
      }
    }
    guard let gap else { return groups == 8 ? address : nil }
    guard groups < 8 else { return nil }
    // Move the groups before the gap up, and leave those after it where they are.
    let after = 16 * (groups - gap)
    let low = address & ((1 << UInt128(after)) - 1)
    return (address >> UInt128(after)) << UInt128(128 - 16 * gap) | low
  }

  private static let colon = UInt8(ascii: ":")

  private static func hexadecimal(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}

extension IPAddress: CustomStringConvertible {
  /// The address in the one notation that every writer of it should use: `192.0.2.1`, `2001:db8::1` (RFC 5952).
  package var description: String {
    switch self {
    case .v4(let address):
      String(unsafeUninitializedCapacity: 15) { text in
        var count = 0
        for shift in [24, 16, 8, 0] {
          let part = UInt8(truncatingIfNeeded: address >> shift)
          if count > 0 { (text[count], count) = (UInt8(ascii: "."), count + 1) }
          if part > 99 { (text[count], count) = (UInt8(ascii: "0") + part / 100, count + 1) }
          if part > 9 { (text[count], count) = (UInt8(ascii: "0") + part / 10 % 10, count + 1) }
          (text[count], count) = (UInt8(ascii: "0") + part % 10, count + 1)
        }
        return count
      }
    case .v6(let address):
      withUnsafeBytes(of: address.bigEndian) { bytes in
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(AF_INET6, bytes.baseAddress, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
      }
    }
  }
}

/// A network: the addresses that share their first bits, such as `10.0.0.0/8` or `2001:db8::/32`.
package struct IPNetwork: Hashable, Sendable {
  private let bits: UInt128
  private let length: Int
  private let isV4: Bool

  /// Reads an address, which is a network of its own, or an address with the number of bits that count.
  package init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = IPAddress(String(parts[0])) else { return nil }
    isV4 = address.isV4
    // `::ffff:10.0.0.0/104` is of version 4, with the bits of version 6 counted.
    let written = parts[0].contains(":") ? 128 : 32
    let unused = written - (isV4 ? 32 : 128)
    var length = written
    if parts.count == 2 {
      guard let number = UInt8(parts[1]), number <= written, Int(number) >= unused else {
        return nil
      }
      length = Int(number)
    }
    self.length = length - unused
    bits = address.bits & Self.mask(self.length)
  }

  /// Whether the address lies in the network.
  package func contains(_ address: IPAddress) -> Bool {
    address.isV4 == isV4 && address.bits & Self.mask(length) == bits
  }

  private static func mask(_ length: Int) -> UInt128 {
    length == 0 ? 0 : UInt128.max << UInt128(128 - length)
  }
}
