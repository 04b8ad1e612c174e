public import PlaybackFacts
public import QueryCore

/// Whatever knows the API keys of an environment, and the tokens that were issued for them.
///
/// All answers are as of the last second at least: a key that another process creates or revokes counts
/// within a second.
public protocol AccessGranting: Sendable {
  /// Whether there is any API key, expired and revoked ones included.
  ///
  /// From the first key on, nobody may read without one: losing the last usable key must not open a server.
  ///
  /// - Throws: ``QueryError/unavailable(reason:publicReason:)`` where the keys can't be read.
  func hasKeys(at now: Timestamp) async throws(QueryError) -> Bool

  /// The number of the API key that a credential is, or was issued for; nil where it is not valid.
  ///
  /// Whoever has a valid one may read the environment.
  ///
  /// - Throws: ``QueryError/unavailable(reason:publicReason:)`` where the keys can't be read.
  func key(of credential: Credential, at now: Timestamp) async throws(QueryError) -> Int64?

  /// Issues tokens for an API key, or new ones for a refresh token, which can't be used again.
  ///
  /// - Returns: the tokens; nil where the credential is not valid, or an access token.
  /// - Throws: ``QueryError/unavailable(reason:publicReason:)`` where the keys can't be read or the tokens
  ///   not stored.
  func issueTokens(
    for credential: Credential,
    at now: Timestamp
  ) async throws(QueryError) -> AccessTokens?
}

/// What someone shows to be let in.
public enum Credential: Hashable, Sendable {
  /// A key that the operator created.
  case apiKey(String)
  /// A token that was issued for a key and is valid for ``AccessTokens/accessSeconds``.
  case accessToken(String)
  /// A token that gets new tokens, once, and nothing else.
  case refreshToken(String)
}

/// A pair of tokens that were issued for an API key.
public struct AccessTokens: Hashable, Sendable {
  /// For how long an access token is valid, in seconds.
  public static let accessSeconds: Int64 = 3600
  /// For how long a refresh token is valid, in seconds.
  public static let refreshSeconds: Int64 = 30 * 86_400

  /// The access token.
  public var access: String
  /// The refresh token.
  public var refresh: String

  /// Makes a pair.
  public init(access: String, refresh: String) {
    self.access = access
    self.refresh = refresh
  }
}
