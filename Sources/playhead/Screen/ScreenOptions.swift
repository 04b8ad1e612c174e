import ArgumentParser
import CellCanvas
import Dashboard
import Foundation
import PlaybackFacts
import QueryCommandLine
import QueryCore
import Themes

/// The options that say how the dashboard looks.
struct ScreenOptions: ParsableArguments, Sendable {
  @Option(help: "The theme; 'playhead themes' lists them.") var theme: String?
  @Option(
    name: [.customLong("tz"), .customLong("timezone")],
    help: "The IANA time zone of days and clock, such as Europe/Paris."
  )
  var timezone: String?
  @Option(help: "The symbols of charts: auto, block, braille or ascii.") var graph: String?
  @Option(help: "The number of colours: auto, mono, 8, 16 or 256.") var color: String?
  @Option(help: "Whether bots count at the start: all, exclude or only.") var bots: String?
  @Option(
    help: "The range at the start: 24h, 90m, today, yesterday, 14:05, 2024-05-01..2024-05-07."
  )
  var range: String?
  @Option(
    help: ArgumentHelp(
      "The screen at the start: \(ScreenID.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "screen"
    )
  ) var view: String?
  @Option(
    help: ArgumentHelp(
      "A filter at the start, such as country=FR,DE or 'title=Slow Lecture'; != excludes, none removes those of the last time. Repeatable.",
      valueName: "dimension=value,…"
    )
  ) var filter: [String] = []
  @Option(
    help:
      "The metric at the start: \(DashboardState.metricNames.prefix(3).joined(separator: ", ")), …; 'playhead metrics' lists them."
  )
  var metric: String?
  @Option(
    help:
      "What to group by at the start: \(DashboardState.dimensionNames.joined(separator: ", "))."
  )
  var dimension: String?
  @Option(
    help: ArgumentHelp(
      "What Breakdown has as columns at the start: a dimension, or none.",
      valueName: "dimension"
    )
  )
  var columns: String?
  @Option(
    help:
      "What to compare with at the start: \(DashboardState.comparisonNames.joined(separator: ", "))."
  )
  var compare: String?
  @Flag(help: "Show only the numbers, without tabs and key hints.") var kiosk = false
  @Option(help: "Cycle through the screens at this interval, such as 20s.") var cycle: String?
  @Option(
    help: ArgumentHelp("The screens to cycle through, separated by commas.", valueName: "screen,…")
  ) var views: String?
  @Option(help: "The minimum refresh interval in seconds, 0.1 to 3600.") var refresh = 1.0
  @Flag(help: "Draw one frame without a terminal and exit.") var once = false
  @Option(help: "The size of that frame, columns x rows.") var size: String = "120x40"
  @Option(
    help: "How that frame is written: text, ansi, svg or json.",
    transform: { text in
      guard let format = FrameFormat(rawValue: text) else {
        throw ValidationError("'\(text)' is not text, ansi, svg or json")
      }
      return format
    }
  ) var format = FrameFormat.text

  @Option(
    help: ArgumentHelp(
      "Press the keys of --keys without a terminal, and write what is shown to a file: .cast (asciicast) or .svg.",
      valueName: "file"
    )
  ) var record: String?
  @Option(
    help: ArgumentHelp(
      "What --record presses: keys as in the settings file, and times to wait, such as 'b 2s down enter 3s'.",
      valueName: "keys"
    )
  ) var keys: String?

