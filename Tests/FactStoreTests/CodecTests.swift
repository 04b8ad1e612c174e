import TextAndBytes
@testable import FactStore
import PlaybackFacts
import TestSupport
import Testing

@Suite("Codecs")
struct CodecTests {
  private static let widths: [Int64] = [0, 1, 3, 255, 20_000, 1 << 31, 1 << 62, .max]

  @Test(arguments: widths)
  func `integer columns give back what they took`(spread: Int64) throws {
    var generator = SeededGenerator(seed: UInt64(spread) + 1)
    for count in [0, 1, 2, 255, 256, 257, 1000] {
      let low = Int64.random(in: -spread...spread, using: &generator)
      let values = (0..<count).map { _ in
        low &+ Int64.random(in: -spread...spread, using: &generator)
      }

      #expect(try IntegerColumn.decode(IntegerColumn.encode(values), count: count) == values)
    }
  }

  @Test func `integer columns give back runs and extremes`() throws {
    let runs = (0..<700).map { Int64($0 / 100) * 1_000_000 }
    let extremes = [Int64.min, .max, 0, -1, 1, .min, .max]

    #expect(try IntegerColumn.decode(IntegerColumn.encode(runs), count: 700) == runs)
    #expect(try IntegerColumn.decode(IntegerColumn.encode(extremes), count: 7) == extremes)
    #expect(IntegerColumn.encode(runs).count < 60)
    #expect(IntegerColumn.encode([Int64](repeating: 20_000, count: 256)).count == 4)
  }

