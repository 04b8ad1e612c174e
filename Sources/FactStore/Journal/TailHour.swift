import PlaybackFacts

/// One hour of the journal in memory.
struct TailHour {
  /// First those that are settled, ordered by playback, code and time; then the newest, as they came.
  private(set) var events: [TailEvent] = []
  /// How many facts came, which tells whether there is news.
  private(set) var factCount = 0
  /// The earliest and the latest offset of its events.
  private(set) var offsets: ClosedRange<UInt32> = 0...0
  private var settledCount = 0

  mutating func append(_ event: Event, of playback: Int) {
    offsets =
      factCount == 0
      ? event.offset...event.offset
      : min(offsets.lowerBound, event.offset)...max(offsets.upperBound, event.offset)
    factCount += 1
    events.appendTightly(TailEvent(event, of: playback))
  }

  /// What became of the first events of an hour: fewer, which add up to the same.
  struct Settled {
    let before: Int
    let after: Int
  }

  /// Makes one event of all that a playback has in a slot; nil where too little has come to be worth it.
  ///
  /// The newer half of what came is left for the next time, so that who adds up an hour as it grows is
  /// past what changes.
  mutating func settle() -> Settled? {
    let newCount = events.count - settledCount
    guard newCount >= max(512, settledCount / 4) else { return nil }
    let before = settledCount + newCount / 2
    events.withUnsafeMutableBufferPointer { $0[..<before].sort() }
    var after = 0
    for index in 0..<before {
      if after > 0, events[after - 1].isSameSlot(as: events[index]) {
        events[after - 1].value += events[index].value
      } else {
        events[after] = events[index]
        after += 1
      }
    }
    events.removeSubrange(after..<before)
    settledCount = after
    return Settled(before: before, after: after)
  }

  /// Passes on the sum of what each playback watched of each slot, ordered by playback and slot.
  ///
  /// It is not above 0 where all that was watched was taken back.
  func forEachWatchedSlot(_ body: (TailEvent) -> Void) {
    var newest = (settledCount..<events.count).compactMap { index in
      events[index].code == .watch ? UInt32(index) : nil
    }
    newest.sort { events[Int($0)] < events[Int($1)] }
    var sum: TailEvent?
    func add(_ event: TailEvent) {
      if sum?.isSameSlot(as: event) == true {
        sum?.value += event.value
      } else {
        if let sum { body(sum) }
        sum = event
      }
    }
    var rest = newest[...]
    for event in events[..<settledCount] where event.code == .watch {
      while let index = rest.first, events[Int(index)] < event {
        add(events[Int(index)])
        rest.removeFirst()
      }
      add(event)
    }
    for index in rest { add(events[Int(index)]) }
    if let sum { body(sum) }
  }
}

/// An event and the number of its playback, in sixteen bytes.
struct TailEvent: Comparable {
  private let playbackNumber: UInt32
  private let offsetLow: UInt16
  private let offsetHigh: UInt8
  let code: EventCode
  /// 0 where the code says all.
  fileprivate(set) var value: Int64

  init(_ event: Event, of playback: Int) {
    playbackNumber = UInt32(playback)
    offsetLow = UInt16(truncatingIfNeeded: event.offset)
    offsetHigh = UInt8(truncatingIfNeeded: event.offset >> 16)
    code = event.code
    value = event.value
  }

  /// Its number among the journal's.
  var playback: Int { Int(playbackNumber) }
  /// Milliseconds since the hour began.
  var offset: UInt32 { UInt32(offsetHigh) << 16 | UInt32(offsetLow) }
  var event: Event { Event(offset: offset, code: code, value: value) }

  fileprivate func isSameSlot(as other: TailEvent) -> Bool {
    code.kind.isSlotted && order == other.order
  }

  private var order: UInt64 {
    UInt64(playbackNumber) << 32 | UInt64(code.rawValue) << 24 | UInt64(offset)
  }

  static func < (left: TailEvent, right: TailEvent) -> Bool { left.order < right.order }
}
