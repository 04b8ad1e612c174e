import ArgumentParser
import Dashboard
import Foundation
import QueryCore

/// `playhead dash`: the dashboard.
struct Dash: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show the dashboard of a store or a server (the default).",
    discussion: """
      The key ? lists all keys, q leaves.

      Example: playhead dash --range 7d --tz Europe/Paris
      Example: playhead dash --once --size 120x40 --format text
      """
  )

  @OptionGroup var source: SourceOptions
  @OptionGroup var screen: ScreenOptions

  func run() throws {
    let settings = try DashboardScreen.checked(
      source.settingsWithFaults(screen.settings).certainOfSource()
    )
    let source: OpenSource
    do {
      source = try OpenSource(settings, followsState: !screen.once)
    } catch {
      // What is wrong in the settings file may be why it is another source than was meant.
      for fault in settings.faults { StandardError.write("playhead: \(fault)\n") }
      throw error
    }
    defer { source.close() }
    let shelf = try SourceShelf(source, settings)
    let dashboard = DashboardScreen(
      shelf.entries.map(\.description),
      settings,
      screen,
      memoryPath: Paths(variables: ProcessInfo.processInfo.environment).dashboardMemory
    ) { index in try await shelf.source(index) }
    if screen.once {
      StandardOutput.writeStyled(try waitFor { try await dashboard.frame() })
    } else {
      try dashboard.show()
    }
  }
}
