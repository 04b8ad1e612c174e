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
  private let source: Source
  private var columns: [SegmentColumn: [UInt8]] = [:]

  private enum Source {
    /// The summary by a dimension, or of everything, with the bytes of its keys.
    case summary(Dimension?, keys: [UInt8])
    case groups
  }

  /// Reads the groups that there are to add up in some hours of a segment.
  ///
  /// - Parameters:
  ///   - header: the segment.
  ///   - file: the snapshot.
  ///   - hours: bit h stands for hour h of the day.
  ///   - shape: what is asked.
  ///   - mask: the filter of `shape`, with columns.
  /// - Throws: what SQLite says.
  init(
    groupsOf header: SegmentHeader,
    _ file: SegmentFile,
    hours: UInt32,
    _ shape: PartialShape,
    _ mask: FilterMask
  ) throws {
    self.init(header, hours: hours, shape, mask, source: .groups)
    let dimensions = mask.columns.map(\.dimension) + (shape.dimension.map { [$0.source] } ?? [])
    try read(dimensions.map(SegmentColumn.dimension) + shape.sums.map(SegmentColumn.sum), of: file)
  }

  /// Reads the summary that says all that is asked; nil, and nothing is read, where there is none.
  ///
  /// - Parameters: as those of the scan that reads groups; the mask needs no columns.
  /// - Returns: the scan of the summary.
  /// - Throws: what SQLite says.
  static func summary(
    _ file: SegmentFile,
    _ header: SegmentHeader,
    hours: UInt32,
    _ shape: PartialShape,
    _ mask: FilterMask
  ) throws -> SegmentScan? {
    guard let dimension = shape.summary(of: header, hours),
      let keys = try file.bytes(.summaryKeys(dimension), of: header.id)
    else { return nil }
    let source = Source.summary(dimension, keys: keys)
    var scan = SegmentScan(header, hours: hours, shape, mask, source: source)
    try scan.read(shape.sums.map { .summarySum(dimension, $0) }, of: file)
    return scan
  }

  private init(
    _ header: SegmentHeader,
    hours: UInt32,
    _ shape: PartialShape,
    _ mask: FilterMask,
    source: Source
  ) {
    self.header = header
    self.hours = hours
    self.shape = shape
    self.mask = mask
    self.source = source
  }

  private mutating func read(_ wanted: [SegmentColumn], of file: SegmentFile) throws {
    for column in wanted { columns[column] = try file.bytes(column, of: header.id) }
  }

  /// Whether it reads groups, which know nothing of dimensions that follow from others.
  var isOfGroups: Bool {
    if case .groups = source { return true }
    return false
  }

  /// How many numbers there are to look at, roughly.
  var cost: Int {
    switch source {
    case .summary(_, let keys): keys.count
    case .groups: header.groupCount * (1 + columns.count)
    }
  }

  /// By code of the dimension, of groups by code of its source; by hour without one.
  func partial() throws -> Partial {
    switch source {
    case .summary(let dimension, let keys): try summary(by: dimension, keys)
    case .groups: try groups()
    }
  }

  private func summary(by dimension: Dimension?, _ keyBytes: [UInt8]) throws -> Partial {
    let keys = try SegmentSummary.decodeKeys(keyBytes)
    let isHourly = SegmentSummary.isHourly(dimension)
    let counts = keys.map { key in
      (!isHourly || isTaken(Int(key.hour)))
        && (dimension == nil || mask.clauses.allSatisfy { $0.contains(key.code) })
    }
    let numbers = keys.map { Int64(shape.dimension == nil ? UInt32($0.hour) : $0.code) }
    let places = try CodePlaces(numbers, of: header.id)
    return places.partial(
      try shape.sums.map { sum in
        var result = [Int64](repeating: 0, count: places.count)
        guard let bytes = columns[.summarySum(dimension, sum)] else { return result }
        let values = try IntegerColumn.decode(bytes, count: keys.count)
        for (index, value) in values.enumerated() where counts[index] {
          try result.add(value, at: Int(places.places[index]))
        }
        return result
      }
    )
  }

  private func groups() throws -> Partial {
    let filters = mask.columns.map { (columns[.dimension($0.dimension)], $0.codes) }
    var scan = BlockScan(header, hours: hours, filters: filters)
    let sums = shape.sums.map { columns[.sum($0)] }
    guard let source = shape.dimension?.source else {
      return Partial(places: try scan.add(sums, by: .hours, rowCount: 24))
    }
    let codes = columns[.dimension(source)]
    let bound = try BlockScan.bound(codes, count: header.groupCount)
    if CodePlaces.isDense(Int(bound), count: header.groupCount) {
      return Partial(places: try scan.add(sums, by: .codes(codes), rowCount: Int(bound) + 1))
    }
    let decoded = try codes.map { try IntegerColumn.decode($0, count: header.groupCount) }
    let places = try CodePlaces(decoded ?? [], of: header.id)
    return places.partial(try scan.add(sums, by: .places(places.places), rowCount: places.count))
  }

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
    for (dimension, counted) in columns {
      let codes = try codes(dimension)
      guard codes.allSatisfy({ 0 <= $0 && $0 <= Int64(UInt32.max) }) else {
        throw MalformedBytes("segment \(header.id) has an impossible code")
      }
      let isCounted = counted.containsEach(of: codes)
      if var known = matches {
        matches = nil
        for group in known.indices { known[group] = known[group] && isCounted[group] }
        matches = known
      } else {
        matches = isCounted
      }
    }
    return matches
  }
}
