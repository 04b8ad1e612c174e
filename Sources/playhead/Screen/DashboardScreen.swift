import CellCanvas
import CursesTerminal
import Dashboard
import Foundation
import PlaybackFacts
import QueryCore
import Themes

/// The dashboard of one source, on the terminal or as one frame of text.
struct DashboardScreen: Sendable {
  private let settings: Settings
  private let options: ScreenOptions
  private let source: DashboardState.Source
  private let answering: any QueryAnswering

  init(
    _ source: DashboardState.Source,
    _ answering: any QueryAnswering,
    _ settings: Settings,
    _ options: ScreenOptions
  ) {
    self.source = source
    self.answering = answering
    self.settings = settings
    self.options = options
  }

  /// Makes sure that all settings of the screen make sense, before anything is opened.
  static func check(_ settings: Settings) throws {
    _ = try (settings.zone(), settings.colorDepth(), settings.symbols(hasUnicode: true))
    _ = try settings.themes()
  }

  /// Shows it on the terminal of the process until the user quits; call it on the main thread.
  ///
  /// `onFirstFrame` is called when the first frame is on its way.
  func show(titles: [String: String] = [:], onFirstFrame: () -> Void = {}) throws {
    let environment = ProcessInfo.processInfo.environment
    let depth = try settings.colorDepth()
    let terminal = try CursesTerminal.open(TerminalOptions(depth: depth, environment: environment))
    defer { terminal.close() }
    let state = try state(hasUnicode: terminal.hasUnicode)
    let known = try [.titlesLoaded(titles)] + notices(terminal).map(DashboardMessage.noticed)
    let runtime = DashboardRuntime(answering: answering, now: { .now }, wake: terminal.wake)
    var loop = TerminalLoop(terminal, state, runtime: runtime)
    loop.run(known, onFirstFrame: onFirstFrame)
  }

  /// One frame as text, with the answers of now.
  func frame(titles: [String: String] = [:]) async throws -> String {
    var state = try state(hasUnicode: true)
    for effect in state.update(.dataStateRead(try await answering.dataState())) {
      guard case .fetch(let id, let request, _) = effect else { continue }
      let answer = try await answering.answer(request.queries)
      _ = state.update(.snapshotLoaded(id: id, Snapshot(request, answer, asOf: .now)))
    }
    _ = state.update(.titlesLoaded(titles))
    let depth = try settings.colorDepth() ?? .twoHundredFiftySix
    return state.frame(
      options.frameSize ?? Size(width: 120, height: 40),
      options.format,
      depth: depth
    )
  }

  private func state(hasUnicode: Bool) throws -> DashboardState {
    DashboardState(
      source: source,
      zone: try settings.zone(),
      now: .now,
      themes: try settings.themes().themes,
      symbols: try settings.symbols(hasUnicode: hasUnicode),
      range: options.firstRange
    )
  }

  private func notices(_ terminal: CursesTerminal) throws -> [String] {
    try settings.themes().faults.map(\.description) + [terminal.notice].compactMap { $0 }
  }
}
