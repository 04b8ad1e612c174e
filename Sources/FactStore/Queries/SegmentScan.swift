import PlaybackFacts
import QueryCore

/// Adds up hours of one segment.
struct SegmentScan {
  let file: SegmentFile
  let header: SegmentHeader
  let tables: CodeTables
  /// Bit h stands for hour h of the day.
  let hours: UInt32

  /// By code, from the summary; nil where it does not say enough.
  func summaryByCode(
    _ shape: PartialShape,
    _ dimension: Dimension,
    _ mask: FilterMask
  ) throws -> Partial? {
    guard shape.filter.codedDimensions.isSubset(of: [dimension]),
      SegmentSummary.isHourly(dimension) || hours & header.hourMask == header.hourMask
    else { return nil }
    let isHourly = SegmentSummary.isHourly(dimension)
    return try summary(dimension, shape, size: tables.count(of: dimension)) { key in
      guard !isHourly || isTaken(Int(key.hour)) else { return nil }
      let code = Int(key.code)
      return mask.clauses.allSatisfy { $0[code] } ? code : nil
    }
  }

  /// By hour, from a summary; nil where it does not say enough.
  func summaryByHour(_ shape: PartialShape, _ mask: FilterMask) throws -> Partial? {
    let dimensions = shape.filter.codedDimensions
    guard dimensions.count <= 1 else { return nil }
    let dimension = dimensions.first
    guard SegmentSummary.isHourly(dimension) else { return nil }
    return try summary(dimension, shape, size: 24) { key in
      mask.clauses.allSatisfy { $0[Int(key.code)] } ? Int(key.hour) : nil
    }
  }

  /// By code, from the groups.
  func groupsByCode(
    _ shape: PartialShape,
    _ dimension: Dimension,
    _ mask: FilterMask
  ) throws -> Partial {
    let derived = tables.derivedCodes(of: dimension)
    let size = tables.count(of: dimension)
    let limit = Int64(derived.isEmpty ? size : derived.count)
    let codes = try file.codes(dimension.source, of: header)
    guard codes.allSatisfy({ 0 <= $0 && $0 < limit }) else {
      throw MalformedBytes("segment \(header.id) has a code without a value")
    }
    let matches = try matches(mask)
    return Partial(
      places: try shape.sums.map { sum in
        var result = [Int64](repeating: 0, count: size)
        guard let values = try groupSums(sum) else { return result }
        for hour in header.hours where isTaken(hour) {
          for group in header.groups(ofHour: hour) where matches?[group] ?? true {
            let code = Int(codes[group])
            result[derived.isEmpty ? code : Int(derived[code])] &+= values[group]
          }
        }
        return result
      }
    )
  }

  /// By hour, from the groups.
  func groupsByHour(_ shape: PartialShape, _ mask: FilterMask) throws -> Partial {
    let matches = try matches(mask)
    return Partial(
      places: try shape.sums.map { sum in
        var result = [Int64](repeating: 0, count: 24)
        guard let values = try groupSums(sum) else { return result }
        for hour in header.hours where isTaken(hour) {
          for group in header.groups(ofHour: hour) where matches?[group] ?? true {
            result[hour] &+= values[group]
          }
        }
        return result
      }
    )
  }

  private func isTaken(_ hour: Int) -> Bool {
    hours & 1 << UInt32(hour) != 0
  }

  /// The values of a sum; nil where all are 0.
  private func groupSums(_ sum: Sum) throws -> [Int64]? {
    guard let bytes = try file.bytes(.sum(sum), of: header.id) else { return nil }
    return try IntegerColumn.decode(bytes, count: header.groupCount)
  }

  /// Whether each group counts; nil where all do.
  func matches(_ mask: FilterMask) throws -> [Bool]? {
    var matches: [Bool]?
    for (dimension, mask) in mask.columns {
      let codes = try file.codes(dimension, of: header)
      guard codes.allSatisfy({ 0 <= $0 && $0 < mask.count }) else {
        throw MalformedBytes("segment \(header.id) has a code without a value")
      }
      if var known = matches {
        for group in known.indices { known[group] = known[group] && mask[Int(codes[group])] }
        matches = known
      } else {
        matches = codes.map { mask[Int($0)] }
      }
    }
    return matches
  }

  /// Adds up the rows of a summary at the places that `place` names, of `size` places; nil where
  /// there is no such summary.
  private func summary(
    _ dimension: Dimension?,
    _ shape: PartialShape,
    size: Int,
    _ place: (SegmentSummary.Key) -> Int?
  ) throws -> Partial? {
    guard let keyBytes = try file.bytes(.summaryKeys(dimension), of: header.id) else { return nil }
    let keys = try SegmentSummary.decodeKeys(keyBytes)
    let codeCount = dimension.map { tables.count(of: $0) } ?? 1
    guard keys.allSatisfy({ $0.code < codeCount }) else {
      throw MalformedBytes("segment \(header.id) has a code without a value")
    }
    let places = keys.map(place)
    return Partial(
      places: try shape.sums.map { sum in
        var result = [Int64](repeating: 0, count: size)
        let column = SegmentColumn.summarySum(dimension, sum)
        guard let bytes = try file.bytes(column, of: header.id) else { return result }
        let values = try IntegerColumn.decode(bytes, count: keys.count)
        for (value, place) in zip(values, places) {
          if let place { result[place] &+= value }
        }
        return result
      }
    )
  }
}
