import FactFiles
import PlaybackFacts

/// A repeatable source of randomness: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

/// Facts as tests need them.
struct FactSamples {
  static let start = Timestamp(milliseconds: 1_716_894_900_000)
  static let edge = start - Milliseconds.day
  static let now = start + Milliseconds.day

  var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// Any playback, with texts that a file has to quote or escape.
  mutating func playback() -> Playback {
    let texts = [
      "", "plain", "a,b", "says \"so\"", "\"", "two\nlines", "tab\tand\u{1}", "naïve 日本 😀",
      "back\\slash", "ends with \r",
    ]
    let referrer = texts.randomElement(using: &generator) ?? ""
    let media = [
      "vi4k0jvEUuaTdRAEjQ4Prklg", "li4pqNqGUkhKfWcBGpZVLRY5", "a \"b\", c", "=1+1", "'=1", "''",
      "-\"",
    ]
    return Playback(
      id: PlaybackID(rawValue: generator.next()),
      viewer: ViewerID(rawValue: generator.next() >> UInt64.random(in: 0..<64, using: &generator)),
      mediaID: media.randomElement(using: &generator) ?? "",
      country: ["FR", "DE", Dimension.unknown].randomElement(using: &generator) ?? "",
      deviceType: ["phone", "computer"].randomElement(using: &generator) ?? "",
      operatingSystem: ["ios", "mac osx"].randomElement(using: &generator) ?? "",
      browser: ["chrome", Dimension.unknown].randomElement(using: &generator) ?? "",
      referrer: referrer.isEmpty ? "" : "https://example.com/?" + referrer,
      isBot: Bool.random(using: &generator)
    )
  }

  /// Any fact that a file may hold.
  mutating func fact(of playback: Playback) -> Fact {
    let kind = FactKind.allCases.randomElement(using: &generator) ?? .play
    let time = Self.start + Int64.random(in: 0..<Milliseconds.hour, using: &generator)
    return switch kind {
    case .impression:
      Fact(
        kind,
        at: time,
        value: Bool.random(using: &generator)
          ? nil : .random(in: FactKind.impressionTimes, using: &generator),
        of: playback
      )
    case .play, .start, .end: Fact(kind, at: time, of: playback)
    case .watch, .stall:
      Fact(
        kind,
        at: time.floored(to: Milliseconds.slot),
        value: Int64.random(in: FactKind.slotTimes, using: &generator),
        of: playback
      )
    case .view:
      Fact(
        kind,
        at: time,
        value: FactKind.viewThresholds.randomElement(using: &generator),
        of: playback
      )
    case .error:
      Fact(
        kind,
        at: time,
        value: .random(in: FactKind.errorCodes, using: &generator),
        of: playback
      )
    }
  }

  mutating func facts(_ count: Int) -> [Fact] {
    var playbacks: [Playback] = []
    return (0..<count).map { index in
      if index % 7 == 0 { playbacks.append(playback()) }
      return fact(of: playbacks.randomElement(using: &generator) ?? playback())
    }
  }
}

/// The bytes of a file that holds `facts`.
func file(_ facts: [Fact], as format: FactFormat) -> [UInt8] {
  let writer = FactWriter(format)
  var bytes = writer.header
  writer.append(facts, to: &bytes)
  return bytes
}

/// Reads a whole file that is given in parts of `partSize` bytes.
func rows(
  of bytes: [UInt8],
  inPartsOf partSize: Int = .max
) throws(FactFileError) -> FactFileRows {
  var reader = FactReader(since: FactSamples.edge, now: FactSamples.now)
  var all = FactFileRows()
  var position = 0
  while position < bytes.count {
    let end = position + min(partSize, bytes.count - position)
    reader.add(Array(bytes[position..<end]))
    while let rows = try reader.next() { all.append(rows) }
    position = end
  }
  reader.end()
  while let rows = try reader.next() { all.append(rows) }
  return all
}

/// Reads a whole file that is given as text.
func rows(of text: String, inPartsOf partSize: Int = .max) throws(FactFileError) -> FactFileRows {
  try rows(of: Array(text.utf8), inPartsOf: partSize)
}

extension FactFileRows {
  mutating func append(_ other: FactFileRows) {
    facts += other.facts
    pings += other.pings
    refused += other.refused
  }
}
