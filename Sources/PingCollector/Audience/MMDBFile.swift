/// The parts of an MMDB file, the format of MaxMind's databases and of several others.
struct MMDBFile {
  /// How many zeros lie between tree and data.
  static let separator = 16

  /// How many nodes the tree has.
  let nodeCount: Int
  /// Whether the tree is over addresses of version 6, those of version 4 among them.
  let hasV6: Bool
  /// What the makers call the kind of database, such as `GeoLite2-Country`.
  let databaseType: String
  /// What is known about networks.
  let data: MMDBDecoder

  private let bytes: [UInt8]
  private let recordBits: Int

  private static let marker = [0xab, 0xcd, 0xef] + Array("MaxMind.com".utf8)
  /// The metadata begins within so many bytes before the end, as the format says.
  private static let longestMetadata = 128 * 1024

  /// Finds the parts, which have to lie within the bytes.
  init(_ bytes: [UInt8]) throws(CountryLookupError) {
    guard let marker = Self.lastMarker(in: bytes) else {
      throw .notMMDB(reason: "its end is missing, or it is of another format")
    }
    let metadata = MMDBDecoder(bytes[(marker + Self.marker.count)...])
    do throws(MMDBDecoder.Malformed) {
      try metadata.check(0)
      let nodes = try Self.number("node_count", in: metadata)
      let bits = try Self.number("record_size", in: metadata)
      let version = try Self.number("ip_version", in: metadata)
      let format = try Self.number("binary_format_major_version", in: metadata)
      guard format == 2 else { throw MMDBDecoder.Malformed(reason: "format \(format)") }
      guard [24, 28, 32].contains(bits) else {
        throw MMDBDecoder.Malformed(reason: "records of \(bits) bits")
      }
      guard [4, 6].contains(version) else {
        throw MMDBDecoder.Malformed(reason: "addresses of version \(version)")
      }
      // A node of two records has a whole number of bytes.
      guard nodes > 0, nodes < 1 << 30, nodes * bits / 4 + Self.separator <= marker else {
        throw MMDBDecoder.Malformed(reason: "a tree of \(nodes) nodes, which it is too short for")
      }
      (nodeCount, recordBits, hasV6) = (nodes, bits, version == 6)
      data = MMDBDecoder(bytes[(nodes * bits / 4 + Self.separator)..<marker])
      databaseType =
        try metadata.value(of: "database_type", inMapAt: 0)
        .flatMap { offset throws(MMDBDecoder.Malformed) in try metadata.text(at: offset) }
        .map { String(decoding: $0.prefix(100), as: UTF8.self) } ?? ""
    } catch {
      throw .notMMDB(reason: "it has \(error.reason)")
    }
    self.bytes = bytes
  }

  /// The record of an index, two of which are a node.
  func record(_ index: Int) -> Int {
    let node = index / 2 * recordBits / 4
    switch recordBits {
    case 24: return number(at: node + index % 2 * 3, count: 3)
    case 28:
      // The byte in the middle has the highest four bits of both.
      let middle = Int(bytes[node + 3])
      return index % 2 == 0
        ? (middle & 0xf0) << 20 | number(at: node, count: 3)
        : (middle & 0x0f) << 24 | number(at: node + 4, count: 3)
    default: return number(at: node + index % 2 * 4, count: 4)
    }
  }

  private func number(at start: Int, count: Int) -> Int {
    var number = 0
    for index in start..<(start + count) { number = number << 8 | Int(bytes[index]) }
    return number
  }

  private static func number(
    _ key: String,
    in metadata: MMDBDecoder
  ) throws(MMDBDecoder.Malformed) -> Int {
    guard let offset = try metadata.value(of: key, inMapAt: 0),
      let number = try metadata.number(at: offset)
    else { throw MMDBDecoder.Malformed(reason: "no \(key)") }
    return number
  }

  private static func lastMarker(in bytes: [UInt8]) -> Int? {
    let last = bytes.count - marker.count
    guard last >= 0 else { return nil }
    return (max(0, last - longestMetadata)...last).last { start in
      bytes[start] == marker[0] && bytes[start..<(start + marker.count)].elementsEqual(marker)
    }
  }
}
