/// What can happen in a playback.
///
/// The raw value is the number under which the store keeps it.
public enum FactKind: UInt8, CaseIterable, Hashable, Sendable {
  case impression = 1
  case play, start, end, watch, stall, view, error

  /// The kind as files spell it, such as `impression`.
  public var name: String {
    switch self {
    case .impression: "impression"
    case .play: "play"
    case .start: "start"
    case .end: "end"
    case .watch: "watch"
    case .stall: "stall"
    case .view: "view"
    case .error: "error"
    }
  }

  /// Reads a kind as files spell it.
  public init?(name: some StringProtocol) {
    guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }

  /// Whether facts of this kind say how much of a slot was watched or stalled.
  public var isSlotted: Bool { self == .watch || self == .stall }
}

/// One thing that happened in a playback; written once, never changed.
///
/// | kind | time | value |
/// |---|---|---|
/// | impression | when the player was ready | ms to the first frame, 0…120,000; none if unknown |
/// | play, start, end | when it happened | none |
/// | watch, stall | start of the 20 s slot | ms, −20,000…20,000; the sum of a slot is never negative |
/// | view | when the threshold was crossed | the threshold: 3, 5, 10 or 30 (s) |
/// | error | when it happened | the player's error code, 0…65,535; 0 if unknown |
///
/// The ranges are those of ``FactKind/allows(_:)``.
public struct Fact: Hashable, Sendable {
  /// What happened.
  public let kind: FactKind
  /// When, by the corrected clock of the player.
  public let time: Timestamp
  /// How much; see the table.
  public let value: Int64?
  /// To which playback.
  public let playback: Playback

  /// Makes a fact.
  public init(_ kind: FactKind, at time: Timestamp, value: Int64? = nil, of playback: Playback) {
    self.kind = kind
    self.time = time
    self.value = value
    self.playback = playback
  }
}
