public import PlaybackFacts
import TextAndBytes

/// The state of a playback as bytes, version 3. Numbers are written as by ``StateWriter``.
///
/// ```
/// version  1 byte
/// who      viewer, media id, country, device, system, browser, referrer, 1 for a bot, else 0
/// once     the facts that were written
/// source   1 + the time of the first source set, or 0
/// clock    count, then received − sat of the last pings, each from the one before
/// slots    first open (1 + slot, or 0), carried watched and stalled time,
///          count of runs, then each: gap to the slot before, slots, watched, stalled
/// before   total watched time, 1 if the position of a live stream fell, else 0,
///          count (0 or 1), then the event
/// window   count, then the events, each from the one before
/// event    1 byte: kind (4 bits), paused, has a position, has another offset
///          emitted at; other offset; how far the position is from playing on
/// ```
/// Versions 1 and 2 are read too. They did not say whether a bot played. Version 1 had two flags after the total, whether a play was passed and whether the
/// player played on; both follow from the events now. That a position fell it did not say, so that of
/// its live streams only the events that it still holds count.
extension PlaybackTracker {
  private static let version: UInt8 = 3
  private static let oldestVersion: UInt8 = 1

  /// The state that has to be stored until the next ping; a few hundred bytes.
  public var bytes: [UInt8] {
    var writer = StateWriter()
    writer.write(byte: Self.version)
    writer.write(playback.viewer.rawValue)
    for text in [
      playback.mediaID, playback.country, playback.deviceType, playback.operatingSystem,
      playback.browser, playback.referrer,
    ] {
      writer.write(text)
    }
    writer.write(byte: playback.isBot ? 1 : 0)
    writer.write(UInt64(once.rawValue))
    writer.write(optional: sourceSetAt)
    writer.write(offset)
    writer.write(slots)
    writer.write(window)
    // Copied: the collector keeps two hundred thousand of them, and room to grow would be most of each.
    return writer.bytes.withUnsafeBufferPointer { Array($0) }
  }

  /// Reads a stored state; nil if the bytes are none, or of a later version.
  public init?(bytes: [UInt8], of id: PlaybackID) {
    var reader = StateReader(bytes)
    do throws(StateReader.Unreadable) {
      let version = try reader.byte()
      guard (Self.oldestVersion...Self.version).contains(version) else { return nil }
      let playback = Playback(
        id: id,
        viewer: ViewerID(rawValue: try reader.unsigned()),
        mediaID: try reader.text(),
        country: try reader.text(),
        deviceType: try reader.text(),
        operatingSystem: try reader.text(),
        browser: try reader.text(),
        referrer: try reader.text(),
        isBot: version < 3 ? false : try reader.truth()
      )
      let flags = try reader.unsigned()
      guard flags <= UInt64(OnceFacts.all.rawValue) else { return nil }
      self.init(
        playback,
        once: OnceFacts(rawValue: UInt16(flags)),
        sourceSetAt: try reader.optional(),
        offset: try reader.offset(),
        slots: try reader.slots(),
        window: try reader.window(version: version)
      )
    } catch {
      return nil
    }
    guard reader.isAtEnd else { return nil }
  }
}

// MARK: - Clock

extension StateWriter {
  fileprivate mutating func write(optional value: Int64?) {
    write(byte: value == nil ? 0 : 1)
    if let value { write(value) }
  }

  fileprivate mutating func write(_ offset: ClockOffset) {
    write(UInt64(offset.differences.count))
    var previous: Int64 = 0
    for difference in offset.differences {
      write(difference - previous)
      previous = difference
    }
  }
}

extension StateReader {
  fileprivate mutating func truth() throws(Unreadable) -> Bool {
    switch try byte() {
    case 0: false
    case 1: true
    default: throw Unreadable()
    }
  }

  fileprivate mutating func optional() throws(Unreadable) -> Int64? {
    switch try byte() {
    case 0: return nil
    case 1: return try signed()
    default: throw Unreadable()
    }
  }

  fileprivate mutating func offset() throws(Unreadable) -> ClockOffset {
    var differences: [Int64] = []
    for _ in 0..<(try count(upTo: ClockOffset.capacity)) {
      differences.append(try signed(from: differences.last ?? 0))
    }
    return ClockOffset(differences: differences)
  }
}

// MARK: - Slots

extension StateWriter {
  fileprivate mutating func write(_ slots: SlotSums) {
    write(optional: slots.firstOpen == Int64.min ? nil : slots.firstOpen)
    write(slots.carried.watched)
    write(slots.carried.stalled)
    let runs = SlotRun.runs(of: slots.sums.entries)
    write(UInt64(runs.count))
    var next: Int64 = 0
    for run in runs {
      write(run.first.slot - next)
      write(UInt64(run.count))
      write(UInt64(run.first.watched))
      write(UInt64(run.first.stalled))
      next = run.first.slot + run.count
    }
  }
}

extension StateReader {
  /// The slots that are believed: their times must be numbers, too.
  private static let believableSlots: ClosedRange<Int64> = -(1 << 42)...(1 << 42)

