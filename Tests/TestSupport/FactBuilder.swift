public import PlaybackFacts

/// Makes random facts, the same for the same seed, that look like those of a small site.
public struct FactBuilder: Sendable {
  /// Where the chance comes from.
  public var generator: SeededGenerator
  private let mediaItems: Int
  private let viewers: Int
  /// Whether some playbacks are of bots.
  public var hasBots = true

  /// Makes the builder of a seed, with so many media items and viewers.
  public init(seed: UInt64, mediaItems: Int = 12, viewers: Int = 40) {
    generator = SeededGenerator(seed: seed)
    self.mediaItems = mediaItems
    self.viewers = viewers
  }

  /// A playback of a random viewer and media item.
  public mutating func playback() -> Playback {
    let item = Int.random(in: 0..<mediaItems, using: &generator)
    return Playback(
      id: PlaybackID(rawValue: generator.next()),
      viewer: ViewerID(rawValue: UInt64.random(in: 1...UInt64(viewers), using: &generator)),
      mediaID: item % 4 == 3 ? "li\(item)" : "vi\(item)",
      country: pick(["DE", "FR", "US", "BR", "JP", "AU", Dimension.unknown]),
      deviceType: pick(["computer", "phone", "tablet", "tv"]),
      operatingSystem: pick(["windows", "mac osx", "android", "ios"]),
      browser: pick(["chrome", "firefox", "safari", Dimension.unknown]),
      referrer: pick(["", "https://example.org/", "https://example.org/a?b=c&d=\"é\""]),
      isBot: hasBots && generator.chance(0.2)
    )
  }

  /// The facts of one new playback that begins at `start`, in the order of their times, mostly.
  ///
  /// About one in ten fails or is never played; the others are watched for up to `slots` slots.
  public mutating func facts(ofPlaybackFrom start: Timestamp, slots: Int = 12) -> [Fact] {
    let playback = playback()
    var facts: [Fact] = []
    var time = start
    let firstFrame = generator.chance(0.8) ? Int64.random(in: 0...4000, using: &generator) : nil
    facts.append(Fact(.impression, at: time, value: firstFrame, of: playback))
    if generator.chance(0.06) {
      let code = Int64.random(in: 0...4, using: &generator)
      facts.append(Fact(.error, at: time, value: code, of: playback))
    }
    guard generator.chance(0.9) else { return facts }
    time = time + Int64.random(in: 0...9000, using: &generator)
    facts.append(Fact(.play, at: time, of: playback))
    facts.append(Fact(.start, at: time + 700, of: playback))

    let watchedSlots = Int.random(in: 0...max(0, slots), using: &generator)
    let firstSlot = time.floored(to: Milliseconds.slot)
    for number in 0..<watchedSlots {
      let slot = firstSlot + Int64(number) * Milliseconds.slot
      let stalled = generator.chance(0.1) ? Int64.random(in: 1...5000, using: &generator) : 0
      facts += split(Milliseconds.slot - stalled, .watch, at: slot, of: playback)
      if stalled > 0 { facts += split(stalled, .stall, at: slot, of: playback) }
    }
    for threshold: Int64 in [3, 5, 10, 30] where threshold <= watchedSlots * 20 {
      facts.append(Fact(.view, at: time + threshold * 1000, value: threshold, of: playback))
    }
    if generator.chance(0.3) {
      let end = firstSlot + Int64(watchedSlots) * Milliseconds.slot
      facts.append(Fact(.end, at: max(end, time), of: playback))
    }
    return facts
  }

  /// At least `count` facts of playbacks that begin at random instants of a timeframe, ordered by time.
  ///
  /// The last ones may lie after the timeframe's end.
  public mutating func facts(_ count: Int, in timeframe: Timeframe) -> [Fact] {
    var facts: [Fact] = []
    while facts.count < count { facts += self.facts(ofPlaybackFrom: instant(in: timeframe)) }
    return facts.sorted { $0.time < $1.time }
  }

  /// A random instant of a timeframe.
  public mutating func instant(in timeframe: Timeframe) -> Timestamp {
    timeframe.from + Int64.random(in: 0..<max(1, timeframe.duration), using: &generator)
  }

  /// One of some values.
  public mutating func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: 0..<values.count, using: &generator)]
  }

  /// A slot's time as the facts that several pings bring: parts, corrections, sometimes taken back.
  private mutating func split(
    _ milliseconds: Int64,
    _ kind: FactKind,
    at slot: Timestamp,
    of playback: Playback
  ) -> [Fact] {
    var parts = [milliseconds]
    if generator.chance(0.4) {
      let first = Int64.random(in: 1...milliseconds, using: &generator)
      parts = [first, milliseconds - first]
    }
    if generator.chance(0.1) {
      parts.append(-milliseconds / Int64.random(in: 1...4, using: &generator))
    }
    return parts.map { Fact(kind, at: slot, value: $0, of: playback) }
  }
}
