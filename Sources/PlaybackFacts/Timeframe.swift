/// A stretch of time from an instant up to, but without, another.
public struct Timeframe: Hashable, Sendable {
  /// The first instant.
  public var from: Timestamp
  /// The first instant that is no longer in it; not before ``from``.
  public var to: Timestamp

  /// Makes the half-open stretch `from` ..< `to`; empty where `to` is not after `from`.
  public init(from: Timestamp, to: Timestamp) {
    self.from = from
    self.to = max(from, to)
  }

  /// The length in milliseconds, ≥ 0.
  public var duration: Int64 { to - from }

  /// Whether there is no instant in it.
  public var isEmpty: Bool { to == from }

  /// Whether `time` lies in it.
  public func contains(_ time: Timestamp) -> Bool {
    from <= time && time < to
  }

  /// Whether all of `other` lies in it.
  public func contains(_ other: Timeframe) -> Bool {
    from <= other.from && other.to <= to
  }

  /// The stretch that both have in common; empty if there is none.
  public func intersection(_ other: Timeframe) -> Timeframe {
    let start = max(from, other.from)
    return Timeframe(from: start, to: max(start, min(to, other.to)))
  }
}
