/// Why an event of an accepted ping counts for nothing.
public enum EventRefusal: String, Error, CaseIterable, Hashable, Sendable {
  /// It came after the twentieth of its ping.
  case tooMany = "too-many"
  /// It is no JSON object, or a value has another type than the wire format says.
  case wrongType = "wrong-type"
  /// It has no `eat`.
  case noTime = "no-time"
  /// It has no `typ`, or one that isn't known.
  case unknownType = "unknown-type"
  /// A number is not finite or beyond ±2⁵³.
  case numberOutOfRange = "number-out-of-range"
  /// It happened more than 48 hours before it was received.
  case tooOld = "too-old"
  /// It happened more than 60 s after its ping was sent.
  case afterSending = "after-sending"
  /// What is kept of its playback can't be read, so nothing could be counted exactly once.
  case unreadableState = "unreadable-state"
}
