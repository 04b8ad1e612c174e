import ArgumentParser

/// The command `playhead` and the list of its subcommands.
struct Playhead: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "playhead",
    abstract: "Video analytics: collect player pings, query them, and watch them live.",
    discussion: """
      Without a subcommand it opens the dashboard on the default store.

      Example: playhead demo
      """,
    version: version,
    subcommands: [
      Dash.self, Demo.self, Serve.self, QueryCommand.self, MoversCommand.self, Why.self,
      Import.self, Export.self, Simulate.self, MediaCommand.self, KeysCommand.self,
      StoreCommand.self, ClickHouseCommand.self, MoveCommand.self,
      MetricsCommand.self, ThemesCommand.self, ConfigCommand.self, DoctorCommand.self,
      ManualCommand.self,
    ],
    defaultSubcommand: Dash.self
  )
}

/// Why a subcommand failed, as the sentence that the user reads.
struct CommandError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}
