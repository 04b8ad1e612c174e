import AnalyticsServer
import Foundation
import Logging
import PingCollector
import PlaybackFacts
import QueryCommandLine
import QueryCore

// The settings in the types that the modules take.
extension Settings {
  /// Which environment is asked for.
  func environment() throws -> StoreEnvironment {
    try value(.environment, expecting: "production or sandbox", StoreEnvironment.init(rawValue:))
      ?? .production
  }

  /// Whether an option, a variable or the settings file says how long facts are retained.
  var isRetentionSet: Bool { value(.retention).map { $0.origin != .standard } ?? false }

  /// How long a new store of an environment retains facts.
  func retention(of environment: StoreEnvironment) throws -> Retention {
    let kept = try value(.retention, expecting: "a time such as 30d, 52w or 1y", LengthText.parse)
    if let kept, kept < Milliseconds.day {
      throw refusal(of: .retention, "retention '\(self[.retention] ?? "")' is under a day")
    }
    return Retention(environment, milliseconds: kept)
  }

  /// The most memory for kept results, in bytes: for what the store adds up, and for whole answers.
  func cacheBytes() throws -> (sums: Int, answers: Int) {
    let all =
      try value(.cacheSize, expecting: "a size such as 64M or 1G", parseByteCount) ?? 256 << 20
    return (all - all / 16, all / 16)
  }

  /// The store's file of an environment; the sandbox lies beside production.
  func storePath(of environment: StoreEnvironment) -> String {
    guard let path = self[.store] else {
      return Paths(variables: ProcessInfo.processInfo.environment)
        .store(isSandbox: environment == .sandbox)
    }
    return Self.path(path, of: environment)
  }

  /// The path of an environment's file, where that of production is `path`: `stats.db`, `stats-sandbox.db`.
  static func path(_ path: String, of environment: StoreEnvironment) -> String {
    guard environment == .sandbox else { return path }
    let file = URL(fileURLWithPath: path)
    let name = file.deletingPathExtension().lastPathComponent + "-sandbox"
    let sibling = file.deletingLastPathComponent().appending(path: name)
    return file.pathExtension.isEmpty
      ? sibling.path : sibling.appendingPathExtension(file.pathExtension).path
  }

  /// Where the server listens.
  func listenAddress() throws -> ListenAddress {
    do {
      return try ListenAddress(self[.listen] ?? "127.0.0.1:8080")
    } catch {
      throw refusal(of: .listen, error.description)
    }
  }

  /// The zone that cuts days.
  func zone() throws -> Zone {
    try value(.timezone, expecting: "an IANA zone such as Europe/Paris") { Zone($0) } ?? .utc
  }

  /// The limits of a collector.
  func collectorLimits() throws -> CollectorLimits {
    var limits = CollectorLimits()
    limits.newMediaIDs = try limit(.newMediaLimit) ?? limits.newMediaIDs
    limits.newReferrers = try limit(.newReferrerLimit) ?? limits.newReferrers
    limits.hasKnownMediaOnly =
      try value(.knownMedia, expecting: "true or false") { ["true": true, "false": false][$0] }
      ?? false
    return limits
  }

  /// How many bytes the history of pings may take; 0 where none is stored.
  func pingHistoryBytes() throws -> Int {
    try value(.pingHistory, expecting: "off or a size such as 64M or 1G") { text in
      text == "off" ? 0 : parseByteCount(text)
    } ?? 0
  }

  private func limit(_ setting: Setting) throws -> Int? {
    try value(setting, expecting: "a count, 0 or more") { text in
      Int(text).flatMap { $0 >= 0 ? $0 : nil }
    }
  }

  /// How much of referrers is stored, and with it of referrers in filters.
  func referrers() throws -> ReferrerDetail {
    try value(.referrer, expecting: "page or full", ReferrerDetail.init(rawValue:)) ?? .page
  }

  /// What a server logs, and how.
  func logStyle() throws -> LogOutput.Style {
    LogOutput.Style(
      format: try value(.logFormat, expecting: "text or json", LogFormat.init(rawValue:)) ?? .text,
      level: try value(
        .logLevel,
        expecting: "trace, debug, info, notice, warning, error or critical",
        Logger.Level.init(rawValue:)
      ) ?? .info
    )
  }

  /// Whether playbacks of bots count where a question does not say; nil where nobody chose.
  func bots() throws -> Bots? {
    try value(.bots, expecting: "all, exclude or only", Bots.init(rawValue:))
  }

  /// The files that countries are found in: the given database, or those that Debian installs.
  var countryFiles: CountryFiles {
    self[.countryDatabase].map(CountryFiles.mmdb) ?? .debian
  }
}
