import AnalyticsClient
import AnalyticsServer
import ArgumentParser
import CellCanvas
import ClickHouseStore
import FactStore
import Foundation
import PingCollector
import PlaybackFacts
import QueryCore
import TextAndBytes

/// `playhead doctor`: whether a set-up is right, and what to do where it is not.
struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract: "Check a set-up, and say what to do.",
    discussion: """
      Checks settings, store, clock, disk, limits, countries, keys, certificate and the server on this machine; \
      with --url also the way from outside to it, and what proxies on that way tell it. Exits 1 if there is an \
      error; warnings alone exit 0. Give it the options with which 'playhead serve' runs.

      Example: playhead doctor
      Example: playhead doctor --url https://stats.example.com --format json
      """
  )

  /// How findings are written.
  enum Format: String, ExpressibleByArgument {
    case text
    case json
  }

  @OptionGroup var source: SourceOptions
  @Option(
    help: "The address under which players reach the server, such as https://stats.example.com."
  )
  var url: String?
  @Option(help: "Where the server listens on this machine (default: 127.0.0.1:8080).")
  var listen: String?
  @OptionGroup var http: HTTPOptions
  @Option(help: "text or json.") var format = Format.text

  func validate() throws {
    if let url {
      guard let parsed = URL(string: url), parsed.host() != nil,
        ["http", "https"].contains(parsed.scheme)
      else {
        throw ValidationError("'\(url)' is not an address such as https://stats.example.com")
      }
    }
  }

  func run() async throws {
    let findings = try await findings()
    switch format {
    case .text: StandardOutput.write(Self.text(findings, isColored: StandardOutput.isColored))
    case .json: StandardOutput.write(Self.json(findings) + "\n")
    }
    if findings.contains(where: { $0.level == .error }) { throw ExitCode.failure }
  }

  private func findings() async throws -> [Finding] {
    let settings = source.settingsWithFaults(
      http.settings.merging([.listen: listen]) { $1 }
    )
    let unreadable = Self.unreadable(settings)
    var findings = settings.faults.map {
      Finding.error("settings", $0, "mend the file; 'playhead config' shows what is in force")
    }
    findings += unreadable.map {
      .error("settings", $0, "mend it, and run this again: the rest could not be checked")
    }
    if findings.isEmpty { findings.append(.ok("settings", "no mistake in \(settings.filePath)")) }
    findings.append(MachineChecks.clock())
    // What the rest goes by can't be read.
    if !unreadable.isEmpty { return findings }
    let cluster = try settings.clickHouse()
    for environment in [StoreEnvironment.production, .sandbox] {
      if let address = cluster?.address(of: environment) {
        let checks = ClusterChecks(
          address: address,
          environment: environment,
          settings: settings,
          now: .now
        )
        findings += await checks.findings()
        continue
      }
      let checks = StoreChecks(environment: environment, settings: settings, now: .now)
      findings += try await checks.findings()
    }
    findings.append(MachineChecks.openFiles())
    findings.append(Self.countries(settings.countryFiles))
    let address = try settings.listenAddress()
    if !address.isLoopback, !findings.contains(where: { $0.check.hasSuffix("keys") }) {
      findings.append(
        .error(
          "keys",
          "there are none, and other machines can reach \(address)",
          "create one with 'playhead keys create NAME': without, 'playhead serve' refuses to listen there"
        )
      )
    }
    let certificate = Self.certificate(settings, at: .now)
    findings += certificate.map { [$0] } ?? []
    let server = ServerChecks(apiKey: settings[.apiKey])
    if certificate == nil || ServerProbe.hasTLS {
      let scheme = certificate == nil ? "http" : "https"
      findings.append(await server.local("\(scheme)://\(address.fromThisMachine)"))
    }
    if let url { findings += await server.public(url) }
    return findings
  }

  /// What is wrong with the settings in force by which a server goes, a sentence each.
  static func unreadable(_ settings: Settings) -> [String] {
    let checks: [(Settings) throws -> Void] = [
      { _ = try $0.clickHouse() }, { _ = try $0.environment() },
      { _ = try $0.retention(of: .production) },
      { _ = try $0.cacheBytes() }, { _ = try $0.serverOptions() }, { _ = try $0.collectorLimits() },
      { _ = try $0.referrers() }, { _ = try $0.logStyle() }, { _ = try $0.bots() },
    ]
    return checks.compactMap { check in
      do {
        try check(settings)
        return nil
      } catch {
        return "\(error)"
      }
    }
  }

  /// What is found of the certificate; nil where the server needs none.
  static func certificate(_ settings: Settings, at now: Timestamp) -> Finding? {
    let check = "certificate"
    do {
      guard let certificate = try settings.certificate(), let path = settings[.tlsCert] else {
        return nil
      }
      let expiry = certificate.expiry
      if expiry <= now {
        return .error(
          check,
          "\(path) has expired on \(expiry.atom)",
          "renew it; the server reads a new one by itself"
        )
      }
      return expiry - now < soon
        ? .warning(
          check,
          "\(path) expires on \(expiry.atom)",
          "renew it; the server reads a new one by itself"
        ) : .ok(check, "\(path) is valid until \(expiry.atom)")
    } catch {
      return .error(check, "\(error)", "without it, 'playhead serve' does not start")
    }
  }

  /// What ends within this is told of, in ms.
  static let soon = 14 * Milliseconds.day

  static func countries(_ files: CountryFiles) -> Finding {
    do {
      let read = try files.read()
      if read.versions.contains(where: { $0 == nil }) {
        return .warning(
          "countries",
          "unknown: there is no file to look them up in",
          "install tor-geoipdb, or name an MMDB file with --country-database"
        )
      }
      return .ok("countries", "looked up in \(files.names)")
    } catch {
      return .error("countries", "\(error)", "get the file again, or name another")
    }
  }

  // MARK: - Output

  static func text(_ findings: [Finding], isColored: Bool) -> String {
    let width = findings.map(\.check.count).max() ?? 0
    return findings.map { finding in
      let code = finding.level == .ok ? "32" : finding.level == .warning ? "33" : "31"
      let level = finding.level.rawValue.padding(toLength: 7, withPad: " ", startingAt: 0)
      let check = finding.check.padding(toLength: width, withPad: " ", startingAt: 0)
      let shown = isColored ? "\u{1b}[\(code)m\(level)\u{1b}[0m" : level
      let advice = finding.advice.map { "; \($0)" } ?? ""
      return "\(shown)  \(check)  \(finding.text.scrubbed)\(advice.scrubbed)\n"
    }
    .joined()
  }

  static func json(_ findings: [Finding]) -> String {
    var json = JSONWriter()
    json.array(findings) { json, finding in
      let told = [
        ("check", finding.check), ("level", finding.level.rawValue), ("text", finding.text),
      ]
      for (name, value) in told + (finding.advice.map { [("advice", $0)] } ?? []) {
        json.key(name)
        json.string(value)
      }
    }
    return json.text
  }
}

