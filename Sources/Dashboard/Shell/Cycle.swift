public import PlaybackFacts

/// Turning through screens by itself, for a wall.
public struct Cycle: Hashable, Sendable {
  /// Which screens, and how fast.
  public struct Options: Hashable, Sendable {
    /// In this order; empty for the overview, time, media, map and live screens.
    public var views: [ScreenID]
    /// How long each is shown, in milliseconds, ≥ 1,000.
    public var period: Int64

    /// Chooses screens and speed.
    public init(
      views: [ScreenID] = [.overview, .time, .media, .map, .live],
      period: Int64 = 20 * Milliseconds.second
    ) {
      self.views = views.isEmpty ? [.overview, .time, .media, .map, .live] : views
      self.period = max(Milliseconds.second, period)
    }
  }

  let options: Options
  /// The uptime at which the next screen comes.
  var nextAt: Duration

  init(_ options: Options, at uptime: Duration) {
    self.options = options
    nextAt = uptime + .milliseconds(options.period)
  }

  /// The screen after another one.
  func view(after view: ScreenID) -> ScreenID {
    guard let index = options.views.firstIndex(of: view) else { return options.views[0] }
    return options.views[(index + 1) % options.views.count]
  }
}
