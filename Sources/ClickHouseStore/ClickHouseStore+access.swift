public import AnalyticsSource
public import PlaybackFacts
public import QueryCore

extension ClickHouseStore: AccessGranting {
  /// Whether there is any key, expired and revoked ones included.
  public func hasKeys(at now: Timestamp) async throws(QueryError) -> Bool {
    try await withQueryErrors { try await keys.exist(at: now) }
  }

  /// The number of the API key that a credential is, or was issued for; nil where it is not valid.
  public func key(of credential: Credential, at now: Timestamp) async throws(QueryError) -> Int64? {
    try await withQueryErrors { try await keys.key(of: credential, at: now) }
  }

  /// Issues tokens for an API key, or new ones for a refresh token, which can't be used again.
  public func issueTokens(
    for credential: Credential,
    at now: Timestamp
  ) async throws(QueryError) -> AccessTokens? {
    try await withQueryErrors { try await keys.issueTokens(for: credential, at: now) }
  }

  /// Creates an API key; the cluster remembers its hash only.
  public func createKey(
    named name: String,
    expiresAt: Timestamp?,
    now: Timestamp
  ) async throws -> CreatedKey? {
    let secret = Secret.apiKey(of: options.retention.environment)
    return try await keys.create(named: name, secret: secret, expiresAt: expiresAt, now: now)
      .map { CreatedKey(secret: secret, key: $0) }
  }

  /// All API keys in the order of their creation, expired and revoked ones included.
  public func apiKeys() async throws -> [APIKey] {
    try await keys.all()
  }

  /// Revokes an active API key for ever, by its name or its number; servers refuse it within a second.
  @discardableResult
  public func revokeKey(_ nameOrID: String, now: Timestamp) async throws -> APIKey? {
    try await keys.revoke(nameOrID, now: now)
  }

  /// Writes when API keys were used last, to the minute.
  ///
  /// - Throws: ``ClickHouseError`` where the cluster takes nothing, whether there is something to write or not.
  public func writeKeyUses() async throws {
    if let fault = shipping?.fault { throw fault }
    try await keys.writeUses(now: options.now())
  }
}
