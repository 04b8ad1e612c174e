import ArgumentParser

/// The options that say how often a server may be asked.
struct LimitOptions: ParsableArguments {
  @Option(
    help: "How many reads an API key, or an address without one, may send a minute (default: 500)."
  )
  var readLimit: String?

  @Option(help: "The same for the sandbox (default: 100).")
  var sandboxReadLimit: String?

  @Option(help: "How many pings an address may send within 10 seconds (default: 10000).")
  var pingLimit: String?

  /// These options as settings.
  var settings: [Setting: String?] {
    [.readLimit: readLimit, .sandboxReadLimit: sandboxReadLimit, .pingLimit: pingLimit]
  }
}
