/// Why a ping was not kept.
public enum CollectorError: Error, Hashable, Sendable {
  /// The ping is at fault; sending it again is of no use.
  case refused(PingRefusal)
  /// Too many pings wait already; it may be sent again later.
  case overloaded(waiting: Int)
  /// The facts could not be committed; it may be sent again, and won't count twice.
  case notKept(reason: String)
  /// The collector takes no more pings.
  case stopped
}

extension CollectorError: CustomStringConvertible {
  /// One sentence for whoever sent the ping.
  public var description: String {
    switch self {
    case .refused(let refusal): refusal.description
    case .overloaded(let waiting): "Already \(waiting) pings are waiting; send this one later."
    case .notKept(let reason):
      "The ping could not be stored: \(reason.hasSuffix(".") ? String(reason.dropLast()) : reason); "
        + "send it again later."
    case .stopped: "The collector is stopping and takes no more pings."
    }
  }
}
