import TextAndBytes

/// Adds up the groups of a segment that match, block by block.
///
/// ```
///  block of 256 groups ─▶ hours ─▶ filter's columns ─▶ places of those that match ─▶ row, sums
///                         none: the block is passed over in every column
/// ```
/// The columns of rows and sums are decoded for the groups that match only. What is at work fits into the
/// nearest cache.
struct BlockScan {
  private let header: SegmentHeader
  /// The groups of the hours that are taken, ascending.
  private let taken: [Range<Int>]
  private var filters: [(column: BlockCursor, codes: CodeSet)]

  /// How the row of a group is found.
  enum Rows {
    /// Its hour of the day.
    case hours
    /// Its code in a column.
    case codes([UInt8]?)
    /// A number for each group.
    case places([Int64])
  }

  init(
    _ header: SegmentHeader,
    hours: UInt32,
    filters: [(column: [UInt8]?, codes: CodeSet)]
  ) {
    self.header = header
    self.filters = filters.map { (BlockCursor($0.column), $0.codes) }
    var taken: [Range<Int>] = []
    for hour in header.hours where hours & 1 << UInt32(hour) != 0 {
      let range = header.groups(ofHour: hour)
      if let last = taken.last, last.upperBound == range.lowerBound {
        taken[taken.count - 1] = last.lowerBound..<range.upperBound
      } else {
        taken.append(range)
      }
    }
    self.taken = taken
  }

  /// Codes of a dimension.
  static let codes: ClosedRange<Int64> = 0...Int64(UInt32.max)
  private static let sums = 1 - IntegerColumn.sumLimit...IntegerColumn.sumLimit - 1

  /// The highest code that a column may have, or little more.
  static func bound(_ column: [UInt8]?, count: Int) throws(MalformedBytes) -> Int64 {
    var cursor = BlockCursor(column)
    var bound: Int64 = 0
    var values = [Int64](repeating: 0, count: IntegerColumn.blockLength)
    let all = (0..<IntegerColumn.blockLength).map { UInt8($0) }
    for start in stride(from: 0, to: count, by: IntegerColumn.blockLength) {
      let head = try cursor.head(count: min(IntegerColumn.blockLength, count - start))
      if let range = head.range {
        bound = max(bound, range.upperBound)
        try cursor.skip(head)
      } else {
        try decode(head, of: &cursor, all[..<head.count], into: &values)
        bound = max(bound, values[..<head.count].max() ?? 0)
      }
    }
    return bound
  }

  private static func decode(
    _ head: BlockCursor.Head,
    of cursor: inout BlockCursor,
    _ places: ArraySlice<UInt8>,
    into values: inout [Int64]
  ) throws(MalformedBytes) {
    let outcome = places.withUnsafeBufferPointer { places in
      values.withUnsafeMutableBufferPointer { values in
        Result { () throws(MalformedBytes) in
          guard let values = values.baseAddress else { return }
          try cursor.decode(head, at: places, into: values, within: Self.codes)
        }
      }
    }
    try outcome.get()
  }

