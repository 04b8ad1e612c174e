/// An instant, in whole milliseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970 in UTC; negative before.
  public var milliseconds: Int64

  /// Makes the instant that lies `milliseconds` after the start of 1970 in UTC.
  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// Makes the instant that lies `seconds` after the start of 1970 in UTC.
  public init(seconds: Int64) {
    self.milliseconds = seconds * 1000
  }

  /// Whether `lhs` is earlier than `rhs`.
  public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool {
    lhs.milliseconds < rhs.milliseconds
  }

  /// The instant `milliseconds` later; earlier if negative.
  public static func + (time: Timestamp, milliseconds: Int64) -> Timestamp {
    Timestamp(milliseconds: time.milliseconds + milliseconds)
  }

  /// The instant `milliseconds` earlier.
  public static func - (time: Timestamp, milliseconds: Int64) -> Timestamp {
    Timestamp(milliseconds: time.milliseconds - milliseconds)
  }

  /// Milliseconds from `rhs` to `lhs`.
  public static func - (lhs: Timestamp, rhs: Timestamp) -> Int64 {
    lhs.milliseconds - rhs.milliseconds
  }

  /// The latest multiple of `milliseconds` that is not after this instant, counted from 1970 in UTC.
  public func floored(to milliseconds: Int64) -> Timestamp {
    self - self.milliseconds.modulo(milliseconds)
  }

  /// The earliest multiple of `milliseconds` that is not before this instant.
  public func ceiled(to milliseconds: Int64) -> Timestamp {
    let floor = floored(to: milliseconds)
    return floor == self ? self : floor + milliseconds
  }
}

/// Lengths of time in milliseconds.
public enum Milliseconds {
  /// 1,000.
  public static let second: Int64 = 1000
  /// 20,000: the width of a slot, in which watched time and concurrency are counted.
  public static let slot: Int64 = 20_000
  /// 60,000.
  public static let minute: Int64 = 60_000
  /// 3,600,000.
  public static let hour: Int64 = 3_600_000
  /// 86,400,000.
  public static let day: Int64 = 86_400_000
  /// 48 hours: an event may have happened so long before it is received.
  public static let lateness = 48 * hour
}

extension Int64 {
  /// The remainder of a division that rounds down: 0 ..< `divisor`, also for negative values.
  func modulo(_ divisor: Int64) -> Int64 {
    let remainder = self % divisor
    return remainder < 0 ? remainder + divisor : remainder
  }
}
