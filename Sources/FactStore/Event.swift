import PlaybackFacts
import QueryCore

/// What a fact says beside its time and its playback: its kind, threshold and value as one code.
enum EventCode: UInt8, CaseIterable {
  case impression = 0
  case timedImpression, play, start, end, view3, view5, view10, view30, error, otherView
  case watch, stall

  init(_ kind: FactKind, value: Int64?) {
    self =
      switch kind {
      case .impression: value == nil ? .impression : .timedImpression
      case .play: .play
      case .start: .start
      case .end: .end
      case .watch: .watch
      case .stall: .stall
      case .view:
        switch value {
        case 3: .view3
        case 5: .view5
        case 10: .view10
        case 30: .view30
        default: .otherView
        }
      case .error: .error
      }
  }

  var kind: FactKind {
    switch self {
    case .impression, .timedImpression: .impression
    case .play: .play
    case .start: .start
    case .end: .end
    case .view3, .view5, .view10, .view30, .otherView: .view
    case .error: .error
    case .watch: .watch
    case .stall: .stall
    }
  }

  /// Whether the value is more than the code says.
  var hasValue: Bool {
    switch self {
    case .timedImpression, .error, .otherView, .watch, .stall: true
    case .impression, .play, .start, .end, .view3, .view5, .view10, .view30: false
    }
  }

  /// The value of the fact, given what is kept beside the code.
  func value(_ kept: Int64) -> Int64? {
    switch self {
    case .view3: 3
    case .view5: 5
    case .view10: 10
    case .view30: 30
    case .timedImpression, .error, .otherView, .watch, .stall: kept
    case .impression, .play, .start, .end: nil
    }
  }
}

/// Something that happened in a group: when within its hour, and what.
struct Event: Hashable {
  /// Milliseconds since the hour began; for watch and stall, of the slot's start.
  var offset: UInt32
  var code: EventCode
  /// 0 where the code says all.
  var value: Int64

  init(offset: UInt32, code: EventCode, value: Int64) {
    self.offset = offset
    self.code = code
    self.value = value
  }

  /// The event of a fact, whose hour began at `hourStart`; a value out of its range is unknown.
  init(_ fact: Fact, hourStart: Int64) {
    let time = fact.kind.isSlotted ? fact.time.floored(to: Milliseconds.slot) : fact.time
    offset = UInt32(time.milliseconds - hourStart)
    let known = fact.kind.known(fact.value)
    code = EventCode(fact.kind, value: known)
    value = code.hasValue ? known ?? 0 : 0
  }

  /// Whether the value is one that the fact may have; a slot may have any, as what was imported twice is
  /// added up.
  var isInRange: Bool { code.kind.isSlotted || code.kind.allows(code.value(value)) }

  /// The same event, with a value out of its range unknown.
  var known: Event {
    guard !isInRange else { return self }
    let known = code.kind.known(code.value(value))
    let code = EventCode(code.kind, value: known)
    return Event(offset: offset, code: code, value: code.hasValue ? known ?? 0 : 0)
  }
}

extension Event {
  /// The bucket of the time of an impression; nil of anything else, and of a time that is none.
  var impressionBucket: Int? {
    guard code == .timedImpression, isInRange else { return nil }
    return Histogram.bucket(of: value)
  }
}

extension Sums {
  mutating func add(_ event: Event) {
    switch event.code {
    case .impression: add(1, to: .impressions)
    case .timedImpression:
      add(1, to: .impressions)
      add(1, to: .timedImpressions)
      add(event.value, to: .impressionMilliseconds)
    case .play: add(1, to: .plays)
    case .start: add(1, to: .starts)
    case .end: add(1, to: .ends)
    case .view3: add(1, to: .views3)
    case .view5: add(1, to: .views5)
    case .view10: add(1, to: .views10)
    case .view30: add(1, to: .views30)
    case .error: add(1, to: .errors)
    case .otherView: break
    case .watch: add(event.value, to: .watchedMilliseconds)
    case .stall: add(event.value, to: .stalledMilliseconds)
    }
  }
}

extension Timestamp {
  /// Hours since 1970, rounded down.
  var hour: Int64 { floored(to: Milliseconds.hour).milliseconds / Milliseconds.hour }

  /// Minutes since 1970, rounded down.
  var minute: Int64 { floored(to: Milliseconds.minute).milliseconds / Milliseconds.minute }

  /// Days since 1970, rounded down.
  var day: Int64 { floored(to: Milliseconds.day).milliseconds / Milliseconds.day }

  /// The start of an hour.
  init(hour: Int64) { self.init(milliseconds: hour * Milliseconds.hour) }

  /// The start of a day.
  init(day: Int64) { self.init(milliseconds: day * Milliseconds.day) }
}
