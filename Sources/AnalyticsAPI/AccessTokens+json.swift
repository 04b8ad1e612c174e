public import AnalyticsSource
import TextAndBytes

extension AccessTokens {
  /// Where tokens are issued for an API key.
  public static let issuePath = "/auth/api-key"
  /// Where new tokens are issued for a refresh token.
  public static let refreshPath = "/auth/refresh"

  /// These tokens as the body of an HTTP answer.
  ///
  /// ```
  /// {"token_type":"Bearer","expires_in":3600,"access_token":"…","refresh_token":"…"}
  /// ```
  public func json() -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.key("token_type")
      json.string("Bearer")
      json.key("expires_in")
      json.integer(Self.accessSeconds)
      json.key("access_token")
      json.string(access)
      json.key("refresh_token")
      json.string(refresh)
    }
    return json.bytes
  }
}

extension Credential {
  /// Reads the body that is sent to ``AccessTokens/issuePath``, `{"apiKey":"…"}`; nil where it has no such text.
  public static func apiKey(inBody json: [UInt8]) -> Credential? {
    struct Body: Decodable { let apiKey: String }
    return (try? decode(Body.self, json)).map { .apiKey($0.apiKey) }
  }

  /// Reads the body that is sent to ``AccessTokens/refreshPath``, `{"refreshToken":"…"}`; nil where it has no such
  /// text.
  public static func refreshToken(inBody json: [UInt8]) -> Credential? {
    struct Body: Decodable { let refreshToken: String }
    return (try? decode(Body.self, json)).map { .refreshToken($0.refreshToken) }
  }
}
