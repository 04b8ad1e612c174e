public import PlaybackFacts

/// Which of the two worlds a store belongs to.
public enum StoreEnvironment: String, CaseIterable, Hashable, Sendable {
  case production, sandbox
}

/// How long facts are kept and can be asked for.
public struct Retention: Hashable, Sendable {
  /// The environment, which says where the edge may lie.
  public let environment: StoreEnvironment
  /// For how long, in milliseconds, > 0.
  public let milliseconds: Int64
  /// The edge that the store has recorded, which stands still while its clock is doubtful; nil where none
  /// is known.
  public var recordedEdge: Timestamp?

  /// Makes the retention of an environment: 365 days in production unless `milliseconds` says
  /// otherwise, always 24 hours in the sandbox.
  public init(
    _ environment: StoreEnvironment = .production,
    milliseconds: Int64? = nil,
    recordedEdge: Timestamp? = nil
  ) {
    self.environment = environment
    self.recordedEdge = recordedEdge
    self.milliseconds =
      switch environment {
      case .production: milliseconds ?? 365 * Milliseconds.day
      case .sandbox: Milliseconds.day
      }
  }

  /// Where the retention begins: the start of a UTC day; in the sandbox, of a UTC hour.
  ///
  /// Questions about the time before are refused, and facts of the time before expire. It is never after
  /// the recorded edge: a reader with a wrong clock hides nothing that the store retains.
  public func edge(at now: Timestamp) -> Timestamp {
    let edge = computedEdge(at: now)
    return recordedEdge.map { min($0, edge) } ?? edge
  }

  /// Where the retention would begin by a clock alone.
  public func computedEdge(at now: Timestamp) -> Timestamp {
    let width =
      switch environment {
      case .production: Milliseconds.day
      case .sandbox: Milliseconds.hour
      }
    return (now - milliseconds).floored(to: width)
  }
}
