import ArgumentParser

/// The options that say what is found out about who is watching.
struct AudienceOptions: ParsableArguments {
  @Option(help: "An MMDB file in which the countries of addresses are looked up.")
  var countryDatabase: String?

  @Option(
    help: "How much of referrers is stored: page (scheme, host and path) or full (default: page)."
  )
  var referrer: String?

  /// The settings that these options give.
  var settings: [Setting: String?] {
    [.countryDatabase: countryDatabase, .referrer: referrer]
  }
}
