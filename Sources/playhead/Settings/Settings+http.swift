import AnalyticsServer
import Glibc
import QueryCommandLine

// How a server stands in the network, and how it treats whoever asks.
extension Settings {
  /// How a server behaves by these settings; who needs a key, and what encrypts, is found out at its start.
  func serverOptions() throws -> ServerOptions {
    var options = ServerOptions(address: try listenAddress())
    if let prefix = self[.problemTypes] { options.problemTypePrefix = prefix }
    options.metricsToken = try metricsToken()
    options.pageOrigins = try pageOrigins()
    options.dataOrigins = try dataOrigins()
    options.readsPerMinute = try readsPerMinute()
    options.pingsPerAddress = try pingsPerAddress() ?? options.pingsPerAddress
    options.trustedProxies = try trustedProxies()
    options.basePath = try basePath()
    options.requestDeadline = try timeLimit(.requestTimeout) ?? options.requestDeadline
    options.idleTimeout = try timeLimit(.idleTimeout) ?? options.idleTimeout
    options.mostConnections = mostConnections(ofFiles: raisedFileLimit())
    return options
  }

  private func trustedProxies() throws -> TrustedProxies {
    var networks = (self[.trustedProxy] ?? "").split { $0 == "," || $0 == " " }.map(String.init)
    // Other collectors say whose pings they pass on.
    networks += try collectorGroup()?.ipAddresses ?? []
    do {
      return try TrustedProxies(networks, countryHeader: self[.countryHeader])
    } catch ServerError.invalidHeader(let name) {
      throw refusal(of: .countryHeader, ServerError.invalidHeader(name).description)
    } catch {
      throw refusal(of: .trustedProxy, "\(error)")
    }
  }

  private func basePath() throws -> BasePath {
    do {
      return try BasePath(self[.basePath] ?? "")
    } catch {
      throw refusal(of: .basePath, error.description)
    }
  }

  private func timeLimit(_ setting: Setting) throws -> Duration? {
    let limit = try value(setting, expecting: "a time of an hour at most, such as 15s or 5m") {
      text in
      LengthText.parse(text).flatMap { $0 <= 3_600_000 ? $0 : nil }
    }
    return limit.map { .milliseconds($0) }
  }
}

/// Raises the limit of open files as far as the system lets, and returns it.
///
/// Every connection takes one. The limit that shells and services begin with is for programs with few files, and
/// some that still use select(2).
func raisedFileLimit() -> Int {
  var limit = rlimit()
  guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
  if limit.rlim_cur < limit.rlim_max {
    var raised = limit
    raised.rlim_cur = limit.rlim_max
    if setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &raised) == 0 { limit = raised }
  }
  return Int(clamping: limit.rlim_cur)
}

/// How many connections there may be where so many files may be open: the stores, the country files, the event loops
/// and connections that are about to be refused need some too.
func mostConnections(ofFiles files: Int) -> Int {
  let reserve = 192 + ServerOptions.connectionsAcceptedAtOnce
  return max(files - reserve, files / 2)
}
