import AnalyticsSource
import PlaybackFacts
import QueryCore
import Synchronization

/// Knows the keys and tokens that a test gives it.
final class StubAccess: AccessGranting {
  private struct State {
    var keys: Set<String> = []
    var revokedKeys: Set<String> = []
    var tokens: [String: Timestamp] = [:]
    var refreshTokens: Set<String> = []
  }

  private let state: Mutex<State>
  private let failure: QueryError?

  init(
    keys: Set<String> = [],
    revokedKeys: Set<String> = [],
    tokens: [String: Timestamp] = [:],
    failure: QueryError? = nil
  ) {
    state = Mutex(State(keys: keys, revokedKeys: revokedKeys, tokens: tokens))
    self.failure = failure
  }

  func create(_ key: String) {
    state.withLock { _ = $0.keys.insert(key) }
  }

  func revoke(_ key: String) {
    state.withLock { state in
      state.keys.remove(key)
      state.revokedKeys.insert(key)
    }
  }

  func hasKeys(at now: Timestamp) async throws(QueryError) -> Bool {
    if let failure { throw failure }
    return state.withLock { !$0.keys.isEmpty || !$0.revokedKeys.isEmpty }
  }

  func key(of credential: Credential, at now: Timestamp) async throws(QueryError) -> Int64? {
    if let failure { throw failure }
    return state.withLock { state in
      switch credential {
      case .apiKey(let key): state.keys.sorted().firstIndex(of: key).map { Int64($0) + 1 }
      // Tokens are of the first key.
      case .accessToken(let token): state.tokens[token].flatMap { now < $0 ? 1 : nil }
      case .refreshToken: nil
      }
    }
  }

  func issueTokens(
    for credential: Credential,
    at now: Timestamp
  ) async throws(QueryError) -> AccessTokens? {
    if let failure { throw failure }
    return state.withLock { state in
      switch credential {
      case .accessToken: return nil
      case .apiKey(let key): guard state.keys.contains(key) else { return nil }
      case .refreshToken(let token):
        guard state.refreshTokens.remove(token) != nil else { return nil }
      }
      let number = state.tokens.count
      state.tokens["access \(number)"] = now + AccessTokens.accessSeconds * Milliseconds.second
      state.refreshTokens.insert("refresh \(number)")
      return AccessTokens(access: "access \(number)", refresh: "refresh \(number)")
    }
  }
}
