import ArgumentParser

/// The options that say what a server logs.
struct LogOptions: ParsableArguments {
  @Option(help: "The least important lines to log: debug, info, warning or error (default: info).")
  var logLevel: String?

  @Option(help: "How to log: text or json, an object per line (default: text).")
  var logFormat: String?

  /// These options as settings.
  var settings: [Setting: String?] { [.logLevel: logLevel, .logFormat: logFormat] }
}
