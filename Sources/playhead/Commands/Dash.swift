import ArgumentParser
import Dashboard
import QueryCore

/// `playhead dash`: the dashboard.
struct Dash: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows the dashboard of a store or a server (the default).",
    discussion: """
      The key ? lists all keys, q leaves.

      Example: playhead dash --range 7d --tz Europe/Paris
      Example: playhead dash --once --size 120x40 --format text
      """
  )

  @OptionGroup var source: SourceOptions
  @OptionGroup var screen: ScreenOptions

  func run() throws {
    let settings = try source.settings(screen.settings)
    try DashboardScreen.check(settings)
    let source = try OpenSource(settings)
    defer { source.close() }
    let dashboard = DashboardScreen(
      DashboardState.Source(name: source.name, retention: source.parser.retention),
      source.answering,
      settings,
      screen
    )
    if screen.once {
      StandardOutput.write(try waitFor { try await dashboard.frame() })
    } else {
      try dashboard.show()
    }
  }
}
