import TextAndBytes
import PlaybackFacts

/// Collects the facts of one UTC day and writes them as a segment.
struct SegmentBuilder {
  /// The facts of one playback in one hour.
  struct Group: Hashable {
    var playback: UInt64
    var viewer: UInt64
    var codes: PlaybackCodes
    /// Of the day, 0–23.
    var hour: UInt8
  }

  /// Days since 1970.
  let day: Int64
  private var numbers: [Group: UInt32] = [:]
  private var groups: [Group] = []
  private var events: [Event] = []
  private var groupOfEvent: [UInt32] = []
  private var numberOfPlayback: [Playback: (codes: PlaybackCodes, hour: UInt8, group: UInt32)] = [:]
  /// What of earlier hours is in order already.
  private var closedGroups: [Group] = []
  private var closedEvents: [ArraySlice<Event>] = []

  init(day: Int64) {
    self.day = day
  }

  /// Adds a fact of the day, whose playback's values have codes.
  mutating func add(_ fact: Fact, _ index: CodeIndex) throws(MalformedBytes) {
    let start = Timestamp(day: day)
    let hour = UInt8((fact.time - start) / Milliseconds.hour)
    let group: UInt32
    if let known = numberOfPlayback[fact.playback] {
      group =
        known.hour == hour
        ? known.group : number(of: fact.playback, known.codes, hour: hour)
    } else {
      guard let codes = index.codes(of: fact.playback) else {
        throw MalformedBytes("a value is not in the dictionary")
      }
      group = number(of: fact.playback, codes, hour: hour)
    }
    events.append(
      Event(fact, hourStart: (start + Int64(hour) * Milliseconds.hour).milliseconds)
    )
    groupOfEvent.append(group)
  }

  /// Adds the events of a group of another segment.
  mutating func add(_ event: Event, to group: UInt32) {
    events.append(event)
    groupOfEvent.append(group)
  }

  /// The number of a group, under which its events are added.
  mutating func number(of group: Group) -> UInt32 {
    let next = UInt32(groups.count)
    let number = numbers[group, default: next]
    if number == next {
      numbers[group] = next
      groups.append(group)
    }
    return number
  }

  private mutating func number(
    of playback: Playback,
    _ codes: PlaybackCodes,
    hour: UInt8
  ) -> UInt32 {
    let number = number(
      of: Group(
        playback: playback.id.rawValue,
        viewer: playback.viewer.rawValue,
        codes: codes,
        hour: hour
      )
    )
    numberOfPlayback[playback] = (codes, hour, number)
    return number
  }

  /// Brings in order what was added; whatever is added after this is of later hours.
  ///
  /// Whoever adds hour by hour holds less in memory.
  mutating func closeHour() {
    let merged = mergedEvents()
    // Groups whose slots add up to nothing disappear.
    let order = groups.indices.filter { !merged[$0].isEmpty }.sorted { left, right in
      Self.isOrdered(groups[left], groups[right])
    }
    closedGroups += order.map { groups[$0] }
    closedEvents += order.map { merged[$0] }
    (numbers, groups, events, groupOfEvent, numberOfPlayback) = ([:], [], [], [], [:])
  }

  /// The segment of all that was added; nil if nothing remains of it.
  mutating func segment() -> EncodedSegment? {
    closeHour()
    guard !closedGroups.isEmpty else { return nil }
    return EncodedSegment(day: day, groups: closedGroups, events: closedEvents)
  }

  /// The events of each group, ordered by time and code, with one event for each slot.
  private func mergedEvents() -> [ArraySlice<Event>] {
    var starts = [Int](repeating: 0, count: groups.count + 1)
    for group in groupOfEvent { starts[Int(group) + 1] += 1 }
    for index in groups.indices { starts[index + 1] += starts[index] }
    var places = starts
    let none = Event(offset: 0, code: .play, value: 0)
    var sorted = [Event](repeating: none, count: events.count)
    for (index, event) in events.enumerated() {
      let group = Int(groupOfEvent[index])
      sorted[places[group]] = event
      places[group] += 1
    }
    let ends = groups.indices.map { group in
      sorted[starts[group]..<starts[group + 1]].sort(by: Self.isOrdered)
      return Self.merge(&sorted, starts[group]..<starts[group + 1])
    }
    // Only now: a slice taken before would make each further change copy everything.
    return groups.indices.map { sorted[starts[$0]..<ends[$0]] }
  }

  /// Makes one event of all that a range of ordered events says of a slot, in its place; where they end then.
  private static func merge(_ events: inout [Event], _ range: Range<Int>) -> Int {
    guard events[range].contains(where: \.code.kind.isSlotted) else { return range.upperBound }
    var end = range.lowerBound
    for index in range {
      let event = events[index]
      if event.code.kind.isSlotted, end > range.lowerBound, events[end - 1].code == event.code,
        events[end - 1].offset == event.offset
      {
        events[end - 1].value += event.value
      } else {
        events[end] = event
        end += 1
      }
    }
    var kept = range.lowerBound
    for index in range.lowerBound..<end
    where !events[index].code.kind.isSlotted || events[index].value != 0 {
      events[kept] = events[index]
      kept += 1
    }
    return kept
  }

  private static func isOrdered(_ left: Event, _ right: Event) -> Bool {
    (left.offset, left.code.rawValue, left.value) < (right.offset, right.code.rawValue, right.value)
  }

  /// By hour, then so that equal codes lie together.
  private static func isOrdered(_ left: Group, _ right: Group) -> Bool {
    guard left.hour == right.hour else { return left.hour < right.hour }
    for place in 0..<Dimension.stored.count where left.codes[place] != right.codes[place] {
      return left.codes[place] < right.codes[place]
    }
    return (left.playback, left.viewer) < (right.playback, right.viewer)
  }
}
