import Algorithms
import Glibc

/// Ranges of addresses and the country of each, as a text file lists them.
///
/// The format is that of tor's `geoip` and `geoip6`, made from the IPFire location database: one
/// range per line in ascending order, `first,last,country`, both ends included; IPv4 addresses as
/// decimal numbers, IPv6 addresses in their usual notation; `#` begins a comment.
struct CountryRanges<Address: FixedWidthInteger & UnsignedInteger & Sendable>: Sendable {
  /// The first address of each range, ascending.
  private var firsts: [Address] = []
  /// The last address of each range.
  private var lasts: [Address] = []
  /// The country of each range.
  private var codes: [CountryCode] = []

  /// A line that breaks the format, counted from 1.
  struct BadLine: Error {
    let number: Int
  }

  /// Reads a file's bytes, whose addresses `address` reads.
  init(
    parsing text: UnsafeBufferPointer<UInt8>,
    address: (UnsafeBufferPointer<UInt8>) -> Address?
  ) throws(BadLine) {
    var start = 0
    var number = 0
    while start < text.count {
      number += 1
      let end = Self.index(of: UInt8(ascii: "\n"), in: text, from: start)
      if end > start, text[start] != UInt8(ascii: "#") {
        let line = UnsafeBufferPointer(rebasing: text[start..<end])
        guard append(line, address: address) else { throw BadLine(number: number) }
      }
      start = end + 1
    }
  }

  /// The country of the range in which `address` lies.
  func code(of address: Address) -> CountryCode? {
    let index = firsts.partitioningIndex { $0 > address } - 1
    guard index >= 0, address <= lasts[index] else { return nil }
    return codes[index]
  }

  private mutating func append(
    _ line: UnsafeBufferPointer<UInt8>,
    address: (UnsafeBufferPointer<UInt8>) -> Address?
  ) -> Bool {
    let comma = Self.index(of: UInt8(ascii: ","), in: line, from: 0)
    let secondComma = Self.index(of: UInt8(ascii: ","), in: line, from: comma + 1)
    guard secondComma + 3 == line.count,
      let first = address(UnsafeBufferPointer(rebasing: line[..<comma])),
      let last = address(UnsafeBufferPointer(rebasing: line[(comma + 1)..<secondComma])),
      first <= last, lasts.last.map({ $0 < first }) ?? true
    else { return false }
    firsts.append(first)
    lasts.append(last)
    codes.append(CountryCode(line[secondComma + 1], line[secondComma + 2]))
    return true
  }

  /// The index of the next `byte` from `start` on, or the end.
  private static func index(
    of byte: UInt8,
    in text: UnsafeBufferPointer<UInt8>,
    from start: Int
  ) -> Int {
    guard start < text.count, let base = text.baseAddress,
      let found = memchr(base + start, Int32(byte), text.count - start)
    else { return text.count }
    return UnsafeRawPointer(base).distance(to: found)
  }
}
