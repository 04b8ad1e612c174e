import ClickHouseStore

/// Everything that can be set, once: the name of its option, variable and line in the file.
enum Setting: String, CaseIterable, Sendable {
  case store
  case environment
  case remote
  case apiKey = "api-key"
  case clickhouse
  case outbox
  case collectors
  case ownAddress = "own-address"
  case listen
  case retention
  case cacheSize = "cache-size"
  case countryDatabase = "country-database"
  case referrer
  case newMediaLimit = "new-media-limit"
  case newReferrerLimit = "new-referrer-limit"
  case knownMedia = "known-media"
  case pingHistory = "ping-history"
  case problemTypes = "problem-types"
  case metricsToken = "metrics-token"
  case allowOrigin = "allow-origin"
  case logLevel = "log-level"
  case logFormat = "log-format"
  case allowDataOrigin = "allow-data-origin"
  case readLimit = "read-limit"
  case sandboxReadLimit = "sandbox-read-limit"
  case pingLimit = "ping-limit"
  case trustedProxy = "trusted-proxy"
  case countryHeader = "country-header"
  case basePath = "base-path"
  case requestTimeout = "request-timeout"
  case idleTimeout = "idle-timeout"
  case tlsCert = "tls-cert"
  case tlsKey = "tls-key"
  case bots
  case theme
  case timezone
  case graph
  case color

  /// What the names of all environment variables begin with.
  static let variablePrefix = "PLAYHEAD_"

  /// The environment variable: `PLAYHEAD_CACHE_SIZE`.
  var variable: String {
    Self.variablePrefix + rawValue.uppercased().replacing("-", with: "_")
  }

  /// Those that say where the data is.
  static let places: Set<Setting> = [.store, .remote, .clickhouse]

  /// What it does, with its unit and range.
  var meaning: String {
    switch self {
    case .store: "the store file"
    case .environment: "production or sandbox"
    case .remote: "the address of a server to query instead of a store"
    case .apiKey: "the key for the remote server"
    case .clickhouse: "the address of a ClickHouse cluster instead of a store"
    case .outbox: "the file in which a server holds pings until ClickHouse has them"
    case .collectors:
      "the addresses of all collectors that write to the ClickHouse cluster, with commas"
    case .ownAddress: "which of the collectors this server is, as collectors lists it"
    case .listen: "where the server listens, address:port"
    case .retention: "how long facts are retained, such as 365d"
    case .cacheSize: "the most memory for cached results, such as 256M"
    case .countryDatabase: "an MMDB file with the countries of addresses"
    case .referrer: "how much of referrers is stored: page (scheme, host, path) or full"
    case .newMediaLimit: "how many new media ids a day are stored; later ones are (other)"
    case .newReferrerLimit: "how many new referrers a day are stored; later ones are (other)"
    case .knownMedia: "true stores only media ids of 'playhead media import'; others are (other)"
    case .pingHistory:
      "the most bytes for the history of pings ('playhead why'), such as 256M, or off"
    case .problemTypes: "what the types of problem answers begin with"
    case .metricsToken: "a token that opens /metrics and nothing else"
    case .allowOrigin: "the origins of pages that may read the answers to their pings, with commas"
    case .logLevel: "the least important lines a server logs: debug, info, warning or error"
    case .logFormat: "how a server logs: text or json"
    case .allowDataOrigin: "the origins of pages that may read data, with commas (none by default)"
    case .readLimit: "how many reads an API key, or an address without one, may send a minute"
    case .sandboxReadLimit: "the same for the sandbox"
    case .pingLimit: "how many pings an address may send within 10 seconds"
    case .trustedProxy: "the proxies whose X-Forwarded-For or Forwarded counts, with commas"
    case .countryHeader: "the header in which trusted proxies say the country"
    case .basePath: "the path before all paths of the server, such as /stats"
    case .requestTimeout:
      "how long a request may take to arrive, or a client read nothing, such as 15s"
    case .idleTimeout: "how long a connection may be silent between requests, such as 75s"
    case .tlsCert: "the PEM file with the certificate chain for HTTPS"
    case .tlsKey: "the PEM file with the certificate's private key"
    case .bots: "whether bots count unless a question says: all, exclude or only"
    case .theme: "the theme of the dashboard"
    case .timezone: "the IANA zone of the dashboard's days, such as Europe/Paris"
    case .graph: "the symbols of charts: auto, block, braille or ascii"
    case .color: "the colours of the dashboard: auto, mono, 8, 16 or 256"
    }
  }
}

extension Setting {
  /// Whether the settings file gives it as true or false.
  var isTruth: Bool { self == .knownMedia }

  /// Whether a server that runs takes a new value on HUP; the others wait for its next start.
  var isReloaded: Bool {
    switch self {
    case .logLevel, .logFormat, .countryDatabase, .readLimit, .sandboxReadLimit, .pingLimit,
      .metricsToken, .allowOrigin, .allowDataOrigin, .bots:
      true
    default: false
    }
  }

  /// Whether its value is a secret or may have one in it.
  var isSecret: Bool { [.apiKey, .metricsToken, .clickhouse].contains(self) }

  /// A value as it may be shown to everybody.
  func shown(_ value: String) -> String {
    if self == .clickhouse { return ClickHouseAddress.withoutPasswords(value) }
    return isSecret ? "(hidden)" : value
  }
}

extension String {
  fileprivate func replacing(_ character: Character, with other: Character) -> String {
    String(map { $0 == character ? other : $0 })
  }
}
