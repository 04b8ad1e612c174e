import AnalyticsSource
import QueryCore
import TextAndBytes

extension Credential {
  /// Reads an `Authorization` field: HTTP Basic with a key as user name and an empty password, or a token as
  /// Bearer; nil where it is neither.
  init?(authorization field: String) {
    let parts = field.split(separator: " ", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    let text = parts[1].drop { $0 == " " }
    switch parts[0].lowercased() {
    case "basic":
      guard let bytes = Base64.bytes(of: text),
        let pair = String(validating: bytes, as: UTF8.self),
        pair.last == ":", let key = pair.split(separator: ":").first, key.count == pair.count - 1
      else { return nil }
      self = .apiKey(String(key))
    case "bearer": self = .accessToken(String(text))
    default: return nil
    }
  }
}
