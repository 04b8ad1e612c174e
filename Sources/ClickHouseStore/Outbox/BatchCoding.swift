import PlaybackFacts
import TextAndBytes

/// What a batch brings beside its states, as bytes of the outbox.
///
/// ```
/// batch      received, playbacks, facts, new values
/// playback   id, viewer, media, country, device, system, browser, referrer, bot
/// fact       number of the playback, kind, time after the fact before, value + 1 or 0
/// ```
struct BatchContents: Sendable {
  let receivedAt: Timestamp
  let facts: [Fact]
  let newValues: [NewValue]

  init(_ batch: FactBatch) {
    (receivedAt, facts, newValues) = (batch.receivedAt, batch.facts, batch.newValues)
  }

  private init(receivedAt: Timestamp, facts: [Fact], newValues: [NewValue]) {
    (self.receivedAt, self.facts, self.newValues) = (receivedAt, facts, newValues)
  }

  /// The same without the facts of some playbacks.
  func without(_ playbacks: Set<PlaybackID>) -> BatchContents {
    BatchContents(
      receivedAt: receivedAt,
      facts: facts.filter { !playbacks.contains($0.playback.id) },
      newValues: newValues
    )
  }

  var bytes: [UInt8] {
    var numbers: [Playback: Int] = [:]
    var playbacks: [Playback] = []
    for fact in facts where numbers[fact.playback] == nil {
      numbers[fact.playback] = playbacks.count
      playbacks.append(fact.playback)
    }
    var writer = ByteWriter()
    writer.signed(receivedAt.milliseconds)
    writer.count(playbacks.count)
    for playback in playbacks { Self.write(playback, to: &writer) }
    writer.count(facts.count)
    var former = receivedAt
    for fact in facts {
      writer.count(numbers[fact.playback] ?? 0)
      writer.byte(fact.kind.rawValue)
      writer.signed(fact.time - former)
      // One more than its code, so that 0 is for none.
      writer.varint(fact.value.map { zigzag($0) &+ 1 } ?? 0)
      former = fact.time
    }
    writer.count(newValues.count)
    for new in newValues {
      writer.byte(new.value.dimension.rawValue)
      writer.text(new.value.text)
      writer.signed(Int64(new.day.daysSince1970))
    }
    return writer.bytes
  }

  init(_ bytes: [UInt8]) throws(MalformedBytes) {
    var reader = ByteReader(bytes)
    let receivedAt = Timestamp(milliseconds: try reader.signed())
    var playbacks: [Playback] = []
    for _ in 0..<(try reader.count(bytesEach: 20)) { playbacks.append(try Self.playback(&reader)) }
    var facts: [Fact] = []
    var time = receivedAt
    for _ in 0..<(try reader.count(bytesEach: 4)) {
      let number = try reader.count()
      guard let kind = FactKind(rawValue: try reader.byte()), playbacks.indices.contains(number)
      else { throw MalformedBytes("a fact of no kind or no playback") }
      time = time + (try reader.signed())
      let value = try reader.varint()
      facts.append(
        Fact(kind, at: time, value: value == 0 ? nil : unzigzag(value - 1), of: playbacks[number])
      )
    }
    var newValues: [NewValue] = []
    for _ in 0..<(try reader.count(bytesEach: 3)) {
      guard let dimension = Dimension(rawValue: try reader.byte()) else {
        throw MalformedBytes("a value of no dimension")
      }
      let value = OpenValue(dimension, try reader.text())
      newValues.append(
        NewValue(value, on: CivilDate(daysSince1970: Int(try reader.signed())))
      )
    }
    (self.receivedAt, self.facts, self.newValues) = (receivedAt, facts, newValues)
  }

  private static let texts: [Dimension] = [
    .mediaID, .country, .deviceType, .operatingSystem, .browser, .referrer,
  ]

  private static func write(_ playback: Playback, to writer: inout ByteWriter) {
    writer.fixed(playback.id.rawValue)
    writer.fixed(playback.viewer.rawValue)
    for dimension in texts { writer.text(playback[dimension]) }
    writer.byte(playback.isBot ? 1 : 0)
  }

  private static func playback(_ reader: inout ByteReader) throws(MalformedBytes) -> Playback {
    let (id, viewer) = (try reader.fixed(), try reader.fixed())
    var texts: [String] = []
    for _ in Self.texts { texts.append(try reader.text()) }
    return Playback(
      id: PlaybackID(rawValue: id),
      viewer: ViewerID(rawValue: viewer),
      mediaID: texts[0],
      country: texts[1],
      deviceType: texts[2],
      operatingSystem: texts[3],
      browser: texts[4],
      referrer: texts[5],
      isBot: try reader.byte() != 0
    )
  }
}
