import TextAndBytes
import PlaybackFacts
import QueryCore

/// The columns of one segment that a question needs, read and not decoded yet.
///
/// Reading is for the connection's thread; adding up may be done on any other.
struct SegmentScan: Sendable {
  private let header: SegmentHeader
  /// Bit h stands for hour h of the day.
  private let hours: UInt32
  private let shape: PartialShape
  private let mask: FilterMask
  private let tables: CodeTables
  private let source: Source
  private var columns: [SegmentColumn: [UInt8]] = [:]

  private enum Source {
    /// The summary by a dimension, or of everything, with the bytes of its keys.
    case summary(Dimension?, keys: [UInt8])
    case groups
  }

  /// Reads what there is to add up in some hours of a segment.
  ///
  /// - Parameters:
  ///   - file: the snapshot.
  ///   - header: the segment.
  ///   - hours: bit h stands for hour h of the day.
  ///   - shape: what is asked.
  ///   - mask: the filter of `shape`.
  ///   - tables: the values behind the codes.
  /// - Throws: what SQLite says.
  init(
    _ file: SegmentFile,
    _ header: SegmentHeader,
    hours: UInt32,
    _ shape: PartialShape,
    _ mask: FilterMask,
    _ tables: CodeTables
  ) throws {
    if let summary = try Self.summary(file, header, hours: hours, shape, mask, tables) {
      self = summary
      return
    }
    self.init(header, hours: hours, shape, mask, tables, source: .groups)
    let dimensions = mask.columns.map(\.dimension) + (shape.dimension.map { [$0.source] } ?? [])
    try read(dimensions.map(SegmentColumn.dimension) + shape.sums.map(SegmentColumn.sum), of: file)
  }

  /// Reads the summary that says all that is asked; nil, and nothing is read, where there is none.
  ///
  /// - Parameters: as those of the scan that may have to read groups.
  /// - Returns: the scan of the summary.
  /// - Throws: what SQLite says.
  static func summary(
    _ file: SegmentFile,
    _ header: SegmentHeader,
    hours: UInt32,
    _ shape: PartialShape,
    _ mask: FilterMask,
    _ tables: CodeTables
  ) throws -> SegmentScan? {
    guard let dimension = shape.summary(of: header, hours),
      let keys = try file.bytes(.summaryKeys(dimension), of: header.id)
    else { return nil }
    let source = Source.summary(dimension, keys: keys)
    var scan = SegmentScan(header, hours: hours, shape, mask, tables, source: source)
    try scan.read(shape.sums.map { .summarySum(dimension, $0) }, of: file)
    return scan
  }

  private init(
    _ header: SegmentHeader,
    hours: UInt32,
    _ shape: PartialShape,
    _ mask: FilterMask,
    _ tables: CodeTables,
    source: Source
  ) {
    self.header = header
    self.hours = hours
    self.shape = shape
    self.mask = mask
    self.tables = tables
    self.source = source
  }

  private mutating func read(_ wanted: [SegmentColumn], of file: SegmentFile) throws {
    for column in wanted { columns[column] = try file.bytes(column, of: header.id) }
  }

  /// How many numbers there are to look at, roughly.
  var cost: Int {
    switch source {
    case .summary(_, let keys): keys.count
    case .groups: header.groupCount * (1 + columns.count)
    }
  }

  /// By code of the dimension; by hour without one.
  func partial() throws -> Partial {
    switch source {
    case .summary(let dimension, let keys): try summary(by: dimension, keys)
    case .groups: try groups()
    }
  }

  private func summary(by dimension: Dimension?, _ keyBytes: [UInt8]) throws -> Partial {
    let keys = try SegmentSummary.decodeKeys(keyBytes)
    let codeCount = dimension.map { tables.count(of: $0) } ?? 1
    guard keys.allSatisfy({ $0.code < codeCount }) else {
      throw MalformedBytes("segment \(header.id) has a code without a value")
    }
    let isHourly = SegmentSummary.isHourly(dimension)
    let places = keys.map { key -> Int? in
      let code = Int(key.code)
      guard !isHourly || isTaken(Int(key.hour)), mask.clauses.allSatisfy({ $0[code] }) else {
        return nil
      }
      return shape.dimension == nil ? Int(key.hour) : code
    }
    return Partial(
      places: try shape.sums.map { sum in
        var result = [Int64](repeating: 0, count: size)
        guard let bytes = columns[.summarySum(dimension, sum)] else { return result }
        let values = try IntegerColumn.decode(bytes, count: keys.count)
        var hasOverflowed = false
        for (value, place) in zip(values, places) {
          guard let place else { continue }
          let (total, overflow) = result[place].addingReportingOverflow(value)
          result[place] = total
          hasOverflowed = hasOverflowed || overflow
        }
        guard !hasOverflowed else {
          throw MalformedBytes("the sums of segment \(header.id) are more than there can be")
        }
        return result
      }
    )
  }

