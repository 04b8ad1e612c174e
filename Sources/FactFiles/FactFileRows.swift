public import PingCollector
public import PlaybackFacts

/// What some of a file's rows say.
public struct FactFileRows: Sendable {
  /// The facts, in the order of the rows.
  public var facts: [Fact] = []
  /// The recorded pings, in the order of the rows.
  public var pings: [RecordedPing] = []
  /// The rows that don't count.
  public var refused: [RefusedRow] = []

  /// Makes an account of no rows.
  public init() {}

  /// Whether there was no row at all.
  public var isEmpty: Bool { facts.isEmpty && pings.isEmpty && refused.isEmpty }
}
