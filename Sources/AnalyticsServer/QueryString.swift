import QueryCore

/// The part of a URL after the question mark.
struct QueryString {
  /// What can't be decoded.
  struct Malformed: Error, Hashable {
    /// The parameter's name as it was written.
    let name: String
  }

  /// The parameters in the order in which they came, repeated ones included.
  let parameters: [QueryRequest.Parameter]

  /// Decodes what stands between `?` and `#`; a parameter without `=` has an empty value.
  init(_ text: String) throws(Malformed) {
    var parameters: [QueryRequest.Parameter] = []
    for part in text.utf8.split(separator: UInt8(ascii: "&")) {
      let end = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
      let name = part[..<end]
      let value = part[end...].dropFirst()
      guard let decodedName = percentDecoded(name, plusIsSpace: true),
        let decodedValue = percentDecoded(value, plusIsSpace: true)
      else { throw Malformed(name: String(decoding: name, as: UTF8.self)) }
      parameters.append(QueryRequest.Parameter(decodedName, decodedValue))
    }
    self.parameters = parameters
  }
}

/// The text that a part of a URL stands for; nil where an escape is broken or the bytes are not UTF-8.
func percentDecoded(_ text: some Collection<UInt8>, plusIsSpace: Bool = false) -> String? {
  var bytes: [UInt8] = []
  bytes.reserveCapacity(text.count)
  var iterator = text.makeIterator()
  while let byte = iterator.next() {
    switch byte {
    case UInt8(ascii: "%"):
      guard let high = iterator.next().flatMap(hexValue),
        let low = iterator.next().flatMap(hexValue)
      else { return nil }
      bytes.append(high << 4 | low)
    case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
    default: bytes.append(byte)
    }
  }
  return String(validating: bytes, as: UTF8.self)
}

private func hexValue(_ digit: UInt8) -> UInt8? {
  switch digit {
  case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
  case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
  case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
  default: nil
  }
}
