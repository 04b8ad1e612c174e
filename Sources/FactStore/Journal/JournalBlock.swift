import TextAndBytes
import PlaybackFacts

/// The facts of one committed batch as bytes that need nothing else to be read.
///
/// ```
/// block      [0: 1][version, 1: 1]
///            [texts: varint] texts × [text]
///            [playbacks: varint] playbacks × ([id: 8][viewer: 8] 7 × [number of a text: varint])
///            [facts: varint] facts × ([kind, +128 with a value: 1][number of a playback: varint]
///                                     [time − time before: signed][value: signed, if it has one])
/// ```
///
/// The texts of a playback are media id, country, device type, operating system, browser, referrer, and `bot` or
/// `person`. Blocks of former versions, which begin with a count above 0, have no such last text: nobody was
/// called a bot.
enum JournalBlock {
  /// Any time that a clock can show, in ms.
  private static let times: ClosedRange<Int64> = -(1 << 53)...(1 << 53)

  private static let version: UInt8 = 1

  static func encode(_ facts: [Fact]) -> [UInt8] {
    var texts: [String: Int] = [:]
    var textBytes = ByteWriter()
    var playbacks: [Playback: Int] = [:]
    var playbackBytes = ByteWriter()
    var factBytes = ByteWriter()
    var before: Int64 = 0
    for fact in facts {
      let number: Int
      if let known = playbacks[fact.playback] {
        number = known
      } else {
        number = playbacks.count
        playbacks[fact.playback] = number
        playbackBytes.fixed(fact.playback.id.rawValue)
        playbackBytes.fixed(fact.playback.viewer.rawValue)
        for dimension in Dimension.stored {
          let text = fact.playback[dimension]
          let next = texts.count
          let place = texts[text, default: next]
          if place == next {
            texts[text] = next
            textBytes.text(text)
          }
          playbackBytes.count(place)
        }
      }
      factBytes.byte(fact.kind.rawValue | (fact.value == nil ? 0 : 0x80))
      factBytes.count(number)
      factBytes.signed(fact.time.milliseconds &- before)
      before = fact.time.milliseconds
      if let value = fact.value { factBytes.signed(value) }
    }
    var writer = ByteWriter()
    writer.byte(0)
    writer.byte(version)
    writer.count(texts.count)
    writer.raw(textBytes.bytes)
    writer.count(playbacks.count)
    writer.raw(playbackBytes.bytes)
    writer.count(facts.count)
    writer.raw(factBytes.bytes)
    return writer.bytes
  }

  static func decode(_ bytes: [UInt8]) throws(MalformedBytes) -> [Fact] {
    var reader = ByteReader(bytes)
    var dimensionCount = Dimension.stored.count - 1
    if bytes.first == 0 {
      _ = try reader.byte()
      guard try reader.byte() == version else {
        throw MalformedBytes("a block has another version")
      }
      dimensionCount += 1
    }
    var texts: [String] = []
    for _ in 0..<(try reader.count(bytesEach: 1)) { texts.append(try reader.text()) }
    var playbacks: [Playback] = []
    for _ in 0..<(try reader.count(bytesEach: 22)) {
      playbacks.append(try playback(&reader, texts, dimensionCount))
    }
    var facts: [Fact] = []
    var time: Int64 = 0
    for _ in 0..<(try reader.count(bytesEach: 3)) {
      let head = try reader.byte()
      guard let kind = FactKind(rawValue: head & 0x7f) else {
        throw MalformedBytes("there is no fact of kind \(head & 0x7f)")
      }
      let number = try reader.count()
      guard number < playbacks.count else {
        throw MalformedBytes("there is no playback number \(number)")
      }
      time &+= try reader.signed()
      guard Self.times.contains(time) else { throw MalformedBytes("a fact has no time") }
      let value = head & 0x80 == 0 ? nil : try reader.signed()
      guard !kind.isSlotted || kind.allows(value) else {
        throw MalformedBytes("a slot of \(value ?? 0) ms is longer than a slot")
      }
      facts.append(
        Fact(kind, at: Timestamp(milliseconds: time), value: value, of: playbacks[number])
      )
    }
    guard reader.isAtEnd else { throw MalformedBytes("bytes follow the last fact") }
    return facts
  }

  private static func playback(
    _ reader: inout ByteReader,
    _ texts: [String],
    _ dimensionCount: Int
  ) throws(MalformedBytes) -> Playback {
    let id = try reader.fixed()
    let viewer = try reader.fixed()
    var values: [String] = []
    for _ in 0..<dimensionCount {
      let place = try reader.count()
      guard place < texts.count else { throw MalformedBytes("there is no text number \(place)") }
      values.append(texts[place])
    }
    return Playback(
      id: PlaybackID(rawValue: id),
      viewer: ViewerID(rawValue: viewer),
      mediaID: values[0],
      country: values[1],
      deviceType: values[2],
      operatingSystem: values[3],
      browser: values[4],
      referrer: values[5],
      isBot: dimensionCount > 6 && values[6] == Dimension.bot
    )
  }
}
