public import PlaybackFacts

/// Cycling through screens, for a wall display.
public struct Cycle: Hashable, Sendable {
  /// The screens and the interval.
  public struct Options: Hashable, Sendable {
    /// The screens in their order; never empty.
    public var views: [ScreenID]
    /// How long each is shown, in milliseconds, at least 1 000.
    public var period: Int64

    /// Chooses screens, or the usual ones where there are none, and the interval.
    public init(
      views: [ScreenID] = [.overview, .time, .media, .map, .live],
      period: Int64 = 20 * Milliseconds.second
    ) {
      self.views = views.isEmpty ? [.overview, .time, .media, .map, .live] : views
      self.period = max(Milliseconds.second, period)
    }
  }

  let options: Options
  /// The uptime at which the next screen is shown.
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