  private func groups() throws -> Partial {
    let matches = try mask.matches(ofGroups: header, codes)
    let places = try shape.dimension.map(places)
    return Partial(
      places: try shape.sums.map { sum in
        var result = [Int64](repeating: 0, count: size)
        guard let bytes = columns[.sum(sum)] else { return result }
        let values = try IntegerColumn.decodeSums(bytes, count: header.groupCount)
        for hour in header.hours where isTaken(hour) {
          let range = header.groups(ofHour: hour)
          add(values, at: places, hour: hour, range, where: matches, to: &result)
        }
        return result
      }
    )
  }

  /// Adds the values of the groups of one hour that match; ``IntegerColumn/sumLimit`` rules out that
  /// they overflow.
  private func add(
    _ values: [Int64],
    at places: [Int64]?,
    hour: Int,
    _ range: Range<Int>,
    where matches: [Bool]?,
    to result: inout [Int64]
  ) {
    switch (places, matches) {
    case (let places?, let matches?):
      for group in range {
        // Without a branch: which groups match is as good as random.
        result[Int(places[group])] &+= matches[group] ? values[group] : 0
      }
    case (let places?, nil):
      for group in range { result[Int(places[group])] &+= values[group] }
    case (nil, let matches?):
      for group in range { result[hour] &+= matches[group] ? values[group] : 0 }
    case (nil, nil):
      for group in range { result[hour] &+= values[group] }
    }
  }

  /// The place of each group under a dimension.
  private func places(under dimension: Dimension) throws -> [Int64] {
    let derived = tables.derivedCodes(of: dimension)
    let codes = try codes(of: dimension.source)
    let limit = Int64(derived.isEmpty ? size : derived.count)
    guard codes.allSatisfy({ 0 <= $0 && $0 < limit }) else {
      throw MalformedBytes("segment \(header.id) has a code without a value")
    }
    return derived.isEmpty ? codes : codes.map { Int64(derived[Int($0)]) }
  }

  private func codes(of dimension: Dimension) throws -> [Int64] {
    guard let bytes = columns[.dimension(dimension)] else {
      return [Int64](repeating: 0, count: header.groupCount)
    }
    return try IntegerColumn.decode(bytes, count: header.groupCount)
  }

  /// How many places there are.
  private var size: Int { shape.dimension.map { tables.count(of: $0) } ?? 24 }

  private func isTaken(_ hour: Int) -> Bool {
    hours & 1 << UInt32(hour) != 0
  }
}

extension PartialShape {
  /// The dimension of the summary that says all that is asked, nil inside for that of everything.
  fileprivate func summary(of header: SegmentHeader, _ hours: UInt32) -> Dimension?? {
    let dimensions = filter.codedDimensions
    guard let dimension else {
      guard dimensions.count <= 1, SegmentSummary.isHourly(dimensions.first) else { return nil }
      return .some(dimensions.first)
    }
    guard dimensions.isSubset(of: [dimension]),
      SegmentSummary.isHourly(dimension) || hours & header.hourMask == header.hourMask
    else { return nil }
    return .some(dimension)
  }
}

extension FilterMask {
  /// Whether each group of a segment counts; nil where all do.
  func matches(
    ofGroups header: SegmentHeader,
    _ codes: (Dimension) throws -> [Int64]
  ) throws -> [Bool]? {
    var matches: [Bool]?
    for (dimension, mask) in columns {
      let codes = try codes(dimension)
      guard codes.allSatisfy({ 0 <= $0 && $0 < mask.count }) else {
        throw MalformedBytes("segment \(header.id) has a code without a value")
      }
      if var known = matches {
        matches = nil
        for group in known.indices { known[group] = known[group] && mask[Int(codes[group])] }
        matches = known
      } else {
        matches = codes.map { mask[Int($0)] }
      }
    }
    return matches
  }
}
