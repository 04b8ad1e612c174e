public import PlaybackFacts
public import QueryCore

/// What happened.
public enum DashboardMessage: Hashable, Sendable {
  // Time and data.
  /// Time went on.
  case ticked(Timestamp)
  /// The source said what data it has.
  case dataStateRead(DataState)
  /// The source did not say what data it has.
  case dataStateFailed(reason: String)
  /// The answer to a fetch arrived.
  case snapshotLoaded(id: Int, Snapshot)
  /// A fetch failed; `jitter` in 0..<1 spreads the next try.
  case fetchFailed(id: Int, reason: String, jitter: Double)
  /// Titles of media items became known.
  case titlesLoaded([String: String])
  /// Something the user should know came up, as a sentence.
  case noticed(String)

  // What is shown.
  case rangeChosen(TimeRange)
  /// The range was moved by halves of its length.
  case shifted(halves: Int)
  case liveChosen
  case pauseToggled
  case comparisonToggled
  case measuresOpened
  /// The focus went so many panels on.
  case focusMoved(Int)
  /// The cursor went so many rows on.
  case rowMoved(Int)
  /// The row under the cursor was chosen.
  case rowChosen
  /// Back: what lies over the screen, or the last filter, is taken away.
  case wentBack
  /// What lies over the screen or fills it is taken away; the held row is let go.
  case dismissed
  case zoomToggled
  case helpToggled
  case symbolsCycled
  case themeCycled

  // The program.
  case refreshRequested
  case repaintRequested
  /// Quit, or leave what lies over the screen.
  case quitRequested
  /// Quit, wherever the user is.
  case interrupted
}
