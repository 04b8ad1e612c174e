/// A problem body as a client reads it, from Playhead or from another server with the same API.
public struct ReceivedProblem: Decodable, Hashable, Sendable {
  /// What names the kind of problem; see ``kind``.
  public let type: String?
  /// The short sentence that never changes for a type.
  public let title: String?
  /// What exactly is wrong.
  public let detail: String?
  /// The field, parameter or part of the path that is wrong.
  public let name: String?

  /// Reads a body; nothing at all where it is not a problem.
  public init?(json: [UInt8]) {
    guard let problem = try? decode(Self.self, json) else { return nil }
    self = problem
  }

  /// The kind, if it is one that Playhead knows; servers may put any prefix before its name.
  public var kind: ProblemKind? {
    type.flatMap { $0.split(separator: "/").last }.flatMap { ProblemKind(rawValue: String($0)) }
  }
}
