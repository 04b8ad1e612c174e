import AnalyticsServer
import FactStore
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
    let store: FactStore
    do {
      store = try FactStore.open(
        at: storePath(of: environment),
        options: StoreOptions(retention: retention(of: environment), isReadOnly: true)
      )
    } catch StoreError.missing, StoreError.folderMissing {
      return false
    }
    defer { store.closeAfterReading() }
    return try await !store.apiKeys().isEmpty
  }

  /// The token that opens the counts; nil for none.
  func metricsToken() throws -> String? {
    try value(.metricsToken, expecting: "a token of 16 characters or more without spaces") { text in
      text.utf8.count >= 16 && text.utf8.allSatisfy { 0x21...0x7e ~= $0 } ? text : nil
    }
  }

  /// The pages that may read the answers to their pings.
  func pageOrigins() throws -> PageOrigins {
    guard let text = self[.allowOrigin] else { return .all }
    do {
      return try PageOrigins(text.split { $0 == "," || $0 == " " }.map(String.init))
    } catch {
      throw refusal(of: .allowOrigin, error.description)
    }
  }
}
