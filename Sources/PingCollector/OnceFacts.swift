import PlaybackFacts

/// The facts that a playback has at most once, as a set of those that were written.
struct OnceFacts: OptionSet, Hashable, Sendable {
  let rawValue: UInt16

  static let impression = OnceFacts(rawValue: 1 << 0)
  static let play = OnceFacts(rawValue: 1 << 1)
  static let start = OnceFacts(rawValue: 1 << 2)
  static let end = OnceFacts(rawValue: 1 << 3)
  static let error = OnceFacts(rawValue: 1 << 4)
  static let view3 = OnceFacts(rawValue: 1 << 5)
  static let view5 = OnceFacts(rawValue: 1 << 6)
  static let view10 = OnceFacts(rawValue: 1 << 7)
  static let view30 = OnceFacts(rawValue: 1 << 8)

  static let all: OnceFacts = [
    .impression, .play, .start, .end, .error, .view3, .view5, .view10, .view30,
  ]

  /// The views, in the order of ``FactKind/viewThresholds``.
  static let views: [OnceFacts] = [.view3, .view5, .view10, .view30]

  /// The kind of the one fact that this is.
  var kind: FactKind {
    switch self {
    case .impression: .impression
    case .play: .play
    case .start: .start
    case .end: .end
    case .error: .error
    default: .view
    }
  }
}
