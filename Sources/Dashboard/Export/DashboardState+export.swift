public import CellCanvas
import PlaybackFacts
import QueryCommandLine
import QueryCore
import TextAndBytes

extension DashboardState {
  /// The text of an export.
  ///
  /// - Parameters:
  ///   - export: what is exported, and how it is written.
  ///   - size: columns and rows of the screen.
  ///   - depth: the colours of the screen.
  /// - Returns: the whole text.
  public func text(of export: ScreenExport, size: Size, depth: ColorDepth) -> String {
    if case .explanation = overlay, export == .copy {
      return (explainedRows ?? explainedNumber).commandLine(source.options ?? [])
    }
    if firstMinutes != nil, view.traits.time != .none, export == .copy {
      return firstPingCommand.joined(separator: "\n") + "\n"
    }
    return switch (export.subject, export.format) {
    case (_, .csv): panelTable.csv
    case (_, .json): export.subject == .panel ? panelTable.json : json
    case (_, .text): frame(size, .text)
    case (_, .ansi): frame(size, .ansi, depth: depth)
    case (_, .svg): frame(size, .svg, depth: depth)
    case (_, .commandLine): commandLine ?? ""
    }
  }

  /// The name of the file that something is written to: `playhead-overview-20240513-140532.csv`.
  public func fileName(of export: ScreenExport) -> String {
    let time = zone.civil(now)
    let date = "\(time.date)".filter { $0 != "-" }
    let clock = [time.hour, time.minute, time.second].map(Numbers.padded).joined()
    let ending = export.format == .text ? "txt" : export.format.rawValue
    let subject = export.subject == .panel ? focus.panel.name : view.rawValue
    return "playhead-\(subject)-\(date)-\(clock).\(ending)"
  }

  /// The rows of the focused panel with all their digits.
  private var panelTable: ExportTable { screen.table(of: focus.panel, context) }
}
