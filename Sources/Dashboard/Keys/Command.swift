public import PlaybackFacts
public import QueryCore

/// What a user can ask the dashboard to do, by a key, in the palette or in a menu.
public enum Command: Hashable, Sendable {
  // Screens.
  case show(ScreenID)
  /// So many screens on; back if negative.
  case turn(Int)
  case zoomPanel
  case toggleKiosk
  case toggleCycle

  // Time.
  case chooseRange(TimeRange)
  case typeRange
  /// Shows a range as it is typed.
  case takeRange(String)
  /// By halves of the range; back if negative.
  case shift(halves: Int)
  /// To half the range about the cursor, or to twice as much.
  case magnify, shrink
  case moveCursor(Int)
  case goLive
  case togglePause
  case compare(ComparedPeriod?)
  case nextComparison
  case openZones
  case chooseZone(String)

  // What is shown.
  case openMeasures
  case chooseMeasure(Measure)
  case openDimensions
  case chooseDimension(Dimension)
  case explain
  /// What only one screen can do.
  case screen(ScreenCommand)

  // Rows.
  case moveFocus(Int)
  case moveRow(Int)
  /// So many columns to the right, on screens whose rows are in several columns.
  case moveColumn(Int)
  case chooseRow
  case excludeRow
  case nextSort
  case reverseSort
  /// By the column of a name; the other way round where it is that one already.
  case sort(by: String)
  /// Marks the row under the cursor, or no longer; where there are no rows, pauses.
  case markRow
  case find

  // Filters.
  case goBack
  case openFilters
  case typeFilter
  /// Chooses from the values of a dimension.
  case openValues(Dimension)
  case addFilter(Filter.Clause)
  case editFilter(Int)
  case negateFilter(Int)
  case removeFilter(Int)
  case removeFilters
  /// Bots out, only bots, everybody.
  case nextBots
  case nameFilters
  case useFilters(String)
  case forgetFilters(String)

  // Looks.
  case openThemes
  case chooseTheme(Int)
  case nextSymbols
  case toggleMouse

  // Export.
  case openExports
  case export(ScreenExport)

  // The program.
  case openPalette
  case toggleHelp
  case dismiss
  case useSource(Int)
  case refresh
  case repaint
  /// Quit, or leave what lies over the screen.
  case quit
  /// Quit, wherever the user is.
  case interrupt
}

/// What single screens can do beyond what all can; the other screens do nothing then.
public enum ScreenCommand: Hashable, Sendable {
  // Time.
  case openOverlays
  /// Draws the curve of another metric over that of the chosen one, or removes it.
  case toggleOverlay(Measure)
  /// Draws a curve for each of the largest values of the dimension, or one for all.
  case toggleSplit

  // Map.
  /// Shifts the range, where the arrows choose a column.
  case shiftRange(halves: Int)

  // Live.
  /// Shows heartbeats among the events, or hides them.
  case toggleHeartbeats

  // Breakdown.
  case openSecondDimension
  /// Makes the values of another dimension columns; nil for none.
  case chooseSecondDimension(Dimension?)
}

/// An export of the screen: what, how it is written, and where it goes.
public struct ScreenExport: Hashable, Sendable {
  /// What is exported.
  public enum Subject: String, Hashable, Sendable {
    case panel, screen
  }

  /// How it is written.
  public enum Format: String, Hashable, Sendable {
    case csv, json, text, ansi, svg
    /// The words that open it again.
    case commandLine = "command-line"
  }

  /// Where it goes.
  public enum Target: Hashable, Sendable {
    case file, clipboard
  }

  /// What is exported.
  public let subject: Subject
  /// How it is written.
  public let format: Format
  /// Where it goes.
  public let target: Target

  /// The panel as CSV to the clipboard: what has a key of its own.
  static let copy = ScreenExport(subject: .panel, format: .csv, target: .clipboard)

  /// The screen as a command line to the clipboard, which has a key of its own too.
  static let commandLine = ScreenExport(
    subject: .screen,
    format: .commandLine,
    target: .clipboard
  )

  /// Everything that can be exported.
  static let all: [ScreenExport] = [
    ScreenExport(subject: .panel, format: .csv, target: .file),
    ScreenExport(subject: .panel, format: .json, target: .file),
    ScreenExport(subject: .screen, format: .text, target: .file),
    ScreenExport(subject: .screen, format: .ansi, target: .file),
    ScreenExport(subject: .screen, format: .svg, target: .file),
    ScreenExport(subject: .panel, format: .csv, target: .clipboard),
    ScreenExport(subject: .panel, format: .json, target: .clipboard),
    ScreenExport(subject: .screen, format: .text, target: .clipboard),
    commandLine,
  ]

  /// What a menu says of it.
  var title: String {
    let written =
      switch format {
      case .text: "text"
      case .ansi: "ANSI text"
      case .commandLine: "a command line"
      case .csv, .json, .svg: format.rawValue.uppercased()
      }
    return
      "the \(subject.rawValue) as \(written) \(target == .file ? "into a file" : "to the clipboard")"
  }
}
