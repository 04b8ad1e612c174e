/// What rows are looked for by, whatever its case.
struct SearchText {
  private let text: String
  /// In lower case, where it is ASCII.
  private let bytes: [UInt8]?

  init(_ text: String) {
    self.text = text.lowercased()
    bytes = text.utf8.allSatisfy { $0 < 0x80 } ? Array(self.text.utf8) : nil
  }

  /// Whether a name has the text in it.
  func isIn(_ name: String) -> Bool {
    // A hundred thousand names are looked through for each key.
    if let bytes {
      let found = name.utf8.withContiguousStorageIfAvailable { Self.find(bytes, in: $0) }
      if let isFound = found ?? nil { return isFound }
    }
    return name.lowercased().contains(text)
  }

  /// Nil where the name is not ASCII: what is one letter may be written as several.
  private static func find(_ bytes: [UInt8], in name: UnsafeBufferPointer<UInt8>) -> Bool? {
    guard name.allSatisfy({ $0 < 0x80 }) else { return nil }
    guard name.count >= bytes.count else { return false }
    return (0...name.count - bytes.count).contains { start in
      bytes.indices.allSatisfy { lowercased(name[start + $0]) == bytes[$0] }
    }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}
