import TextAndBytes
import PlaybackFacts
import QueryCore

/// The columns of one segment that tell how many playbacks watched in each slot of some hours, read
/// and but for the rows not decoded yet.
///
/// Only for hours whose facts all lie in this segment, where each group is another playback. Reading is
/// for the connection's thread; counting may be done on any other.
struct SlotScan: Sendable {
  private let header: SegmentHeader
  private let hours: [Int]
  private let mask: FilterMask
  /// The names of the rows; that of all without a dimension.
  private let names: [String]
  /// The place of each group's value among those of the segment; empty without a dimension.
  private var places: [Int64] = []
  /// The rows of each place.
  private var rows: [[UInt32]] = [[0]]
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
    var names = names
    if let dimension = names.dimension {
      let codes = try CodePlaces(file.codes(dimension.source, of: header), of: header.id)
      places = codes.places
      var isWanted = [Bool](repeating: false, count: codes.count)
      for hour in hours {
        for group in header.groups(ofHour: hour) { isWanted[Int(places[group])] = true }
      }
      rows = try isWanted.enumerated().map { place, isWanted in
        try isWanted ? names.rows(ofCode: Int(codes.code(of: place))) : []
      }
    }
    self.names = names.names
    for dimension in mask.columns.map(\.dimension) {
      columns[dimension] = try file.bytes(.dimension(dimension), of: header.id)
    }
    details = try hours.map { try file.bytes(.detail(hour: $0), of: header.id) ?? [] }
  }

  /// How much there is to look at, in bytes.
  var cost: Int { details.reduce(0) { $0 + $1.count } }

  /// The counts of each hour.
  func counted() throws -> [HourConcurrency] {
    let matches = try mask.matches(ofGroups: header, codes)
    return try zip(hours, details).map { hour, detail in
      let groups = header.groups(ofHour: hour)
      var hourRows = HourRows(groupCount: groups.count)
      for group in groups where matches?[group] ?? true {
        let place = places.isEmpty ? 0 : Int(places[group])
        hourRows.add(group - groups.lowerBound, to: rows[place], ofPlace: place)
      }
      let counts = try hourRows.counts(detail)
      return HourConcurrency(counts, names: hourRows.rows.map { names[Int($0)] })
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
  /// The places of the rows of each value that was seen.
  private var placesOfValue: [Int: [Int]] = [:]
  /// The place of the only row of each value; −1 where it was not seen or is in none or several.
  private var onlyPlaceOfValue: [Int] = []
  /// The place of the first row of each group, −1 where it is in none.
  private var placeOfGroup: [Int]
  /// The places of the others of groups in several.
  private var further: [Int: ArraySlice<Int>] = [:]

  init(groupCount: Int) {
    placeOfGroup = [Int](repeating: -1, count: groupCount)
  }

  /// Adds a group to rows, which are those of a value that is known by a number.
  mutating func add(_ group: Int, to rows: [UInt32], ofPlace value: Int) {
    if onlyPlaceOfValue.indices.contains(value), onlyPlaceOfValue[value] >= 0 {
      placeOfGroup[group] = onlyPlaceOfValue[value]
      return
    }
    let places = places(of: rows, ofValue: value)
    guard let first = places.first else { return }
    placeOfGroup[group] = first
    if places.count > 1 { further[group] = places.dropFirst() }
  }

  private mutating func places(of rows: [UInt32], ofValue value: Int) -> [Int] {
    if let known = placesOfValue[value] { return known }
    let places = rows.map { place(of: $0) }
    placesOfValue[value] = places
    if places.count == 1 {
      while onlyPlaceOfValue.count <= value { onlyPlaceOfValue.append(-1) }
      onlyPlaceOfValue[value] = places[0]
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
