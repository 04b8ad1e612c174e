import TextAndBytes
import PlaybackFacts

/// The facts of one hour of a segment, group by group.
///
/// ```
/// [patterns: varint] patterns × ([length: varint][event codes])
/// pattern of each group     integer column: its events, ordered by time, without watch and stall
/// first time of each group  integer column, one for each group with events: ms since the hour began
/// further times             varints: ms since the group's event before
/// values                    signed varints, one for each event whose code does not say all
/// watched slots             slot runs
/// stalled slots             slot runs
/// ```
struct HourDetail {
  /// The events, ordered by group.
  private(set) var events: [Event] = []
  /// The group of each, counted from the first of the hour.
  private(set) var groups: [UInt32] = []
  /// How many of them had a value out of its range, as former versions wrote them; it is unknown now.
  private(set) var outOfRange = 0

  /// Roughly what it takes in memory.
  var byteCount: Int { events.capacity * MemoryLayout<Event>.stride + groups.capacity * 4 + 64 }

  /// Writes the events of each group, ordered by time; slots are merged, one event each.
  static func encode(_ groups: [ArraySlice<Event>]) -> [UInt8] {
    var numbers: [[UInt8]: Int64] = [:]
    var patterns: [[UInt8]] = []
    var patternOfGroup: [Int64] = []
    var firstTimes: [Int64] = []
    var furtherTimes = ByteWriter()
    var values = ByteWriter()
    var watched: [[SlotRuns.Slot]] = []
    var stalled: [[SlotRuns.Slot]] = []
    for events in groups {
      var pattern: [UInt8] = []
      var watchedSlots: [SlotRuns.Slot] = []
      var stalledSlots: [SlotRuns.Slot] = []
      var before: UInt32 = 0
      for event in events {
        let slot = SlotRuns.Slot(number: Int(event.offset) / slotWidth, value: event.value)
        switch event.code {
        case .watch: watchedSlots.append(slot)
        case .stall: stalledSlots.append(slot)
        default:
          if pattern.isEmpty {
            firstTimes.append(Int64(event.offset))
          } else {
            furtherTimes.varint(UInt64(event.offset - before))
          }
          before = event.offset
          pattern.append(event.code.rawValue)
          if event.code.hasValue { values.signed(event.value) }
        }
      }
      let number = numbers[pattern, default: Int64(patterns.count)]
      if number == patterns.count {
        numbers[pattern] = number
        patterns.append(pattern)
      }
      patternOfGroup.append(number)
      watched.append(watchedSlots)
      stalled.append(stalledSlots)
    }
    var writer = ByteWriter()
    writer.count(patterns.count)
    for pattern in patterns { writer.block(pattern) }
    IntegerColumn.encode(patternOfGroup, into: &writer)
    IntegerColumn.encode(firstTimes, into: &writer)
    writer.raw(furtherTimes.bytes)
    writer.raw(values.bytes)
    SlotRuns.encode(watched, into: &writer)
    SlotRuns.encode(stalled, into: &writer)
    return writer.bytes
  }

  init(_ bytes: [UInt8], groupCount: Int) throws(MalformedBytes) {
    var reader = ByteReader(bytes)
    var patterns: [[EventCode]] = []
    for _ in 0..<(try reader.count(bytesEach: 1)) {
      patterns.append(try Self.pattern(&reader))
    }
    var codes: [EventCode] = []
    var hasEvents = 0
    let patternOfGroup = try IntegerColumn.decode(&reader, count: groupCount)
    for (group, number) in patternOfGroup.enumerated() {
      guard (0..<Int64(patterns.count)).contains(number) else {
        throw MalformedBytes("there is no pattern number \(number)")
      }
      let pattern = patterns[Int(number)]
      if !pattern.isEmpty { hasEvents += 1 }
      codes += pattern
      groups += repeatElement(UInt32(group), count: pattern.count)
    }
    try readTimes(&reader, codes, hasEvents: hasEvents)
    for index in events.indices where events[index].code.hasValue {
      events[index].value = try reader.signed()
      guard !events[index].isInRange else { continue }
      events[index] = events[index].known
      outOfRange += 1
    }
    for code in [EventCode.watch, .stall] {
      try SlotRuns.decode(&reader, groupCount: groupCount) { group, slot in
        let offset = UInt32(slot.number * Self.slotWidth)
        events.append(Event(offset: offset, code: code, value: slot.value))
        groups.append(UInt32(group))
      }
    }
    guard reader.isAtEnd else { throw MalformedBytes("bytes follow the last slot") }
  }

  /// Passes on the watched slots of each group as runs, without making anything of the rest.
  static func forEachWatchedRun(
    _ bytes: [UInt8],
    groupCount: Int,
    _ body: (Int, Range<Int>) -> Void
  ) throws(MalformedBytes) {
    var reader = ByteReader(bytes)
    var patterns: [(length: Int, values: Int)] = []
    for _ in 0..<(try reader.count(bytesEach: 1)) {
      let pattern = try pattern(&reader)
      patterns.append((pattern.count, pattern.count { $0.hasValue }))
    }
    var hasEvents = 0
    var numbers = 0
    for number in try IntegerColumn.decode(&reader, count: groupCount) {
      guard patterns.indices.contains(Int(number)) else {
        throw MalformedBytes("there is no pattern number \(number)")
      }
      let pattern = patterns[Int(number)]
      guard pattern.length > 0 else { continue }
      hasEvents += 1
      // A time for each but the first, which has a column, and the values.
      numbers += pattern.length - 1 + pattern.values
    }
    _ = try IntegerColumn.decode(&reader, count: hasEvents)
    try reader.skipVarints(numbers)
    try SlotRuns.decodePositive(&reader, groupCount: groupCount, body)
  }

  private mutating func readTimes(
    _ reader: inout ByteReader,
    _ codes: [EventCode],
    hasEvents: Int
  ) throws(MalformedBytes) {
    let firstTimes = try IntegerColumn.decode(&reader, count: hasEvents)
    var next = 0
    var time: UInt64 = 0
    events.reserveCapacity(codes.count)
    for (index, code) in codes.enumerated() {
      if index == 0 || groups[index] != groups[index - 1] {
        time = UInt64(bitPattern: firstTimes[next])
        next += 1
      } else {
        time &+= try reader.varint()
      }
      guard time < Milliseconds.hour else { throw MalformedBytes("an event leaves its hour") }
      events.append(Event(offset: UInt32(time), code: code, value: 0))
    }
  }

  private static let slotWidth = Int(Milliseconds.slot)

  private static func pattern(_ reader: inout ByteReader) throws(MalformedBytes) -> [EventCode] {
    var codes: [EventCode] = []
    for _ in 0..<(try reader.count(bytesEach: 1)) {
      guard let code = EventCode(rawValue: try reader.byte()), !code.kind.isSlotted else {
        throw MalformedBytes("a pattern has an unknown code")
      }
      codes.append(code)
    }
    return codes
  }
}
