import TextAndBytes
import PlaybackFacts
import QueryCore

/// A row of the dictionary: the texts of consecutive codes, as they are in the file.
///
/// A code whose value was removed has the text of one byte, 0xff, which is in no UTF-8.
struct DictionaryChunk: Sendable {
  private static let dead: [UInt8] = [1, 0xff]

  let firstCode: Int
  private let bytes: [UInt8]
  /// Where the text of each code lies.
  private let ranges: [Range<UInt32>]

  /// Reads a row.
  init(firstCode: Int, _ bytes: [UInt8]) throws(MalformedBytes) {
    self.firstCode = firstCode
    self.bytes = bytes
    var ranges: [Range<UInt32>] = []
    var reader = ByteReader(bytes)
    while !reader.isAtEnd {
      let length = try reader.count(bytesEach: 1)
      let start = UInt32(reader.position)
      ranges.append(start..<start + UInt32(length))
      try reader.skip(length)
    }
    self.ranges = ranges
  }

  /// The codes it holds, those without a value among them.
  var codes: Range<Int> { firstCode..<firstCode + ranges.count }

  /// What it takes in memory.
  var byteCount: Int { bytes.count + 8 * ranges.count + 128 }

  /// The UTF-8 of a code's value; nil where it has none.
  func utf8(of code: Int) -> ArraySlice<UInt8>? {
    guard codes.contains(code) else { return nil }
    let range = ranges[code - firstCode]
    let text = bytes[Int(range.lowerBound)..<Int(range.upperBound)]
    return text.count == 1 && text.first == 0xff ? nil : text
  }

  /// The value of a code; nil where it has none.
  func text(of code: Int) -> String? {
    utf8(of: code).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The codes whose values begin with some text.
  func codes(ofTextsBeginningWith prefix: StaticString) -> [Int] {
    let (start, length) = (prefix.utf8Start, prefix.utf8CodeUnitCount)
    return bytes.withUnsafeBytes { bytes in
      ranges.indices.compactMap { index in
        let text = Int(ranges[index].lowerBound)..<Int(ranges[index].upperBound)
        guard text.count >= length,
          (0..<length).allSatisfy({ bytes[text.lowerBound + $0] == start[$0] })
        else { return nil }
        return firstCode + index
      }
    }
  }

  /// Whether the value of a code comes before some bytes; nil where it has none.
  func precedes(_ other: [UInt8], _ code: Int) -> Bool? {
    guard codes.contains(code) else { return nil }
    let range = ranges[code - firstCode]
    return bytes.withUnsafeBytes { bytes in
      let text = UnsafeRawBufferPointer(
        rebasing: bytes[Int(range.lowerBound)..<Int(range.upperBound)]
      )
      if text.count == 1, text[0] == 0xff { return nil }
      return other.withUnsafeBytes { text.precedes($0) }
    }
  }

  /// The bytes of the row without the values of some codes, and whether any value is left in it.
  func encoded(without removed: Set<Int>) -> (bytes: [UInt8], hasValues: Bool) {
    var writer = ByteWriter()
    var hasValues = false
    for code in codes {
      if let text = utf8(of: code), !removed.contains(code) {
        writer.count(text.count)
        writer.raw(text)
        hasValues = true
      } else {
        writer.raw(Self.dead)
      }
    }
    return (writer.bytes, hasValues)
  }
}
