public import QueryCore

extension QueryRequest {
  /// The request as an HTTP path with its query string, percent-encoded:
  /// `/data/buckets/play/country?from=2024-05-28T11:15:07%2B00:00`.
  public var path: String {
    let path = "/data/" + endpoint.parts.map { percentEncoded($0) }.joined(separator: "/")
    if parameters.isEmpty { return path }
    let pairs = parameters.map {
      percentEncoded($0.name) + "=" + percentEncoded($0.value, sparing: "/:,")
    }
    return path + "?" + pairs.joined(separator: "&")
  }
}

extension Query {
  /// The HTTP path that asks this question, with its query string.
  public var path: String { QueryRequest(self).path }
}

/// The text without characters that mean something in an address: letters, digits, `-._~` and those
/// that are spared stay as they are.
package func percentEncoded(_ text: String, sparing spared: String = "") -> String {
  var encoded: [UInt8] = []
  for byte in text.utf8 {
    switch byte {
    case 48...57, 65...90, 97...122: encoded.append(byte)
    case _ where "-._~".utf8.contains(byte) || spared.utf8.contains(byte): encoded.append(byte)
    default:
      let digits = String(byte, radix: 16, uppercase: true)
      encoded += (byte < 16 ? "%0" : "%").utf8
      encoded += digits.utf8
    }
  }
  return String(decoding: encoded, as: UTF8.self)
}
