import ArgumentParser

/// The options that say how a server stands in the network: behind which proxies, under which path, and how long it
/// waits.
struct HTTPOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Take clients' addresses from X-Forwarded-For or Forwarded where this proxy sends them, such as "
        + "127.0.0.1 or 10.0.0.0/8. Repeatable.",
      valueName: "network"
    )
  )
  var trustedProxy: [String] = []

  @Option(
    help: ArgumentHelp(
      "Take countries from this header where a trusted proxy sends it, such as CF-IPCountry.",
      valueName: "name"
    )
  )
  var countryHeader: String?

  @Option(
    help: ArgumentHelp(
      "Answer below this path, such as /stats, as well as without it.",
      valueName: "path"
    )
  )
  var basePath: String?

  @Option(
    help:
      "How long a request may take to arrive, or a client read nothing of an answer (default: 15s)."
  )
  var requestTimeout: String?

  @Option(help: "How long a connection may be silent between requests (default: 75s).")
  var idleTimeout: String?

  @Option(
    help: ArgumentHelp("Serve HTTPS with this certificate chain, a PEM file.", valueName: "file")
  )
  var tlsCert: String?

  @Option(help: ArgumentHelp("The certificate's private key, a PEM file.", valueName: "file"))
  var tlsKey: String?

  /// These options as settings.
  var settings: [Setting: String?] {
    [
      .trustedProxy: trustedProxy.isEmpty ? nil : trustedProxy.joined(separator: ","),
      .countryHeader: countryHeader, .basePath: basePath, .requestTimeout: requestTimeout,
      .idleTimeout: idleTimeout, .tlsCert: tlsCert, .tlsKey: tlsKey,
    ]
  }
}
