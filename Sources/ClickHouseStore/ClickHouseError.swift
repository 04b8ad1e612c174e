public import PlaybackFacts

/// Why a cluster can't be asked, or refuses.
public enum ClickHouseError: Error, Hashable, Sendable {
  /// No node answers; the words of the last one.
  case unreachable(cluster: String, reason: String)
  /// A node answers, but a shard does not; the words of the node.
  case incomplete(cluster: String, reason: String)
  /// What was sent may have been done or not: the connection ended before the answer.
  case unknownOutcome(cluster: String, reason: String)
  /// The server refuses or fails, with its code and words.
  case refused(cluster: String, code: Int, message: String)
  /// It took longer than allowed.
  case tooLate(cluster: String, seconds: Int)
  /// Its answer is not what was asked for.
  case malformed(cluster: String, reason: String)
  /// The outbox can't be read or written.
  case outbox(path: String, reason: String)
  /// The outbox is as large as it may become: the cluster has not taken anything for long.
  case outboxFull(path: String, bytes: Int)
  /// The tables are not there, or of another version.
  case schema(cluster: String, reason: String)
}

extension ClickHouseError {
  /// Whether it may pass by itself, as when a server is down.
  var mayPass: Bool {
    switch self {
    case .unreachable, .incomplete, .unknownOutcome, .tooLate: true
    case .refused, .malformed, .outbox, .outboxFull, .schema: false
    }
  }
}

extension ClickHouseError: CustomStringConvertible, PubliclyDescribed {
  /// One sentence: what is wrong, where.
  public var description: String {
    switch self {
    case .unreachable(let cluster, let reason):
      "ClickHouse \(cluster) can't be reached: \(reason)."
    case .incomplete(let cluster, let reason):
      "A part of ClickHouse \(cluster) can't be reached: \(reason)."
    case .unknownOutcome(let cluster, let reason):
      "ClickHouse \(cluster) did not say whether it has done what was asked: \(reason)."
    case .refused(let cluster, let code, let message):
      "ClickHouse \(cluster) refuses: \(message) (code \(code))."
    case .tooLate(let cluster, let seconds):
      "ClickHouse \(cluster) did not answer within \(seconds) s."
    case .malformed(let cluster, let reason):
      "ClickHouse \(cluster) answered something else than was asked for: \(reason)."
    case .outbox(let path, let reason): "The outbox \(path) can't be used: \(reason)."
    case .outboxFull(let path, let bytes):
      "The outbox \(path) has reached its limit of \(bytes >> 20) MiB; the cluster takes nothing."
    case .schema(let cluster, let reason): "ClickHouse \(cluster): \(reason)."
    }
  }

  /// The same without names of hosts and paths.
  public var publicDescription: String {
    switch self {
    case .incomplete: "A part of the database can't be reached."
    case .unreachable, .unknownOutcome: "The database can't be reached."
    case .refused, .malformed, .schema: "The database can't answer."
    case .tooLate(_, let seconds): "The database did not answer within \(seconds) s."
    case .outbox: "The outbox can't be used."
    case .outboxFull: "The outbox is full."
    }
  }
}
