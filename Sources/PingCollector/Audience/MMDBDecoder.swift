/// Reads values out of a section of an MMDB file, each of which begins with its type and size.
///
/// ```
/// control byte ── 3 bits type ── 5 bits size ──▶ more bytes of type and size ──▶ payload
///   0 the type is 7 more than the next byte      size 29: 29 + the next byte
///   1 a pointer to a value of the section             30: 285 + the next two bytes
///   2 text  5, 6, 9, 10 unsigned numbers              31: 65,821 + the next three bytes
///   7 map   11 array   14 a truth, which is its size
/// ```
/// Nothing in a file is trusted: what points out of the section, or has no end, is ``Malformed``.
struct MMDBDecoder {
  /// Why a value can't be read, as a part of a sentence.
  struct Malformed: Error {
    let reason: String
  }

  private enum Kind: Int {
    case pointer = 1
    case text, double, bytes, uint16, uint32, map, int32, uint64, uint128, array
    case truth = 14
    case float
  }

  private struct Header {
    let kind: Kind
    /// Of a map or array how many entries follow, of a pointer where it points, else bytes.
    let size: Int
    /// The offset behind the header.
    let end: Int
  }

  /// How many values one record may hold; those of cities have about a hundred.
  private static let mostValues = 10_000

  private let bytes: ArraySlice<UInt8>

  /// Reads offsets from the beginning of a section on.
  init(_ section: ArraySlice<UInt8>) {
    bytes = section
  }

  /// Where the value of a key begins; nil where the value at `offset` is no map or lacks the key.
  func value(of key: String, inMapAt offset: Int) throws(Malformed) -> Int? {
    let map = try resolved(offset)
    guard map.kind == .map else { return nil }
    var position = map.end
    var budget = Self.mostValues
    for _ in 0..<map.size {
      let name = try resolved(position)
      guard name.kind == .text else { throw Malformed(reason: "a key that is no text") }
      let isWanted = try payload(name).elementsEqual(key.utf8)
      position = try skip(position, &budget)
      if isWanted { return position }
      position = try skip(position, &budget)
    }
    return nil
  }

  /// The bytes of the text at an offset; nil where another type stands there.
  func text(at offset: Int) throws(Malformed) -> ArraySlice<UInt8>? {
    let header = try resolved(offset)
    return header.kind == .text ? try payload(header) : nil
  }

  /// The number at an offset; nil where no unsigned number of at most 63 bits stands there.
  func number(at offset: Int) throws(Malformed) -> Int? {
    let header = try resolved(offset)
    guard [.uint16, .uint32, .uint64].contains(header.kind), header.size <= 8 else { return nil }
    return Int(exactly: try payload(header).reduce(0 as UInt64) { $0 << 8 | UInt64($1) })
  }

  /// Makes sure that the value at an offset is there as a whole.
  func check(_ offset: Int) throws(Malformed) {
    var budget = Self.mostValues
    guard try skip(offset, &budget) <= bytes.count else { throw Malformed.outside }
  }

  // MARK: - Headers

  /// The header at an offset, or that to which a pointer there points.
  private func resolved(_ offset: Int) throws(Malformed) -> Header {
    let header = try header(at: offset)
    guard header.kind == .pointer else { return header }
    let target = try self.header(at: header.size)
    guard target.kind != .pointer else { throw Malformed(reason: "a pointer to a pointer") }
    return target
  }

  private func header(at offset: Int) throws(Malformed) -> Header {
    var position = offset
    let control = try Int(number(1, at: &position))
    var type = control >> 5
    if type == Kind.pointer.rawValue { return try pointer(control, &position) }
    if type == 0 { type = try 7 + number(1, at: &position) }
    guard let kind = Kind(rawValue: type) else {
      throw Malformed(reason: "a value of type \(type)")
    }
    let size =
      switch control & 31 {
      case 29: try 29 + number(1, at: &position)
      case 30: try 285 + number(2, at: &position)
      case 31: try 65_821 + number(3, at: &position)
      case let size: size
      }
    return Header(kind: kind, size: size, end: position)
  }

  /// Two bits say how many bytes follow the three that the control byte holds.
  private func pointer(_ control: Int, _ position: inout Int) throws(Malformed) -> Header {
    let high = control & 7
    let target =
      switch control >> 3 & 3 {
      case 0: try high << 8 | number(1, at: &position)
      case 1: try (high << 16 | number(2, at: &position)) + 2048
      case 2: try (high << 24 | number(3, at: &position)) + 526_336
      default: try number(4, at: &position)
      }
    return Header(kind: .pointer, size: target, end: position)
  }

  /// The offset behind a value and all in it.
  private func skip(_ offset: Int, _ budget: inout Int) throws(Malformed) -> Int {
    var position = offset
    var pending = 1
    while pending > 0 {
      budget -= 1
      guard budget > 0, pending <= Self.mostValues else {
        throw Malformed(reason: "a record of more than \(Self.mostValues) values")
      }
      let header = try header(at: position)
      pending -= 1
      position = header.end
      switch header.kind {
      case .pointer, .truth: break
      case .map: pending += 2 * header.size
      case .array: pending += header.size
      case .text, .double, .bytes, .uint16, .uint32, .int32, .uint64, .uint128, .float:
        position += header.size
      }
    }
    return position
  }

  // MARK: - Bytes

  private func payload(_ header: Header) throws(Malformed) -> ArraySlice<UInt8> {
    guard header.size <= bytes.count - header.end else { throw Malformed.outside }
    let start = bytes.startIndex + header.end
    return bytes[start..<(start + header.size)]
  }

  /// The big-endian number of some bytes, behind which it moves `offset`.
  private func number(_ count: Int, at offset: inout Int) throws(Malformed) -> Int {
    guard offset >= 0, count <= bytes.count, offset <= bytes.count - count else {
      throw Malformed.outside
    }
    var number = 0
    for index in offset..<(offset + count) {
      number = number << 8 | Int(bytes[bytes.startIndex + index])
    }
    offset += count
    return number
  }
}

extension MMDBDecoder.Malformed {
  fileprivate static let outside = Self(reason: "a value outside of its section")
}
