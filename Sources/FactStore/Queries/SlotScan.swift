import TextAndBytes
import PlaybackFacts
import QueryCore

/// The columns of one segment that tell how many playbacks watched in each slot of some hours, read
/// and not decoded yet.
///
/// Only for hours whose facts all lie in this segment, where each group is another playback. Reading is
/// for the connection's thread; counting may be done on any other.
struct SlotScan: Sendable {
  private let header: SegmentHeader
  private let hours: [Int]
  private let mask: FilterMask
  /// No names yet.
  private let names: RowNames
  private var columns: [Dimension: [UInt8]] = [:]
  /// Of each hour.
  private var details: [[UInt8]] = []

  /// Reads what there is to count.
  ///
  /// - Parameters:
  ///   - file: the snapshot.
  ///   - header: the segment.
  ///   - hours: of its day, with groups.
  ///   - mask: which playbacks count.
  ///   - names: the rows they go into, none yet.
  /// - Throws: what SQLite says.
  init(
    _ file: SegmentFile,
    _ header: SegmentHeader,
    hours: [Int],
    _ mask: FilterMask,
    _ names: RowNames
  ) throws {
    self.header = header
    self.hours = hours
    self.mask = mask
    self.names = names
    let dimensions = mask.columns.map(\.dimension) + (names.dimension.map { [$0.source] } ?? [])
    for dimension in dimensions {
      columns[dimension] = try file.bytes(.dimension(dimension), of: header.id)
    }
    details = try hours.map { try file.bytes(.detail(hour: $0), of: header.id) ?? [] }
  }

  /// How much there is to look at, in bytes.
  var cost: Int { details.reduce(0) { $0 + $1.count } }

  /// The counts of each hour.
  func counted() throws -> [HourConcurrency] {
    var names = names
    let matches = try mask.matches(ofGroups: header, codes)
    let codes = try names.dimension.map { try self.codes(of: $0.source) }
    return try zip(hours, details).map { hour, detail in
      let groups = header.groups(ofHour: hour)
      var rows = HourRows(groupCount: groups.count)
      for group in groups where matches?[group] ?? true {
        try rows.add(group - groups.lowerBound, code: Int(codes?[group] ?? 0), &names)
      }
      let counts = try rows.counts(detail)
      return HourConcurrency(counts, names: rows.rows.map { names.names[Int($0)] })
    }
  }

  private func codes(of dimension: Dimension) throws -> [Int64] {
    guard let bytes = columns[dimension] else {
      return [Int64](repeating: 0, count: header.groupCount)
    }
    return try IntegerColumn.decode(bytes, count: header.groupCount)
  }
}

/// The rows that the groups of one hour go into.
private struct HourRows {
  /// Those that any group goes into.
  private(set) var rows: [UInt32] = []
  /// The place of each row in `rows`, −1 where it is not there.
  private var places: [Int] = []
  /// The places of the rows of each code that was seen.
  private var placesOfCode: [Int: [Int]] = [:]
  /// The place of the only row of each code; −1 where it was not seen or is in none or several.
  private var onlyPlaceOfCode: [Int] = []
  /// The place of the first row of each group, −1 where it is in none.
  private var placeOfGroup: [Int]
  /// The places of the others of groups in several.
  private var further: [Int: ArraySlice<Int>] = [:]

  init(groupCount: Int) {
    placeOfGroup = [Int](repeating: -1, count: groupCount)
  }

  mutating func add(_ group: Int, code: Int, _ names: inout RowNames) throws(MalformedBytes) {
    if onlyPlaceOfCode.indices.contains(code), onlyPlaceOfCode[code] >= 0 {
      placeOfGroup[group] = onlyPlaceOfCode[code]
      return
    }
    let places = try places(ofCode: code, &names)
    guard let first = places.first else { return }
    placeOfGroup[group] = first
    if places.count > 1 { further[group] = places.dropFirst() }
  }

  private mutating func places(
    ofCode code: Int,
    _ names: inout RowNames
  ) throws(MalformedBytes) -> [Int] {
    if let known = placesOfCode[code] { return known }
    let places = try names.rows(ofCode: code).map { place(of: $0) }
    placesOfCode[code] = places
    if places.count == 1 {
      while onlyPlaceOfCode.count <= code { onlyPlaceOfCode.append(-1) }
      onlyPlaceOfCode[code] = places[0]
    }
    return places
  }

  private mutating func place(of row: UInt32) -> Int {
    while places.count <= row { places.append(-1) }
    if places[Int(row)] < 0 {
      places[Int(row)] = rows.count
      rows.append(row)
    }
    return places[Int(row)]
  }

  /// How many groups watched in each of the 180 slots, for each of `rows` in turn.
  func counts(_ detail: [UInt8]) throws(MalformedBytes) -> [UInt32] {
    let width = SlotCounter.slotsPerHour
    // Where a run begins and where it has ended: two numbers for each, however long it is. One that
    // lasts until the hour ends takes away what is left over in the next row's first slot.
    var changes = [UInt32](repeating: 0, count: width * rows.count + 1)
    try changes.withUnsafeMutableBufferPointer { changes throws(MalformedBytes) in
      guard !detail.isEmpty else { return }
      try HourDetail.forEachWatchedRun(detail, groupCount: placeOfGroup.count) { group, slots in
        let place = placeOfGroup[group]
        guard place >= 0 else { return }
        changes[place * width + slots.lowerBound] &+= 1
        changes[place * width + slots.upperBound] &-= 1
        guard !further.isEmpty else { return }
        for place in further[group, default: []] {
          changes[place * width + slots.lowerBound] &+= 1
          changes[place * width + slots.upperBound] &-= 1
        }
      }
    }
    var count: UInt32 = 0
    for place in changes.indices {
      count &+= changes[place]
      changes[place] = count
    }
    return changes
  }
}