  @Test func `varints and texts are read as written`() throws {
    let numbers: [Int64] = [0, 1, -1, 63, 64, -64, -65, .max, .min, 20_000]
    var writer = ByteWriter()
    for number in numbers { writer.signed(number) }
    writer.varint(.max)
    writer.fixed(0x0123_4567_89ab_cdef)
    writer.text("Größe")

    var reader = ByteReader(writer.bytes)
    for number in numbers { #expect(try reader.signed() == number) }
    #expect(try reader.varint() == .max)
    #expect(try reader.fixed() == 0x0123_4567_89ab_cdef)
    #expect(try reader.text() == "Größe")
    #expect(reader.isAtEnd)
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `slot runs give back what they took`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    // Where nothing was taken back, runs are passed on without a look at each slot.
    let lowest: Int64 = seed.isMultiple(of: 2) ? -9 : 1
    let groups = (0..<Int.random(in: 0...300, using: &generator)).map { _ in
      (0..<180).filter { _ in generator.chance(0.3) }.map { number in
        let value =
          generator.chance(0.7) ? 20_000 : Int64.random(in: lowest...30_000, using: &generator)
        return SlotRuns.Slot(number: number, value: value)
      }
    }
    var writer = ByteWriter()
    SlotRuns.encode(groups, into: &writer)

    var reader = ByteReader(writer.bytes)
    var found = groups.map { _ in [SlotRuns.Slot]() }
    try SlotRuns.decode(&reader, groupCount: groups.count) { found[$0].append($1) }
    #expect(found == groups)
    #expect(reader.isAtEnd)

    var again = ByteReader(writer.bytes)
    var positive = groups.map { _ in [Int]() }
    try SlotRuns.decodePositive(&again, groupCount: groups.count) { positive[$0] += $1 }
    #expect(positive == groups.map { $0.filter { $0.value > 0 }.map(\.number) })
    #expect(again.isAtEnd)
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `details give back what they took`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let groups = (0..<Int.random(in: 1...300, using: &generator)).map { _ in
      randomEvents(&generator)
    }

    let bytes = HourDetail.encode(groups.map { $0[...] })
    let detail = try HourDetail(bytes, groupCount: groups.count)
    var found = groups.map { _ in [Event]() }
    for (event, group) in zip(detail.events, detail.groups) { found[Int(group)].append(event) }
    #expect(found.map(Set.init) == groups.map(Set.init))
    #expect(detail.events.count == groups.reduce(0) { $0 + $1.count })
  }

  @Test(arguments: 1...10 as ClosedRange<UInt64>)
  func `journal blocks give back what they took`(seed: UInt64) throws {
    var builder = FactBuilder(seed: seed)
    let frame = Timeframe(from: noon, to: noon + Milliseconds.day)
    let playback = builder.playback()
    let odd = [
      Fact(.view, at: noon, value: 7, of: playback), Fact(.view, at: noon, of: playback),
      Fact(.error, at: noon, of: playback), Fact(.play, at: noon, value: .min, of: playback),
      Fact(.impression, at: Timestamp(milliseconds: -5), value: .max, of: playback),
    ]
    let facts = builder.facts(200, in: frame) + odd

    #expect(try JournalBlock.decode(JournalBlock.encode(facts)) == facts)
    #expect(try JournalBlock.decode(JournalBlock.encode([])) == [])
  }

  @Test func `journal blocks of former versions are read, and are of people`() throws {
    var writer = ByteWriter()
    let texts = ["vi1", "FR", "phone", "ios", "safari", ""]
    writer.count(texts.count)
    for text in texts { writer.text(text) }
    writer.count(1)
    writer.fixed(7)
    writer.fixed(8)
    for place in texts.indices { writer.count(place) }
    writer.count(1)
    writer.byte(FactKind.play.rawValue)
    writer.count(0)
    writer.signed(noon.milliseconds)

    let playback = Playback(
      id: PlaybackID(rawValue: 7),
      viewer: ViewerID(rawValue: 8),
      mediaID: "vi1",
      country: "FR",
      deviceType: "phone",
      operatingSystem: "ios",
      browser: "safari"
    )
    #expect(try JournalBlock.decode(writer.bytes) == [Fact(.play, at: noon, of: playback)])
  }

  @Test func `state blocks give back what they took`() throws {
    let states = (0..<50).map { number in
      PlaybackState(
        playback: PlaybackID(rawValue: .max - UInt64(number)),
        lastPingAt: noon + Int64(number),
        bytes: [UInt8](repeating: 1, count: number)
      )
    }

    #expect(try StateBlock.decode(StateBlock.encode(states)) == states)
  }

  /// Whatever bytes come, they are read or refused: nothing traps, and nothing is made of nothing.
  @Test(arguments: 1...200 as ClosedRange<UInt64>)
  func `damaged bytes never trap`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var builder = FactBuilder(seed: seed)
    let groups = (0..<20).map { _ in randomEvents(&generator)[...] }
    let facts = builder.facts(60, in: Timeframe(from: noon, to: noon + Milliseconds.hour))
    let columns = (0..<300).map { _ in Int64.random(in: -9...9, using: &generator) }
    for var bytes in [
      HourDetail.encode(groups), JournalBlock.encode(facts), IntegerColumn.encode(columns),
    ] {
      for _ in 0..<3 {
        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
          in: 0...255,
          using: &generator
        )
      }
      if generator.chance(0.5) {
        bytes.removeLast(Int.random(in: 0...bytes.count, using: &generator))
      }
      #expect((try? HourDetail(bytes, groupCount: 20))?.groups.allSatisfy { $0 < 20 } ?? true)
      _ = try? JournalBlock.decode(bytes)
      #expect((try? IntegerColumn.decode(bytes, count: 300))?.count ?? 300 == 300)
    }
  }

  private func randomEvents(_ generator: inout SeededGenerator) -> [Event] {
    var events: Set<Event> = []
    for _ in 0..<Int.random(in: 0...12, using: &generator) {
      guard let code = EventCode.allCases.randomElement(using: &generator) else { continue }
      let time = UInt32.random(in: 0..<3_600_000, using: &generator)
      // Of impressions and errors only what is in range comes back.
      let lowest: Int64 = code.kind == .impression || code.kind == .error ? 0 : -30_000
      let value = code.hasValue ? Int64.random(in: lowest...30_000, using: &generator) : 0
      let isFree = !events.contains { $0.code == code && $0.offset / 20_000 == time / 20_000 }
      guard isFree || !code.kind.isSlotted else { continue }
      let offset = code.kind.isSlotted ? time / 20_000 * 20_000 : time
      events.insert(Event(offset: offset, code: code, value: value))
    }
    return events.sorted { ($0.offset, $0.code.rawValue) < ($1.offset, $1.code.rawValue) }
  }
}
