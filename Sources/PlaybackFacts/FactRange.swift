// The range of a fact's value and of its time. They hold wherever a fact comes from: from pings, from
// an import or from another store. So an export can always be imported, and no playback can spoil a sum.

extension FactKind {
  /// 0…120,000: the ms from the source set to the first frame.
  ///
  /// What took longer waited for a click.
  public static let impressionTimes: ClosedRange<Int64> = 0...120_000
  /// −20,000…20,000: the ms by which a fact changes what was watched or stalled in a slot.
  public static let slotTimes: ClosedRange<Int64> = -Milliseconds.slot...Milliseconds.slot
  /// 3, 5, 10 and 30: the seconds of watching that make a view.
  public static let viewThresholds: [Int64] = [3, 5, 10, 30]
  /// 0…65,535: the codes that errors can have.
  public static let errorCodes: ClosedRange<Int64> = 0...65_535

  /// Whether a fact of this kind may have a value, or none.
  public func allows(_ value: Int64?) -> Bool {
    switch self {
    case .impression: value.map(Self.impressionTimes.contains) ?? true
    case .play, .start, .end: value == nil
    case .watch, .stall: value.map(Self.slotTimes.contains) ?? false
    case .view: value.map(Self.viewThresholds.contains) ?? false
    case .error: value.map(Self.errorCodes.contains) ?? false
    }
  }

  /// The value if it is in range, else the one that says that it is unknown.
  ///
  /// That is none for an impression and 0 for the code of an error. Other kinds have no such value, and
  /// get theirs back.
  public func known(_ value: Int64?) -> Int64? {
    guard !allows(value) else { return value }
    return switch self {
    case .impression: nil
    case .error: 0
    case .play, .start, .end, .watch, .stall, .view: value
    }
  }

  /// The values that the kind allows, as the end of a sentence.
  public var valueRule: String {
    switch self {
    case .impression: "ms from \(Self.text(Self.impressionTimes)), or empty"
    case .play, .start, .end: "empty"
    case .watch, .stall: "ms from \(Self.text(Self.slotTimes))"
    case .view: Self.viewThresholds.map(String.init).joined(separator: ", ") + " (s)"
    case .error: "a code from \(Self.text(Self.errorCodes)), or empty for 0"
    }
  }

  private static func text(_ range: ClosedRange<Int64>) -> String {
    "\(range.lowerBound) to \(range.upperBound)"
  }
}

extension Timeframe {
  /// The times that a fact or a recorded ping can have: from 2000 up to a day after `now`.
  ///
  /// Clocks differ, so that a little of the future is allowed. A time outside is mostly one in another
  /// unit.
  public static func plausible(at now: Timestamp) -> Timeframe {
    Timeframe(from: Timestamp(seconds: 946_684_800), to: now + Milliseconds.day)
  }
}