  /// Adds up sums by row, of which there are so many.
  ///
  /// - Throws: ``MalformedBytes`` where a column is not one of so many groups.
  mutating func add(_ sums: [[UInt8]?], by rows: Rows, rowCount: Int) throws -> [[Int64]] {
    let length = IntegerColumn.blockLength
    // Groups of a row follow each other: adding to one place each time would wait for the time before.
    let laneCount = rowCount <= 4096 ? Self.laneCount : 1
    var results = sums.map { _ in [Int64](repeating: 0, count: rowCount * laneCount) }
    var sumColumns = sums.map { BlockCursor($0) }
    var rowColumn = BlockCursor(nil)
    if case .codes(let bytes) = rows { rowColumn = BlockCursor(bytes) }
    try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: length) { places in
      try withUnsafeTemporaryAllocation(of: Int64.self, capacity: length) { rowOfPlace in
        try withUnsafeTemporaryAllocation(of: Int64.self, capacity: length) { values in
          for start in stride(from: 0, to: header.groupCount, by: length) {
            let block = start..<min(start + length, header.groupCount)
            let matching = try match(block, into: places, values)
            let rowHead = try rowColumn.head(count: block.count)
            guard !matching.isEmpty else {
              try rowColumn.skip(rowHead)
              for index in sumColumns.indices {
                let head = try sumColumns[index].head(count: block.count)
                try sumColumns[index].skip(head)
              }
              continue
            }
            switch rows {
            case .hours: readHours(of: matching, in: block, into: rowOfPlace)
            case .codes:
              guard let first = rowOfPlace.baseAddress else { continue }
              // No code is above the bound, which the count of rows was made from.
              let codes = 0...Int64(rowCount) - 1
              try rowColumn.decode(rowHead, at: matching, into: first, within: codes)
            case .places(let all):
              for index in matching.indices {
                rowOfPlace[index] = all[start + Int(matching[index])]
              }
            }
            for index in sumColumns.indices {
              let head = try sumColumns[index].head(count: block.count)
              guard let first = values.baseAddress else { continue }
              try sumColumns[index].decode(head, at: matching, into: first, within: Self.sums)
              results[index].withUnsafeMutableBufferPointer { result in
                for place in matching.indices {
                  let lane = place & (laneCount - 1)
                  result[Int(rowOfPlace[place]) &* laneCount &+ lane] &+= values[place]
                }
              }
            }
          }
        }
      }
    }
    guard rowColumn.isAtEnd, sumColumns.allSatisfy(\.isAtEnd), filters.allSatisfy(\.column.isAtEnd)
    else { throw MalformedBytes("a column is longer than its count") }
    guard laneCount > 1 else { return results }
    return results.map { result in
      (0..<rowCount).map { row in
        result[row * laneCount..<(row + 1) * laneCount].reduce(0, &+)
      }
    }
  }

  /// A power of two.
  private static let laneCount = 4

  /// The places in a block of the groups that match.
  private mutating func match(
    _ block: Range<Int>,
    into places: UnsafeMutableBufferPointer<UInt8>,
    _ codes: UnsafeMutableBufferPointer<Int64>
  ) throws(MalformedBytes) -> UnsafeBufferPointer<UInt8> {
    var count = 0
    for range in taken where range.overlaps(block) {
      for group in range.clamped(to: block) {
        places[count] = UInt8(truncatingIfNeeded: group - block.lowerBound)
        count += 1
      }
    }
    guard let firstPlace = places.baseAddress, let firstCode = codes.baseAddress else {
      return UnsafeBufferPointer(start: nil, count: 0)
    }
    for index in filters.indices {
      let head = try filters[index].column.head(count: block.count)
      let set = filters[index].codes
      let share = count == 0 ? .none : head.codes.map { set.share(of: $0) } ?? .some
      switch share {
      case .none:
        count = 0
        try filters[index].column.skip(head)
      case .all: try filters[index].column.skip(head)
      case .some:
        try filters[index].column.decode(
          head,
          at: UnsafeBufferPointer(start: firstPlace, count: count),
          into: firstCode,
          within: Self.codes
        )
        count = set.keep(firstPlace, codes: firstCode, count: count)
      }
    }
    return UnsafeBufferPointer(start: firstPlace, count: count)
  }

  private func readHours(
    of places: UnsafeBufferPointer<UInt8>,
    in block: Range<Int>,
    into hours: UnsafeMutableBufferPointer<Int64>
  ) {
    var hour = 0
    for index in places.indices {
      let group = block.lowerBound + Int(places[index])
      while hour < 23, group >= header.hourStarts[hour + 1] { hour += 1 }
      hours[index] = Int64(hour)
    }
  }
}

extension BlockCursor.Head {
  /// What all codes lie within; nil where only the values tell.
  fileprivate var codes: ClosedRange<UInt32>? {
    guard let range, let low = UInt32(exactly: range.lowerBound),
      let high = UInt32(exactly: range.upperBound)
    else { return nil }
    return low...high
  }
}
