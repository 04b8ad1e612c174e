import ArgumentParser

/// The options that say which media ids and referrers a collector stores.
struct ValueOptions: ParsableArguments {
  @Option(
    help: "How many new media ids are stored a UTC day (default: 100000); later ones are (other)."
  )
  var newMediaLimit: String?

  @Option(
    help: "How many new referrers are stored a UTC day (default: 10000); later ones are (other)."
  )
  var newReferrerLimit: String?

  @Flag(help: "Store only media ids of 'playhead media import'; others are (other).")
  var knownMedia = false

  /// These options as settings.
  var settings: [Setting: String?] {
    [
      .newMediaLimit: newMediaLimit, .newReferrerLimit: newReferrerLimit,
      .knownMedia: knownMedia ? "true" : nil,
    ]
  }
}
