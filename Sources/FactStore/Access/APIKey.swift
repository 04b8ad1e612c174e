public import PlaybackFacts
import QueryCore
import TextAndBytes

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
}

/// Makes keys and tokens.
///
/// Each has 32 random bytes of the system. The store holds their SHA-256, without salt and in one round: slow,
/// salted hashes protect words that people choose, which can be guessed by trying. Nobody can try 2²⁵⁶ values,
/// and a slow hash would be computed for every request.
enum Secret {
  /// An API key, such as `playhead_production_…`: the environment shows whoever finds one what it opens.
  static func apiKey(of environment: StoreEnvironment) -> String {
    "playhead_\(environment.rawValue)_\(random())"
  }

  /// An access or refresh token.
  static func token() -> String { random() }

  private static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    return Base64.urlText(of: bytes)
  }
}
