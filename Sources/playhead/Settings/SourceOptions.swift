import ArgumentParser
import Foundation

/// The options that say which data a subcommand works on.
struct SourceOptions: ParsableArguments {
  @Option(help: "The store file (default: $XDG_DATA_HOME/playhead/playhead.db).")
  var store: String?

  @Option(help: "production or sandbox.")
  var environment: String?

  @Option(help: "Query this server instead of a store, such as http://127.0.0.1:8080.")
  var remote: String?

  @Option(help: "The key for the remote server.")
  var apiKey: String?

  @Option(
    help: ArgumentHelp(
      "Use a ClickHouse cluster instead of a store: http://[user:password@]host:port, more of them after commas, then /database?cluster=NAME.",
      valueName: "url"
    )
  )
  var clickhouse: String?

  @Option(help: "How long facts are retained, such as 365d.")
  var retention: String?

  @Option(help: "The most memory for cached results, such as 256M.")
  var cacheSize: String?

  /// The settings in force under these options and those in `more`, if the settings file has no mistake.
  func settings(_ more: [Setting: String?] = [:]) throws -> Settings {
    try settingsWithFaults(more).faultless()
  }

  /// The settings in force under these options and those in `more`, with what is wrong in the file.
  func settingsWithFaults(_ more: [Setting: String?] = [:]) -> Settings {
    var options: [Setting: String] = [:]
    let own: [Setting: String?] = [
      .store: store, .environment: environment, .remote: remote, .apiKey: apiKey,
      .clickhouse: clickhouse, .retention: retention, .cacheSize: cacheSize,
    ]
    for (setting, value) in own.merging(more, uniquingKeysWith: { $1 }) {
      options[setting] = value
    }
    return Settings(options: options, variables: ProcessInfo.processInfo.environment)
  }
}
