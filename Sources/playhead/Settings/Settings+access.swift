import AnalyticsServer
import AnalyticsSource
import ClickHouseStore
import FactStore
import QueryCommandLine
import QueryCore

// Who may ask a server.
extension Settings {
  /// Who needs no API key to ask a server that listens at an address.
  ///
  /// - Throws: where others than this machine would need one, and there is none yet.
  func keyRequirement(at address: ListenAddress, isInsecure: Bool) async throws -> KeyRequirement {
    if isInsecure { return .never }
    if address.isLoopback { return .onceThereAreAny }
    for environment in StoreEnvironment.allCases where try await hasKeys(environment) {
      return .always
    }
    let command = (["playhead", "keys", "create", "NAME"] + sourceOptions).map(quotedForShell)
    throw refusal(
      of: .listen,
      "other machines can reach \(address), which needs an API key; "
        + "create one with '\(command.joined(separator: " "))' or pass --insecure"
    )
  }

  /// Whether the store of an environment has keys; nothing is made where there is none.
  private func hasKeys(_ environment: StoreEnvironment) async throws -> Bool {
    let store: any ManagedStore
    if let address = try clickHouse() {
      store = try openClickHouse(
        address.address(of: environment),
        of: environment,
        self,
        .reading,
        cacheBytes: cacheBytes().sums
      )
    } else {
      do {
        store = try FactStore.open(
          at: storePath(of: environment),
          options: StoreOptions(retention: retention(of: environment), isReadOnly: true)
        )
      } catch StoreError.missing, StoreError.folderMissing {
        return false
      }
    }
    defer { store.closeAfterReading() }
    return try await !store.apiKeys().isEmpty
  }

  /// The token for `/metrics`; nil for none.
  func metricsToken() throws -> String? {
    try value(.metricsToken, expecting: "a token of 16 characters or more without spaces") { text in
      text.utf8.count >= 16 && text.utf8.allSatisfy { 0x21...0x7e ~= $0 } ? text : nil
    }
  }

  /// The pages that may read the answers to their pings.
  func pageOrigins() throws -> PageOrigins { try origins(.allowOrigin) ?? .all }

  /// The pages that may read data.
  func dataOrigins() throws -> PageOrigins { try origins(.allowDataOrigin) ?? .none }

  private func origins(_ setting: Setting) throws -> PageOrigins? {
    guard let text = self[setting] else { return nil }
    do {
      return try PageOrigins(text.split { $0 == "," || $0 == " " }.map(String.init))
    } catch {
      throw refusal(of: setting, error.description)
    }
  }

  /// How many requests of each environment an API key may send in a minute, or an address without one.
  func readsPerMinute() throws -> [StoreEnvironment: Int] {
    var limits = ServerOptions.standardReadsPerMinute
    if let reads = try requests(.readLimit) { limits[.production] = reads }
    if let reads = try requests(.sandboxReadLimit) { limits[.sandbox] = reads }
    return limits
  }

  /// How many pings one address may send within 10 seconds; nil where that is not set.
  func pingsPerAddress() throws -> Int? { try requests(.pingLimit) }

  private func requests(_ setting: Setting) throws -> Int? {
    try value(setting, expecting: "a number of requests, 1 or more") { text in
      Int(text).flatMap { $0 >= 1 ? $0 : nil }
    }
  }
}
