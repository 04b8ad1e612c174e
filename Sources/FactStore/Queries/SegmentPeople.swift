import TextAndBytes
import PlaybackFacts
import QueryCore

/// Who watched, as the groups of a segment say; a column is read when it is asked for first.
struct SegmentPeople {
  let header: SegmentHeader
  private let file: SegmentFile
  private let mask: FilterMask
  private var matches: [Bool]??
  private var playbacks: [UInt64]?
  private var viewers: [UInt64]?
  private var codes: [Int64]?
  private var views: [Int64]?
  private var slotCounts: [Int64]?

  init(_ file: SegmentFile, _ header: SegmentHeader, _ mask: FilterMask) {
    self.file = file
    self.header = header
    self.mask = mask
  }

  /// Adds the watched slots of an hour of the day.
  mutating func addSlots(
    ofHour hour: Int,
    to counter: inout SlotCounter,
    _ names: inout RowNames
  ) throws {
    let range = header.groups(ofHour: hour)
    let matches = try readMatches()
    let playbacks = try readPlaybacks()
    let viewers = try readViewers()
    let detail = try file.detail(ofHour: hour, of: header)
    // Many playbacks of an hour watch nothing in it; the slots of one follow each other.
    var last: (number: UInt32, person: UInt32, rows: [UInt32])?
    for (event, number) in zip(detail.events, detail.groups) where event.code == .watch {
      if last?.number != number {
        let group = range.lowerBound + Int(number)
        let isMatch = matches?[group] ?? true
        last = (
          number,
          isMatch ? counter.person(playback: playbacks[group], viewer: viewers[group]) : 0,
          isMatch ? try rows(of: group, &names) : []
        )
      }
      guard let last else { continue }
      for row in last.rows {
        counter.add(event.value, row: row, person: last.person, slot: event.slot)
      }
    }
  }

  /// The counts of an hour of the day's slots, as they were written; 180.
  mutating func slotCounts(
    ofHour hour: Int,
    _ audience: SumQuery.Audience
  ) throws -> [UInt32] {
    let width = SlotCounter.slotsPerHour
    let counts: [Int64]
    if let slotCounts {
      counts = slotCounts
    } else {
      counts = try file.integers(
        .slotCounts(audience),
        of: header.id,
        count: width * header.hours.count
      )
      guard counts.allSatisfy({ UInt32(exactly: $0) != nil }) else {
        throw MalformedBytes("segment \(header.id) has an impossible count of a slot")
      }
      slotCounts = counts
    }
    guard let place = header.hours.firstIndex(of: hour) else {
      return [UInt32](repeating: 0, count: width)
    }
    return counts[width * place..<width * (place + 1)].map { UInt32($0) }
  }

  /// Adds the viewers of the views in an hour of the day.
  mutating func addViewers(
    ofHour hour: Int,
    _ duration: ViewDuration,
    to viewers: inout ViewersByRow,
    _ names: inout RowNames
  ) throws {
    let matches = try readMatches()
    let views = try readViews(duration)
    let ids = try readViewers()
    for group in header.groups(ofHour: hour) where views[group] > 0 && matches?[group] ?? true {
      if names.dimension == nil {
        viewers.add(ids[group], row: 0)
      } else {
        for row in try rows(of: group, &names) { viewers.add(ids[group], row: row) }
      }
    }
  }

  /// Passes on the row, the viewer and the instant of each view in an hour of the day.
  mutating func forEachTimedView(
    ofHour hour: Int,
    _ duration: ViewDuration,
    _ names: inout RowNames,
    _ body: (UInt32, UInt64, Timestamp) -> Void
  ) throws {
    let first = header.groups(ofHour: hour).lowerBound
    let start = header.stretch(ofHour: hour).from
    let matches = try readMatches()
    let viewers = try readViewers()
    let detail = try file.detail(ofHour: hour, of: header)
    for (event, number) in zip(detail.events, detail.groups) where event.code == duration.code {
      let group = first + Int(number)
      guard matches?[group] ?? true else { continue }
      for row in try rows(of: group, &names) {
        body(row, viewers[group], start + Int64(event.offset))
      }
    }
  }

  private mutating func rows(of group: Int, _ names: inout RowNames) throws -> [UInt32] {
    guard let dimension = names.dimension else { return try names.rows(ofCode: 0) }
    if codes == nil { codes = try file.codes(dimension.source, of: header) }
    guard let code = codes.flatMap({ Int(exactly: $0[group]) }) else { return [] }
    return try names.rows(ofCode: code)
  }

  private mutating func readMatches() throws -> [Bool]? {
    if let matches { return matches }
    let read = try mask.matches(ofGroups: header) { try file.codes($0, of: header) }
    matches = .some(read)
    return read
  }

  private mutating func readPlaybacks() throws -> [UInt64] {
    let read = try playbacks ?? file.identifiers(.playback, of: header)
    playbacks = read
    return read
  }

  private mutating func readViewers() throws -> [UInt64] {
    let read = try viewers ?? file.identifiers(.viewer, of: header)
    viewers = read
    return read
  }

  private mutating func readViews(_ duration: ViewDuration) throws -> [Int64] {
    let read =
      try views
      ?? file.integers(.sum(duration.sum), of: header.id, count: header.groupCount)
    views = read
    return read
  }
}

extension Event {
  /// The slot of its hour, 0–179.
  var slot: Int { Int(offset) / Int(Milliseconds.slot) }
}

extension ViewDuration {
  /// The code of such views.
  var code: EventCode {
    switch self {
    case .threeSeconds: .view3
    case .fiveSeconds: .view5
    case .tenSeconds: .view10
    case .thirtySeconds: .view30
    }
  }
}
