/// A JSON value as far as a ping needs it.
enum JSONValue: Equatable {
  case null
  case bool(Bool)
  case number(Double)
  case string(String)
  /// An object or an array.
  case container
}

/// Why bytes are not JSON.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The index of the byte at which reading stopped.
  public let offset: Int
  /// What was wrong there.
  public let reason: String

  /// The reason and the place.
  public var description: String { "\(reason) at byte \(offset)" }
}
