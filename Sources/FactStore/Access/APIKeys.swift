import AnalyticsSource
import GRDB
import PlaybackFacts
import QueryCore
import Synchronization
import TextAndBytes

/// The API keys and the tokens issued for them: the tables `api_key` and `access_token`.
///
/// Those that are in use are known in memory, see ``Keyring``, whose lock is held for a look-up.
final class APIKeys: Sendable {
  private let connections: Connections
  private let keyring = Mutex(Keyring())

  init(_ connections: Connections) {
    self.connections = connections
  }

  // MARK: - Who may read

  /// Whether there is any key, expired and revoked ones included.
  func exist(at now: Timestamp) async throws -> Bool {
    try await readWhereDue(at: now)
    return keyring.withLock { !$0.isEmpty }
  }

  /// The active key that a credential belongs to.
  func key(of credential: Credential, at now: Timestamp) async throws -> Int64? {
    let find: @Sendable (Keyring) -> Int64?
    switch credential {
    case .apiKey(let text):
      let hash = SHA256Digest(of: text)
      find = { $0.key(hash, at: now) }
    case .accessToken(let text):
      let hash = SHA256Digest(of: text)
      find = { $0.key(ofToken: hash, at: now) }
    case .refreshToken: return nil
    }
    try await readWhereDue(at: now)
    var key = keyring.withLock { find($0) }
    if key == nil {
      // Another process may have created it, or issued the token, a moment ago.
      try await readWhereDue(at: now, isUnknown: true)
      key = keyring.withLock { find($0) }
    }
    if let key { keyring.withLock { $0.noteUse(of: key, at: now) } }
    return key
  }

  /// Reads keys and tokens again where something was committed since: once a second, or at once for someone who
  /// is not known.
  private func readWhereDue(at now: Timestamp, isUnknown: Bool = false) async throws {
    let stamp = connections.stamp
    let isCurrent = keyring.withLock {
      $0.isNewest(stamp) || !isUnknown && $0.isFresh(at: now)
    }
    guard !isCurrent else { return }
    try await connections.observe { db, stamp in
      let newest = self.keyring.withLock { $0.newestToken }
      let rows = try APIKeyTable.all(db)
      let issued = try AccessTokenTable.accessTokens(after: newest, at: now, db)
      // Taken here, where reads come one after the other: no older snapshot replaces a newer one.
      self.keyring.withLock { $0.take(rows, issued, since: stamp, at: now) }
    }
  }

  // MARK: - Tokens

  /// Issues tokens for an API key, or new ones for a refresh token, which can't be used again; nil where the
  /// credential is not valid.
  func issueTokens(for credential: Credential, at now: Timestamp) async throws -> AccessTokens? {
    switch credential {
    case .accessToken: return nil
    case .apiKey:
      guard let key = try await key(of: credential, at: now) else { return nil }
      return try await issue(at: now) { _ in key }
    case .refreshToken(let text):
      let hash = SHA256Digest(of: text)
      // Most of what is wrong is found without the lock that commits of facts wait for.
      let isKnown = try await connections.observe { db, _ in
        try AccessTokenTable.key(ofRefreshToken: hash, at: now, db) != nil
      }
      guard isKnown else { return nil }
      return try await issue(at: now) { db in
        let key = try AccessTokenTable.key(ofRefreshToken: hash, at: now, db)
        if key != nil { try AccessTokenTable.remove(hash, db) }
        return key
      }
    }
  }

  /// Issues tokens for the key that `find` finds in the same transaction, if it is still active.
  private func issue(
    at now: Timestamp,
    _ find: @escaping @Sendable (Database) throws -> Int64?
  ) async throws(StoreError) -> AccessTokens? {
    let tokens = AccessTokens(access: Secret.token(), refresh: Secret.token())
    let isIssued = try await connections.write { db -> Bool in
      guard let key = try find(db), try APIKeyTable.isActive(key, at: now, db) else {
        return false
      }
      let kinds: [(AccessTokenTable.Kind, String, Int64)] = [
        (.refresh, tokens.refresh, AccessTokens.refreshSeconds),
        (.access, tokens.access, AccessTokens.accessSeconds),
      ]
      for (kind, text, seconds) in kinds {
        try AccessTokenTable.add(
          SHA256Digest(of: text),
          kind,
          ofKey: key,
          expiresAt: now + seconds * Milliseconds.second,
          db
        )
      }
      try AccessTokenTable.limit(ofKey: key, to: AccessTokenTable.mostPerKey, db)
      return true
    }
    return isIssued ? tokens : nil
  }

  // MARK: - Keys

  /// All keys in the order of their creation.
  func all() async throws(StoreError) -> [APIKey] {
    try await connections.read { db in try APIKeyTable.all(db).map(\.key) }
  }

  /// Creates a key of an environment; nil where an active one has the name already.
  func create(
    named name: String,
    of environment: StoreEnvironment,
    expiresAt: Timestamp?,
    now: Timestamp
  ) async throws(StoreError) -> CreatedKey? {
    let secret = Secret.apiKey(of: environment)
    let key = try await connections.write { db in
      try APIKeyTable.add(
        SHA256Digest(of: secret),
        named: name,
        expiresAt: expiresAt,
        now: now,
        db
      )
    }
    keyring.withLock { $0.invalidate() }
    return key.map { CreatedKey(secret: secret, key: $0) }
  }

  /// Revokes an active key by its name or its number; nil where there is none.
  func revoke(_ nameOrID: String, now: Timestamp) async throws(StoreError) -> APIKey? {
    let key = try await connections.write { db -> APIKey? in
      let active = try APIKeyTable.all(db).map(\.key).filter { $0.state(at: now) == .active }
      guard
        var key = active.first(where: { $0.name == nameOrID })
          ?? active.first(where: { String($0.id) == nameOrID })
      else { return nil }
      try APIKeyTable.revoke(key.id, at: now, db)
      try AccessTokenTable.removeAll(ofKey: key.id, db)
      key.revokedAt = now
      return key
    }
    keyring.withLock { $0.invalidate() }
    return key
  }

  /// Writes when keys were used last, to the minute; does nothing where that is known.
  func writeUses() async throws(StoreError) {
    let uses = keyring.withLock { $0.takeUses() }
    guard !uses.isEmpty else { return }
    try await connections.write { db in
      for (key, time) in uses { try APIKeyTable.noteUse(of: key, at: time, db) }
    }
  }
}
