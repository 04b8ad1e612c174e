extension QueryRequest {
  /// The request as an HTTP path with its query string, percent-encoded:
  /// `/data/buckets/play/country?from=2024-05-28T11:15:07%2B00:00`.
  public var path: String {
    let path = "/data/" + endpoint.parts.map(percentEncoded).joined(separator: "/")
    if parameters.isEmpty { return path }
    let pairs = parameters.map { "\(percentEncoded($0.name))=\(percentEncoded($0.value))" }
    return path + "?" + pairs.joined(separator: "&")
  }
}

extension Query {
  /// The HTTP path that asks this question, with its query string.
  public var path: String { QueryRequest(self).path }
}

/// The text as a part of a query string; everything but letters, digits and `-._~:,` is encoded.
private func percentEncoded(_ text: String) -> String {
  var encoded = ""
  for byte in text.utf8 {
    switch byte {
    case 48...57, 65...90, 97...122, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
      UInt8(ascii: "~"), UInt8(ascii: ":"), UInt8(ascii: ","):
      encoded.unicodeScalars.append(Unicode.Scalar(byte))
    default:
      let digits = String(byte, radix: 16, uppercase: true)
      encoded += byte < 16 ? "%0\(digits)" : "%\(digits)"
    }
  }
  return encoded
}
