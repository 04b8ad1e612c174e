/// What became of a ping that was sent.
public enum PingOutcome: Hashable, Sendable {
  /// Its facts are on disk.
  case accepted
  /// The server did not take it: the HTTP status, and why.
  case refused(status: Int, reason: String)
  /// There was no answer; why not, as a sentence that names the server.
  case unreachable(reason: String)
}

/// What became of many pings.
public struct PingReport: Hashable, Sendable {
  /// How many were accepted.
  public private(set) var accepted = 0
  /// How many the server did not take, by HTTP status.
  public private(set) var refused: [Int: Int] = [:]
  /// How many got no answer.
  public private(set) var unreachable = 0
  /// Why the first that was not accepted was not.
  public private(set) var firstReason: String?

  /// Makes a report of no pings.
  public init() {}

  /// How many were sent.
  public var sent: Int { accepted + refused.values.reduce(0, +) + unreachable }

  /// Adds what became of one ping.
  public mutating func add(_ outcome: PingOutcome) {
    switch outcome {
    case .accepted: accepted += 1
    case .refused(let status, let reason):
      refused[status, default: 0] += 1
      firstReason = firstReason ?? "status \(status): \(reason)"
    case .unreachable(let reason):
      unreachable += 1
      firstReason = firstReason ?? reason
    }
  }
}
