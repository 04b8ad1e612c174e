import PlaybackFacts
import QueryCore
import TextAndBytes

/// A question for the times of impressions to a segment, apart from its own time.
struct HistogramShape: Hashable {
  /// Under what impressions are counted.
  enum Rows: Hashable {
    case all, hours
    case codes(Dimension)
  }

  let filter: Filter
  let rows: Rows
  /// Of the tags, where the filter looks at them.
  let tagVersion: Int64

  init(_ filter: Filter, _ rows: Rows, _ tags: MediaTags) {
    self.filter = filter
    self.rows = rows
    tagVersion = tags.version(for: filter)
  }
}

/// What a segment says of the times of its impressions, read for one question.
///
/// Reading is for the connection's thread; counting may be done on any other.
struct HistogramScan: Sendable {
  let header: SegmentHeader
  /// Bit h stands for hour h of the day.
  private let hours: UInt32
  let rows: HistogramShape.Rows
  private let mask: FilterMask
  /// The counts that the segment was written with; nil where groups are read.
  private let summary: [UInt8]?
  private var columns: [SegmentColumn: [UInt8]] = [:]

  /// Reads the counts that say all that is asked, or the groups.
  ///
  /// - Parameters:
  ///   - header: the segment.
  ///   - file: the snapshot.
  ///   - hours: bit h stands for hour h of the day.
  ///   - shape: what is asked.
  ///   - mask: the filter of `shape`, with columns.
  /// - Throws: what SQLite says.
  init(
    _ header: SegmentHeader,
    _ file: SegmentFile,
    hours: UInt32,
    _ shape: HistogramShape,
    _ mask: FilterMask
  ) throws {
    self.header = header
    self.hours = hours
    self.mask = mask
    rows = shape.rows
    summary = try shape.summary(of: header, hours).flatMap { dimension in
      try file.bytes(.histogram(dimension), of: header.id)
    }
    guard summary == nil else { return }
    var wanted = mask.columns.map { SegmentColumn.dimension($0.dimension) }
    if case .codes(let dimension) = rows { wanted.append(.dimension(dimension.source)) }
    wanted += [.sum(.timedImpressions), .sum(.impressionMilliseconds)]
    for column in wanted { columns[column] = try file.bytes(column, of: header.id) }
  }

  /// Whether codes are those of the dimension's source.
  var isOfGroups: Bool { summary == nil }

  /// How many numbers there are to look at, roughly.
  var cost: Int { summary?.count ?? header.groupCount * (1 + columns.count) }

  /// What was counted.
  struct Counted {
    var counts: BucketCounts
    /// Groups with several impressions, whose times only the detail tells, ascending.
    var unread: [Int] = []
  }

  /// Counts impressions by code or hour.
  func counted() throws -> Counted {
    guard let summary else { return try countedGroups() }
    let counts = try BucketCounts(decoding: summary)
    switch rows {
    case .hours: return Counted(counts: counts.filtered { isTaken(Int($0)) })
    case .codes: return Counted(counts: counts.filtered(isCounted))
    case .all where mask.clauses.isEmpty:
      return Counted(counts: try counts.all { isTaken(Int($0)) })
    case .all: return Counted(counts: try counts.all(where: isCounted))
    }
  }

  private func isCounted(_ code: UInt32) -> Bool {
    mask.clauses.allSatisfy { $0.contains(code) }
  }

  private func countedGroups() throws -> Counted {
    guard let timed = columns[.sum(.timedImpressions)] else {
      return Counted(counts: BucketCounts())
    }
    let count = header.groupCount
    let impressions = try IntegerColumn.decode(timed, count: count)
    let times = try values(.sum(.impressionMilliseconds))
    let matches = try mask.matches(ofGroups: header) { try values(.dimension($0)) }
    var codes: [Int64]?
    if case .codes(let dimension) = rows { codes = try values(.dimension(dimension.source)) }
    var keys: [UInt64] = []
    keys.reserveCapacity(count)
    var unread: [Int] = []
    for hour in header.hours where isTaken(hour) {
      let ofHour = rows == .hours ? UInt32(hour) : 0
      for group in header.groups(ofHour: hour)
      where impressions[group] != 0 && matches?[group] ?? true {
        guard impressions[group] == 1 else {
          unread.append(group)
          continue
        }
        // Former versions had times out of range, which count as unknown.
        guard FactKind.impressionTimes.contains(times[group]) else { continue }
        guard let code = codes.map({ UInt32(exactly: $0[group]) }) ?? ofHour else {
          throw MalformedBytes("segment \(header.id) has an impossible code")
        }
        keys.append(BucketCounts.key(code, Histogram.bucket(of: times[group])))
      }
    }
    return Counted(counts: BucketCounts(of: keys), unread: unread)
  }

  private func values(_ column: SegmentColumn) throws -> [Int64] {
    guard let bytes = columns[column] else {
      return [Int64](repeating: 0, count: header.groupCount)
    }
    return try IntegerColumn.decode(bytes, count: header.groupCount)
  }

  private func isTaken(_ hour: Int) -> Bool { hours & 1 << UInt32(hour) != 0 }
}

extension HistogramShape {
  /// The dimension of the counts that say all that is asked, nil inside for those by hour.
  fileprivate func summary(of header: SegmentHeader, _ hours: UInt32) -> Dimension?? {
    let isWhole = hours & header.hourMask == header.hourMask
    let dimensions = filter.codedDimensions
    switch rows {
    case .all, .hours:
      if filter.isEmpty { return .some(nil) }
      guard rows == .all, isWhole, dimensions.count == 1 else { return nil }
      return .some(dimensions.first)
    case .codes(let dimension):
      guard isWhole, dimensions.isSubset(of: [dimension]) else { return nil }
      return .some(dimension)
    }
  }
}