  func validate() throws {
    if frameSize == nil {
      throw ValidationError("--size '\(size)' is not a size such as 120x40")
    }
    if let range, let fault = DashboardState.fault(ofRange: range, at: .now) {
      throw ValidationError("--range '\(range)': \(fault)")
    }
    if let fault = DashboardState.fault(ofFilters: filter) {
      throw ValidationError("--filter: \(fault)")
    }
    for (option, name, names) in [
      ("metric", metric, DashboardState.metricNames),
      ("dimension", dimension, DashboardState.dimensionNames),
      ("columns", columns, DashboardState.columnNames),
      ("compare", compare, DashboardState.comparisonNames),
    ] {
      if let name, !names.contains(name) {
        throw ValidationError(
          "--\(option) '\(name)' is not one of \(names.joined(separator: ", "))"
        )
      }
    }
    for name in [view].compactMap({ $0 }) + viewNames where ScreenID(rawValue: name) == nil {
      throw ValidationError(
        "'\(name)' is not one of the screens \(ScreenID.allCases.map(\.rawValue).joined(separator: ", "))"
      )
    }
    if let keys, let fault = KeyScript.fault(in: keys) {
      throw ValidationError("--keys: \(fault)")
    }
    if (record == nil) != (keys == nil) {
      throw ValidationError("--record and --keys need each other")
    }
    if let record, RecordingFormat(path: record) == nil {
      throw ValidationError("--record '\(record)' ends in neither .cast nor .svg")
    }
    if !(0.1...3600).contains(refresh) {
      throw ValidationError("--refresh '\(refresh)' is not 0.1 to 3600 seconds")
    }
    if let cycle, (LengthText.parse(cycle) ?? 0) < 1000 {
      throw ValidationError("--cycle '\(cycle)' is not a time of a second or more, such as 20s")
    }
  }

  /// These options as settings.
  var settings: [Setting: String?] {
    [.theme: theme, .timezone: timezone, .graph: graph, .color: color, .bots: bots]
  }

  /// The size of the frame; nil if the text is not a size.
  var frameSize: Size? {
    let parts = size.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let width = parts[0], let height = parts[1],
      (1...1000).contains(width), (1...1000).contains(height)
    else { return nil }
    return Size(width: width, height: height)
  }

  /// The screen that is shown at first; nil where none was said.
  var firstView: ScreenID? { view.flatMap(ScreenID.init(rawValue:)) }

  /// The minimum refresh interval.
  var refreshInterval: Duration { .seconds(refresh) }

  /// The screens to cycle through, and the interval.
  var cycleOptions: Cycle.Options {
    let views = viewNames.compactMap(ScreenID.init(rawValue:))
    let standard = Cycle.Options()
    return Cycle.Options(
      views: views.isEmpty ? standard.views : views,
      period: cycle.flatMap(LengthText.parse) ?? standard.period
    )
  }

  private var viewNames: [String] { views?.split(separator: ",").map(String.init) ?? [] }
}

extension Symbols.Family {
  /// What the settings call it.
  var settingName: String {
    switch self {
    case .blocks: "block"
    case .braille: "braille"
    case .ascii: "ascii"
    }
  }
}

extension Settings {
  /// The most colours that are wanted; nil is as many as the terminal has.
  func colorDepth() throws -> ColorDepth? {
    guard self[.color] != "auto" else { return nil }
    return try value(.color, expecting: "auto, mono, 8, 16 or 256", ColorDepth.init(name:))
  }

  /// The symbols of charts; blocks where the terminal may choose and can show them.
  func symbols(hasUnicode: Bool) throws -> Symbols.Family {
    let wanted = try value(.graph, expecting: "auto, block, braille or ascii") {
      name -> Symbols.Family?? in
      switch name {
      case "auto": .some(nil)
      case "block": .blocks
      case "braille": .braille
      case "ascii": .ascii
      default: nil
      }
    }
    return (wanted ?? nil) ?? (hasUnicode ? .blocks : .ascii)
  }

  /// All themes, the chosen one first, and what is wrong with those that can't be used.
  func themes() throws -> (themes: [Theme], faults: [ThemeError]) {
    let library = ThemeLibrary(
      directory: Paths(variables: ProcessInfo.processInfo.environment).themes
    )
    let wanted = self[.theme] ?? "dark"
    var faults: [ThemeError] = []
    var themes: [Theme] = []
    // A mistake in a theme is no reason to show nothing; an unknown name on the command line is.
    for name in [wanted] + library.names.filter({ $0 != wanted }) {
      do {
        themes.append(try library.theme(named: name))
      } catch {
        if case .unknownTheme = error, name == wanted {
          if case .file(let path)? = value(.theme)?.origin {
            throw CommandError("\(path): \(error)")
          }
          throw refusal(of: .theme, error.description)
        }
        faults.append(error)
      }
    }
    return (themes, faults)
  }
}
