import ArgumentParser

/// The options that say what is found out about who is watching.
struct AudienceOptions: ParsableArguments {
  @Option(help: "An MMDB file in which the countries of addresses are looked up.")
  var countryDatabase: String?

  @Option(
    help: "How much of referrers is stored: page (scheme, host and path) or full (default: page)."
  )
  var referrer: String?

  /// These options as settings.
  var settings: [Setting: String?] {
    [.countryDatabase: countryDatabase, .referrer: referrer]
  }
}

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
