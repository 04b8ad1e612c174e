/// Writes small MMDB files of any shape, so that no test depends on the databases of a machine.
public struct MMDBWriter: Sendable {
  /// A value of the data section.
  public indirect enum Value: Hashable, Sendable {
    case text(String)
    /// A number of the smallest type that holds it, 16 or 32 bits.
    case number(UInt32)
    /// A number of 64 bits.
    case wide(UInt64)
    case truth(Bool)
    case array([Value])
    case map([(key: String, value: Value)])

    /// Whether two are written alike.
    public static func == (lhs: Value, rhs: Value) -> Bool { lhs.bytes == rhs.bytes }

    /// Hashes what is written.
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
  }

  private enum Record: Sendable {
    case nothing
    case node(Int)
    case data(Int)
  }

  private let recordBits: Int
  private let version: Int
  private let databaseType: String
  private var nodes: [[Record]] = [[.nothing, .nothing]]
  private var data: [UInt8] = []
  private var offsets: [Value: Int] = [:]

  /// Begins a file without networks.
  ///
  /// - Parameters:
  ///   - recordBits: 24, 28 or 32.
  ///   - version: 4 or 6; in a file of version 6, version 4 lies behind 96 zeros.
  ///   - databaseType: what the metadata says.
  public init(recordBits: Int = 24, version: Int = 6, databaseType: String = "Test-Country") {
    self.recordBits = recordBits
    self.version = version
    self.databaseType = databaseType
  }

  /// Says something about a network of version 4.
  public mutating func insert(_ bytes: [UInt8], length: Int, _ value: Value) {
    let address =
      bytes.reduce(0 as UInt128) { $0 << 8 | UInt128($1) }
      << UInt128(32 - 8 * bytes.count)
    if version == 4 {
      insert(address << 96, of: length, value)
    } else {
      insert(address, of: 96 + length, value)
    }
  }

  /// Says something about a network of version 6.
  public mutating func insert(_ address: UInt128, length: Int, _ value: Value) {
    precondition(version == 6)
    insert(address, of: length, value)
  }

  private mutating func insert(_ address: UInt128, of length: Int, _ value: Value) {
    let offset = offsets[value] ?? data.count
    if offsets[value] == nil {
      offsets[value] = offset
      data += value.bytes
    }
    let bits = (0..<length).map { Int(truncatingIfNeeded: address >> UInt128(127 - $0)) & 1 }
    var node = 0
    for bit in bits.dropLast() {
      if case .node(let next) = nodes[node][bit] {
        node = next
      } else {
        nodes.append([.nothing, .nothing])
        nodes[node][bit] = .node(nodes.count - 1)
        node = nodes.count - 1
      }
    }
    nodes[node][bits[bits.count - 1]] = .data(offset)
  }

  /// The whole file.
  public var bytes: [UInt8] {
    let metadata = Value.map([
      ("node_count", .number(UInt32(nodes.count))), ("record_size", .number(UInt32(recordBits))),
      ("ip_version", .number(UInt32(version))), ("database_type", .text(databaseType)),
      ("languages", .array([.text("en")])), ("binary_format_major_version", .number(2)),
      ("binary_format_minor_version", .number(0)), ("build_epoch", .wide(1_700_000_000)),
      ("description", .map([("en", .text("Made for a test."))])),
    ])
    return nodes.flatMap(written) + [UInt8](repeating: 0, count: 16) + data + [0xab, 0xcd, 0xef]
      + Array("MaxMind.com".utf8) + metadata.bytes
  }

  private func written(_ node: [Record]) -> [UInt8] {
    let numbers = node.map { record in
      switch record {
      case .nothing: nodes.count
      case .node(let index): index
      case .data(let offset): nodes.count + 16 + offset
      }
    }
    func bytes(_ number: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * (count - 1 - $0))) }
    }
    guard recordBits == 28 else { return numbers.flatMap { bytes($0, recordBits / 8) } }
    return bytes(numbers[0], 3)
      + [UInt8(numbers[0] >> 24 & 15) << 4 | UInt8(numbers[1] >> 24 & 15)] + bytes(numbers[1], 3)
  }
}

extension MMDBWriter.Value {
  /// A map of one entry.
  public static func map(_ key: String, _ value: Self) -> Self { .map([(key, value)]) }

  /// `country.iso_code`, as most databases have it, with more beside it.
  public static func country(_ code: String) -> Self {
    .map([
      ("continent", .map("code", .text("EU"))),
      ("country", .map([("geoname_id", .number(2_658_434)), ("iso_code", .text(code))])),
    ])
  }

  fileprivate var bytes: [UInt8] {
    switch self {
    case .text(let text): Self.header(2, text.utf8.count) + Array(text.utf8)
    case .number(let number):
      Self.header(number >> 16 == 0 ? 5 : 6, Self.digits(UInt64(number)).count)
        + Self.digits(UInt64(number))
    case .wide(let number): Self.header(9, Self.digits(number).count) + Self.digits(number)
    case .truth(let truth): Self.header(14, truth ? 1 : 0)
    case .array(let values): Self.header(11, values.count) + values.flatMap(\.bytes)
    case .map(let entries):
      Self.header(7, entries.count)
        + entries.flatMap { MMDBWriter.Value.text($0.key).bytes + $0.value.bytes }
    }
  }

  private static func digits(_ number: UInt64) -> [UInt8] {
    let all: [UInt8] = (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) }
    return Array(all.drop { $0 == 0 })
  }

  private static func header(_ type: UInt8, _ size: Int) -> [UInt8] {
    let (small, more): (UInt8, [UInt8]) =
      switch size {
      case ..<29: (UInt8(size), [])
      case ..<285: (29, [UInt8(size - 29)])
      default: (30, [UInt8((size - 285) >> 8), UInt8((size - 285) & 255)])
      }
    return (type > 7 ? [small, type - 7] : [type << 5 | small]) + more
  }
}
