extension SeededGenerator {
  /// Characters that mean something in one of the formats that are read.
  private static let signs = Array("[]{}=.,:;#'\"\\\n\r\t 019_-+eTZu".utf8) + [0, 0x7F, 0xC3, 0xFF]

  /// A text with one to four changes: bytes put in, left out, replaced or repeated.
  public mutating func damaged(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for _ in 0..<Int.random(in: 1...4, using: &self) {
      let place = Int.random(in: 0...bytes.count, using: &self)
      let sign = Self.signs.randomElement(using: &self) ?? 0
      switch Int.random(in: 0..<5, using: &self) {
      case 0: bytes.insert(sign, at: place)
      case 1 where place < bytes.count: bytes.remove(at: place)
      case 2 where place < bytes.count: bytes[place] = sign
      case 3:
        let count = Int.random(in: 1...40, using: &self)
        bytes.insert(contentsOf: repeatElement(sign, count: count), at: place)
      default:
        bytes = bytes.prefix(place) + bytes.suffix(Int.random(in: 0...bytes.count, using: &self))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