extension ListenAddress {
  /// The address at which this machine reaches a server that listens on every address.
  fileprivate var fromThisMachine: ListenAddress {
    switch host {
    case "0.0.0.0": ListenAddress(host: "127.0.0.1", port: port)
    case "::": ListenAddress(host: "::1", port: port)
    default: self
    }
  }
}

/// What a check of the set-up found: one line.
struct Finding: Hashable, Sendable {
  /// How bad it is.
  enum Level: String, CaseIterable, Comparable, Sendable {
    case ok
    case warning
    case error

    static func < (a: Level, b: Level) -> Bool {
      (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
    }
  }

  /// What was checked: `store`, `clock`, `disk`.
  let check: String
  let level: Level
  /// What was found, in a sentence without its dot.
  let text: String
  /// What to do about it; nil where nothing has to be done.
  let advice: String?

  static func ok(_ check: String, _ text: String) -> Finding {
    Finding(check: check, level: .ok, text: text, advice: nil)
  }

  static func warning(_ check: String, _ text: String, _ advice: String) -> Finding {
    Finding(check: check, level: .warning, text: text, advice: advice)
  }

  static func error(_ check: String, _ text: String, _ advice: String) -> Finding {
    Finding(check: check, level: .error, text: text, advice: advice)
  }
}
