import ArgumentParser

/// The options that say who may ask a server, and which pages may read its answers.
struct AccessOptions: ParsableArguments {
  @Flag(help: "Allow queries without an API key, wherever the server listens.")
  var insecure = false

  @Option(help: "A token for /metrics alone, sent as Bearer.")
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

/// The options that say how often a server may be asked.
struct LimitOptions: ParsableArguments {
  @Option(
    help: "Reads per minute for an API key, or an address without one (default: 500)."
  )
  var readLimit: String?

  @Option(help: "The same limit for the sandbox (default: 100).")
  var sandboxReadLimit: String?

  @Option(help: "Pings within 10 seconds for an address (default: 10000).")
  var pingLimit: String?

  /// These options as settings.
  var settings: [Setting: String?] {
    [.readLimit: readLimit, .sandboxReadLimit: sandboxReadLimit, .pingLimit: pingLimit]
  }
}

/// The options of one of several servers that collect for the same cluster.
struct CollectorGroupOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "With --clickhouse: the addresses of all collectors of the cluster, with commas, the same on each.",
      valueName: "urls"
    )
  )
  var collectors: String?

  @Option(
    help: ArgumentHelp(
      "Which of the collectors this server is, as --collectors lists it.",
      valueName: "url"
    )
  )
  var ownAddress: String?

  /// These options as settings.
  var settings: [Setting: String?] { [.collectors: collectors, .ownAddress: ownAddress] }
}

/// The options that say what a server logs.
struct LogOptions: ParsableArguments {
  @Option(help: "The minimum log level: debug, info, warning or error (default: info).")
  var logLevel: String?

  @Option(help: "The log format: text, or json with an object per line (default: text).")
  var logFormat: String?

  /// These options as settings.
  var settings: [Setting: String?] { [.logLevel: logLevel, .logFormat: logFormat] }
}
