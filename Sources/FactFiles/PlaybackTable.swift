import PlaybackFacts

/// The playbacks that rows named lately, so that equal rows share one object.
struct PlaybackTable {
  private struct Entry {
    var key: [UInt8]
    var playback: Playback
  }

  /// What is remembered is forgotten when there is this much of it; about 25 MB.
  private static let capacity = 65_536

  private var entries: [UInt64: Entry] = [:]
  /// The fields that make a playback, one after the other; kept to save allocations.
  private var key: [UInt8] = []

  /// The playback that the fields name; one of its own where they name none.
  mutating func playback(
    _ bytes: Span<UInt8>,
    _ fields: RowFields,
    line: Int,
    row: Range<Int>
  ) throws(RowFault) -> Playback {
    guard !fields[.playback].isEmpty else {
      return try Self.playback(bytes, fields, id: Self.id(ofLine: line, bytes, row))
    }
    key.removeAll(keepingCapacity: true)
    for column in FactColumn.ofPlayback {
      bytes.extracting(fields[column]).withUnsafeBufferPointer { key.append(contentsOf: $0) }
      // No UTF-8 holds this byte, and what isn't UTF-8 is never remembered.
      key.append(0xff)
    }
    let hash = Self.hash(key)
    if let entry = entries[hash], entry.key == key { return entry.playback }
    let id = PlaybackID(try Self.text(bytes, fields, .playback, atMost: bytes.count))
    let playback = try Self.playback(bytes, fields, id: id)
    if entries.count >= Self.capacity { entries.removeAll(keepingCapacity: true) }
    // A copy of its own size: `key` keeps the capacity of the longest there ever was.
    let own = key.withUnsafeBufferPointer { [UInt8]($0) }
    entries[hash] = Entry(key: own, playback: playback)
    return playback
  }

  /// The same in every run over a file, and hardly ever that of another row of another file.
  private static func id(ofLine line: Int, _ bytes: Span<UInt8>, _ row: Range<Int>) -> PlaybackID {
    let key = SipHash.Key(low: UInt64(line), high: 0x0072_6f77)
    return PlaybackID(
      rawValue: bytes.extracting(row).withUnsafeBufferPointer { SipHash.hash($0, key: key) }
    )
  }

  private static func playback(
    _ bytes: Span<UInt8>,
    _ fields: RowFields,
    id: PlaybackID
  ) throws(RowFault) -> Playback {
    let viewer = try text(bytes, fields, .viewer, atMost: bytes.count)
    let referrer = try text(bytes, fields, .referrer, atMost: bytes.count)
    return Playback(
      id: id,
      // Without a viewer, nobody can be told to have watched twice.
      viewer: viewer.isEmpty ? ViewerID(rawValue: id.rawValue) : ViewerID(viewer),
      mediaID: try text(bytes, fields, .mediaID),
      country: try country(bytes, fields),
      deviceType: try deviceType(bytes, fields),
      operatingSystem: try dimension(.operatingSystem, bytes, fields, .operatingSystem),
      browser: try dimension(.browser, bytes, fields, .browser),
      referrer: referrer.utf8.count <= 2048
        ? referrer : String(String.UnicodeScalarView(referrer.unicodeScalars.prefix(2048))),
      isBot: try isBot(bytes, fields)
    )
  }

  private static func country(
    _ bytes: Span<UInt8>,
    _ fields: RowFields
  ) throws(RowFault) -> String {
    let code = try dimension(.country, bytes, fields, .country)
    guard code == Dimension.unknown || Country.of(code) != nil else { throw .unknownCountry(code) }
    return code
  }

  private static func deviceType(
    _ bytes: Span<UInt8>,
    _ fields: RowFields
  ) throws(RowFault) -> String {
    let type = try dimension(.deviceType, bytes, fields, .deviceType)
    guard deviceTypes.contains(type) else { throw .unknownDeviceType(type) }
    return type
  }

  private static func isBot(
    _ bytes: Span<UInt8>,
    _ fields: RowFields
  ) throws(RowFault) -> Bool {
    switch try text(bytes, fields, .bot) {
    case "", "0": return false
    case "1": return true
    case let text: throw .badBot(text)
    }
  }

  private static func dimension(
    _ dimension: Dimension,
    _ bytes: Span<UInt8>,
    _ fields: RowFields,
    _ column: FactColumn
  ) throws(RowFault) -> String {
    let value = try text(bytes, fields, column)
    return value.isEmpty ? Dimension.unknown : dimension.canonical(value)
  }

  private static func text(
    _ bytes: Span<UInt8>,
    _ fields: RowFields,
    _ column: FactColumn,
    atMost limit: Int = 255
  ) throws(RowFault) -> String {
    let range = fields[column]
    guard range.count <= limit else { throw .tooLong(column: column.name, limit: limit) }
    let text = bytes.extracting(range).withUnsafeBufferPointer {
      String(validating: $0, as: UTF8.self)
    }
    guard let text else { throw .notUTF8(column: column.name) }
    return text
  }

  /// A quick hash with an even spread; what it takes for equal is compared byte by byte.
  private static func hash(_ bytes: [UInt8]) -> UInt64 {
    bytes.withUnsafeBytes { bytes in
      var hash = UInt64(bytes.count)
      var offset = 0
      while offset < bytes.count {
        var word: UInt64 = 0
        if offset + 8 <= bytes.count {
          word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        } else {
          for byte in bytes[offset...] { word = word << 8 | UInt64(byte) }
        }
        let product = (hash ^ word).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
        hash = product.high ^ product.low
        offset += 8
      }
      return hash
    }
  }
}

/// The types of devices that there are.
let deviceTypes = ["computer", "phone", "tablet", "tv", "console", "wearable", Dimension.unknown]
