public import PlaybackFacts

/// Which playbacks a collector has alone, where there are several collectors.
public protocol PlaybackOwnership: Sendable {
  /// Whether nobody else changes the state of a playback now.
  func hasAlone(_ playback: PlaybackID) -> Bool

  /// A number that grows whenever others may have changed states that this collector had alone.
  var breaks: Int { get }

  /// Who waits for longer than this for its commit to begin is refused: whoever sent it may ask another collector soon.
  var longestWait: Duration { get }
}
