import TextAndBytes

/// The UTF-8 text of a file that may be gzipped, or UTF-16 as spreadsheets save it, part by part.
struct PlainText: ~Copyable {
  /// The first byte of a file, while its second is not there, and likewise of what is in the gzip.
  private var start: [UInt8] = []
  private var hasBegun = false
  private var gzip: GzipInflater?
  private var isUTF16Known = false
  private var utf16: UTF16Text?
  private var isOver = false

  /// Reads some of `bytes`, which it removes, and gives the text that they stand for.
  ///
  /// - Parameters:
  ///   - bytes: The next part of the file, of any length.
  ///   - isLast: Whether nothing follows the part.
  /// - Returns: Nil when all of `bytes` is read and all that it stands for was given.
  /// - Throws: ``FactFileError`` where gzip data are damaged or incomplete.
  mutating func next(
    _ bytes: inout ArraySlice<UInt8>,
    isLast: Bool
  ) throws(FactFileError) -> [UInt8]? {
    if !hasBegun {
      start += bytes
      bytes = []
      guard start.count >= 2 || isLast else { return nil }
      hasBegun = true
      if start.starts(with: [0x1f, 0x8b]) {
        gzip = try undoingGzip { () throws(MalformedBytes) in try GzipInflater() }
      }
      (bytes, start) = (start[...], [])
    }
    if let piece = try inflate(&bytes) { return decode(piece, isLast: false) }
    guard isLast, !isOver else { return nil }
    isOver = true
    if let isComplete = gzip?.isComplete, !isComplete { throw .truncatedGzip }
    return decode([], isLast: true)
  }

  private mutating func inflate(
    _ bytes: inout ArraySlice<UInt8>
  ) throws(FactFileError) -> [UInt8]? {
    if gzip != nil {
      return try undoingGzip { () throws(MalformedBytes) in try gzip?.inflate(&bytes) }
    }
    defer { bytes = [] }
    return bytes.isEmpty ? nil : Array(bytes)
  }

  private mutating func decode(_ bytes: [UInt8], isLast: Bool) -> [UInt8] {
    var bytes = bytes
    if !isUTF16Known {
      start += bytes
      // Two bytes tell it.
      guard start.count >= 2 || isLast else { return [] }
      isUTF16Known = true
      (bytes, start) = (start, [])
      utf16 = UTF16Text(beginning: bytes)
    }
    return utf16?.read(bytes, isLast: isLast) ?? bytes
  }
}

/// Does `work` with gzip; what is wrong with the bytes is wrong with the file.
private func undoingGzip<Value: ~Copyable>(
  _ work: () throws(MalformedBytes) -> Value
) throws(FactFileError) -> Value {
  do { return try work() } catch { throw .damagedGzip(reason: error.description) }
}

/// Turns UTF-16 into UTF-8, part by part; half a surrogate pair becomes U+FFFD.
private struct UTF16Text {
  private let isLittleEndian: Bool
  /// What was given and is no whole character yet.
  private var rest: [UInt8] = []

  /// Nil where a text begins neither with the mark of UTF-16 nor with a letter that has a zero beside it.
  init?(beginning bytes: [UInt8]) {
    switch (bytes.first, bytes.dropFirst().first) {
    case (0xff, 0xfe): isLittleEndian = true
    case (0xfe, 0xff): isLittleEndian = false
    case (.some, 0): isLittleEndian = true
    case (0, .some): isLittleEndian = false
    default: return nil
    }
  }

  mutating func read(_ bytes: [UInt8], isLast: Bool) -> [UInt8] {
    rest += bytes
    var units = stride(from: 0, to: rest.count - 1, by: 2).map { index in
      let (first, second) = (UInt16(rest[index]), UInt16(rest[index + 1]))
      return isLittleEndian ? second << 8 | first : first << 8 | second
    }
    if !isLast, let last = units.last, UTF16.isLeadSurrogate(last) { units.removeLast() }
    rest.removeFirst(units.count * 2)
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }
}
