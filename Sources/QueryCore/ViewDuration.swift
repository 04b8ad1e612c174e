public import PlaybackFacts

/// For how long a playback has to be watched to be a view.
public enum ViewDuration: Int64, CaseIterable, Hashable, Sendable {
  case threeSeconds = 3
  case fiveSeconds = 5
  case tenSeconds = 10
  case thirtySeconds = 30

  /// What counts unless another is asked for.
  public static let standard = ViewDuration.fiveSeconds

  /// The length in seconds.
  public var seconds: Int64 { rawValue }

  /// The spelling over HTTP and on the command line, such as `5s`.
  public var spelling: String { "\(rawValue)s" }

  /// The sum that counts these views.
  public var sum: Sum {
    switch self {
    case .threeSeconds: .views3
    case .fiveSeconds: .views5
    case .tenSeconds: .views10
    case .thirtySeconds: .views30
    }
  }

  /// Reads its spelling.
  public init?(spelling: some StringProtocol) {
    guard let match = Self.allCases.first(where: { $0.spelling == spelling }) else { return nil }
    self = match
  }
}