  fileprivate mutating func slots() throws(Unreadable) -> SlotSums {
    let firstOpen = try optional() ?? Int64.min
    let carried = SlotAmounts.Amount(slot: 0, watched: try signed(), stalled: try signed())
    var entries: [SlotAmounts.Amount] = []
    for _ in 0..<(try count(upTo: SlotSums.capacityOfDifferent)) {
      let next = entries.last.map { $0.slot + 1 } ?? 0
      var amount = SlotAmounts.Amount(slot: try signed(from: next), watched: 0, stalled: 0)
      let count = try count(upTo: SlotSums.capacity - entries.count)
      amount.watched = Int64(try self.count(upTo: Int(Milliseconds.slot)))
      amount.stalled = Int64(try self.count(upTo: Int(Milliseconds.slot - amount.watched)))
      guard count > 0, !amount.isZero, Self.believableSlots.contains(amount.slot),
        entries.isEmpty || amount.slot >= next
      else {
        throw Unreadable()
      }
      for _ in 0..<count {
        entries.append(amount)
        amount.slot += 1
      }
    }
    return SlotSums(sums: SlotAmounts(ordered: entries), firstOpen: firstOpen, carried: carried)
  }
}

// MARK: - Events

/// The bits of an event's first byte; its low four are the kind.
private enum EventBits {
  static let kind: UInt8 = 0x0f
  static let isPaused: UInt8 = 0x10
  static let hasPosition: UInt8 = 0x20
  static let hasOtherOffset: UInt8 = 0x40
}

/// What an event is written as the difference from: the one before it, played on.
private struct EventBase {
  var emittedAt: Int64 = 0
  var offset: Int64 = 0
  var position: Int64 = 0

  func position(at time: Int64) -> Int64 { position &+ (time &- emittedAt) }

  mutating func move(to event: TrackedEvent) {
    position = event.position ?? position(at: event.emittedAt)
    offset = event.time - event.emittedAt
    emittedAt = event.emittedAt
  }
}

extension StateWriter {
  fileprivate mutating func write(_ window: EventWindow) {
    let before = window.before
    write(before.watched)
    write(byte: before.hasMovingWindow ? 1 : 0)
    var base = EventBase()
    write(byte: before.last == nil ? 0 : 1)
    if let last = before.last { write(last, from: &base) }
    write(UInt64(window.events.count))
    for event in window.events { write(event, from: &base) }
  }

  private mutating func write(_ event: TrackedEvent, from base: inout EventBase) {
    let offset = event.time - event.emittedAt
    write(
      byte: event.kind.rawValue | (event.isPaused ? EventBits.isPaused : 0)
        | (event.position != nil ? EventBits.hasPosition : 0)
        | (offset != base.offset ? EventBits.hasOtherOffset : 0)
    )
    write(event.emittedAt - base.emittedAt)
    if offset != base.offset { write(offset - base.offset) }
    if let position = event.position { write(position &- base.position(at: event.emittedAt)) }
    base.move(to: event)
  }
}

extension StateReader {
  fileprivate mutating func window(version: UInt8) throws(Unreadable) -> EventWindow {
    var before = PlaybackProgress()
    before.watched = try signed()
    let flags = try byte()
    guard before.watched >= 0, flags < (version == 1 ? 4 : 2) else { throw Unreadable() }
    before.hasMovingWindow = version > 1 && flags == 1
    var base = EventBase()
    for _ in 0..<(try count(upTo: 1)) { before.last = try event(from: &base) }
    var events: [TrackedEvent] = []
    for _ in 0..<(try count(upTo: EventWindow.capacity)) {
      let event = try event(from: &base)
      guard event.emittedAt >= (events.last ?? before.last)?.emittedAt ?? event.emittedAt else {
        throw Unreadable()
      }
      events.append(event)
    }
    return EventWindow(before: before, events: events)
  }

  private mutating func event(from base: inout EventBase) throws(Unreadable) -> TrackedEvent {
    let first = try byte()
    guard let kind = PlayerEvent.Kind(rawValue: first & EventBits.kind), first & 0x80 == 0 else {
      throw Unreadable()
    }
    let emittedAt = try signed(from: base.emittedAt)
    let hasOtherOffset = first & EventBits.hasOtherOffset != 0
    let offset = hasOtherOffset ? try signed(from: base.offset) : base.offset
    let hasPosition = first & EventBits.hasPosition != 0
    let event = TrackedEvent(
      emittedAt: emittedAt,
      time: emittedAt + offset,
      position: hasPosition ? try signed(from: base.position(at: emittedAt)) : nil,
      kind: kind,
      isPaused: first & EventBits.isPaused != 0
    )
    base.move(to: event)
    return event
  }
}

/// Writes the parts of a state one after another, numbers in as few bytes as they need.
struct StateWriter {
  private var writer = ByteWriter()

  init() {
    writer.reserveCapacity(512)
  }

  var bytes: [UInt8] { writer.bytes }

  mutating func write(byte: UInt8) { writer.byte(byte) }

  mutating func write(_ value: UInt64) { writer.varint(value) }

  mutating func write(_ value: Int64) { writer.signed(value) }

  mutating func write(_ text: String) { writer.text(text) }
}
