public import PlaybackFacts

/// What a store knows of an API key, which it does not know itself.
public struct APIKey: Hashable, Sendable {
  /// Whether a key can be used.
  public enum State: String, Sendable {
    case active, expired, revoked
  }

  /// The number of the key, ≥ 1; never used again.
  public var id: Int64
  /// What it is for; only one active key has a name.
  public var name: String
  /// When it was created.
  public var createdAt: Timestamp
  /// From when on it can't be used; nil for never.
  public var expiresAt: Timestamp?
  /// When it was revoked; nil where it was not.
  public var revokedAt: Timestamp?
  /// The minute in which it was used last; nil if never.
  public var lastUsedAt: Timestamp?

  /// Describes a key.
  public init(
    id: Int64,
    name: String,
    createdAt: Timestamp,
    expiresAt: Timestamp? = nil,
    revokedAt: Timestamp? = nil,
    lastUsedAt: Timestamp? = nil
  ) {
    self.id = id
    self.name = name
    self.createdAt = createdAt
    self.expiresAt = expiresAt
    self.revokedAt = revokedAt
    self.lastUsedAt = lastUsedAt
  }

  /// Whether it can be used at an instant.
  public func state(at now: Timestamp) -> State {
    if revokedAt != nil { return .revoked }
    return expiresAt.map { $0 <= now } ?? false ? .expired : .active
  }
}

/// A key that was just created.
public struct CreatedKey: Sendable {
  /// The key itself, which nobody can find out later.
  public var secret: String
  /// What the store knows of it.
  public var key: APIKey

  /// Makes a created key.
  public init(secret: String, key: APIKey) {
    self.secret = secret
    self.key = key
  }
}
