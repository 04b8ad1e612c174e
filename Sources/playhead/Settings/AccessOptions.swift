import ArgumentParser

/// The options that say who may ask a server, and which pages may read its answers.
struct AccessOptions: ParsableArguments {
  @Flag(help: "Let everybody ask without an API key, wherever the server listens.")
  var insecure = false

  @Option(help: "A token that opens /metrics and nothing else, sent as Bearer.")
  var metricsToken: String?

  @Option(
    help: ArgumentHelp(
      "Let only pages of this origin read the answers to their pings (default: all). Repeatable.",
      valueName: "origin"
    )
  )
  var allowOrigin: [String] = []

  @Option(
    help: ArgumentHelp(
      "Let pages of this origin read data (default: none). Repeatable.",
      valueName: "origin"
    )
  )
  var allowDataOrigin: [String] = []

  /// These options as settings.
  var settings: [Setting: String?] {
    [
      .metricsToken: metricsToken,
      .allowOrigin: allowOrigin.isEmpty ? nil : allowOrigin.joined(separator: ","),
      .allowDataOrigin: allowDataOrigin.isEmpty ? nil : allowDataOrigin.joined(separator: ","),
    ]
  }
}
