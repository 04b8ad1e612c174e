package import QueryCore
import TextAndBytes

/// Makes keys and tokens.
///
/// Each has 32 random bytes of the system. The store holds their SHA-256, without salt and in one round: slow,
/// salted hashes protect words that people choose, which can be guessed by trying. Nobody can try 2²⁵⁶ values,
/// and a slow hash would be computed for every request.
package enum Secret {
  /// An API key, such as `playhead_production_…`: the environment shows whoever finds one what it opens.
  package static func apiKey(of environment: StoreEnvironment) -> String {
    "playhead_\(environment.rawValue)_\(random())"
  }

  /// An access or refresh token.
  package static func token() -> String { random() }

  private static func random() -> String {
    var generator = SystemRandomNumberGenerator()
    let bytes = (0..<32).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    return Base64.urlText(of: bytes)
  }
}
