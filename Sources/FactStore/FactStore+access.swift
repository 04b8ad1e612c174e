public import AnalyticsSource
public import PlaybackFacts
public import QueryCore

extension FactStore: AccessGranting {
  /// Whether there is any API key, expired and revoked ones included.
  public func hasKeys(at now: Timestamp) async throws(QueryError) -> Bool {
    try await withQueryErrors { try await access.exist(at: now) }
  }

  /// The number of the API key that a credential is, or was issued for; nil where it is not valid.
  public func key(of credential: Credential, at now: Timestamp) async throws(QueryError) -> Int64? {
    try await withQueryErrors { try await access.key(of: credential, at: now) }
  }

  /// Issues tokens for an API key, or new ones for a refresh token, which can't be used again.
  public func issueTokens(
    for credential: Credential,
    at now: Timestamp
  ) async throws(QueryError) -> AccessTokens? {
    try await withQueryErrors { try await access.issueTokens(for: credential, at: now) }
  }
}

extension FactStore {
  /// Creates an API key; the store remembers its hash only.
  ///
  /// - Parameters:
  ///   - name: what it is for.
  ///   - expiresAt: from when on it can't be used; nil for never.
  ///   - now: when it is created.
  /// - Returns: the key, or nil where an active one has the name already.
  /// - Throws: ``StoreError`` where the file can't be written.
  public func createKey(
    named name: String,
    expiresAt: Timestamp? = nil,
    now: Timestamp
  ) async throws(StoreError) -> CreatedKey? {
    try await access.create(
      named: name,
      of: retention.environment,
      expiresAt: expiresAt,
      now: now
    )
  }

  /// All API keys in the order of their creation, expired and revoked ones included.
  ///
  /// - Throws: ``StoreError`` where the file can't be read.
  public func apiKeys() async throws(StoreError) -> [APIKey] {
    try await access.all()
  }

  /// Revokes an active API key for ever, by its name or its number; servers refuse it within a second.
  ///
  /// - Returns: the key; nil where no active one is called so.
  /// - Throws: ``StoreError`` where the file can't be written.
  @discardableResult
  public func revokeKey(_ nameOrID: String, now: Timestamp) async throws(StoreError) -> APIKey? {
    try await access.revoke(nameOrID, now: now)
  }

  /// Writes when keys were used last, to the minute; does nothing where that is known.
  ///
  /// Call it every second or so: requests themselves write nothing.
  ///
  /// - Throws: ``StoreError`` where the file can't be written; the uses are forgotten then.
  public func writeKeyUses() async throws(StoreError) {
    try await access.writeUses()
  }
}
