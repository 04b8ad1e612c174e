public import AnalyticsSource
public import PlaybackFacts
public import QueryCore

/// What happened.
public enum DashboardMessage: Hashable, Sendable {
  // Time and data.
  /// Time passed: the time of day, which may have been set, and how long the dashboard has run, including
  /// sleep of the machine.
  case ticked(Timestamp, uptime: Duration)
  /// The state of the data was read.
  case dataStateRead(DataState)
  /// The state of the data can't be read; the source may have said when to retry.
  case dataStateFailed(reason: String, retryAfterSeconds: Int? = nil)
  /// The answer to a fetch arrived.
  case snapshotLoaded(id: Int, Snapshot)
  /// A fetch failed; `jitter` in 0..<1 spreads the next try, for which the source may have said a time.
  case fetchFailed(id: Int, reason: String, jitter: Double, retryAfterSeconds: Int? = nil)
  /// Titles of media items became known.
  case mediaListed(MediaNames)
  /// Facts passed by.
  case factsPassed(RecentFacts)
  /// The state of the source, and of this program.
  case healthRead(SourceHealth, ProcessUse?)
  /// Facts or the state of the source can't be read; that of this program may be.
  case observationFailed(reason: String, ProcessUse? = nil)
  /// One of the sources answered, by its number.
  case sourceRead(Int, SourceReading)
  /// One of the sources can't be asked, or not before so many seconds.
  case sourceFailed(Int, reason: String, retryAfterSeconds: Int? = nil)
  /// Something the user should know came up, as a sentence.
  case noticed(String)
  /// Frames are drawn so seldom from now on, for a terminal that takes them late; nil is as they come.
  case framePaceChanged(Duration?)

  // The user.
  /// The user asked for something.
  case command(Command)
  /// A character of a text was typed.
  case typed(Character)
  /// Text was pasted.
  case pasted(String)
  /// The last character of a text was deleted.
  case erased
  /// All of a text was deleted.
  case cleared
  /// A text was finished, or an entry of a menu chosen.
  case confirmed
  /// A cell was clicked.
  case clicked(x: Int, y: Int)
  /// The pointer is over a cell, with no button down.
  case pointed(x: Int, y: Int)
  /// The pointer was moved to a cell with the button down.
  case dragged(x: Int, y: Int)
  /// The button went up.
  case released(x: Int, y: Int)
  /// The wheel was turned over a cell by so many rows.
  case wheeled(Int, x: Int, y: Int)
  /// The screen has so many columns and rows; needed to know what a click meant.
  case resized(width: Int, height: Int)
}

/// What this program takes from the machine.
public struct ProcessUse: Hashable, Sendable {
  /// The share of one core over the last seconds, 0 and up.
  public let cpuShare: Double
  /// Memory in use right now, in bytes.
  public let memoryBytes: Int

  /// Makes a measurement.
  public init(cpuShare: Double, memoryBytes: Int) {
    self.cpuShare = cpuShare
    self.memoryBytes = memoryBytes
  }
}

/// Work that an update asks for.
public enum DashboardEffect: Hashable, Sendable {
  /// Ask the source, within the deadline; a fetch on its way is superseded.
  case fetch(id: Int, ScreenRequest, deadline: Duration)
  /// Abandon the fetch on its way.
  case cancelFetch
  /// Watch facts or the state of the source from now on; nil for nothing.
  case observe(Observation?)
  /// Ask another of the sources, by its number.
  case useSource(Int)
  /// Redraw the whole screen, whatever the terminal may show.
  case repaint
  /// Turn mouse reporting on or off.
  case reportMouse(Bool)
  /// Write the panel or the screen into a file or hand it to the clipboard.
  case export(ScreenExport)
  /// End the program.
  case quit
}

/// What is watched beside results.
public enum Observation: Hashable, Sendable {
  /// Facts as they are stored.
  case facts
  /// The state of the source.
  case health
  /// Whether each of the sources answers.
  case sources
}
