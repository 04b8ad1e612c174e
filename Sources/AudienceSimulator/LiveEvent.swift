import Glibc
import PlaybackFacts

/// Something that is streamed while it happens, and that many come to see when it starts.
struct LiveEvent: Sendable {
  let media: SimulatedMedia
  /// When it starts and ends.
  let timeframe: Timeframe
  /// How many viewers come, in hours of the usual audience's playbacks.
  let size: Double

  /// The event of a UTC day, if it has one.
  init?(on day: CivilDate, seed: UInt64) {
    var generator = SeededGenerator(
      seed: seed,
      .liveEvent,
      UInt64(bitPattern: Int64(day.daysSince1970))
    )
    guard generator.chance(0.4) else { return nil }
    let quarters = Int64(17 * 4 + generator.below(17))
    let start = Timestamp(milliseconds: Int64(day.daysSince1970) * Milliseconds.day)
    self.init(
      from: start + quarters * 15 * Milliseconds.minute,
      minutes: Int64(60 + 15 * generator.below(5)),
      size: 1.5 + 3 * generator.unit(),
      &generator
    )
  }

  /// A large event that starts at a given time, for three hours.
  init(at start: Timestamp, seed: UInt64) {
    var generator = SeededGenerator(seed: seed, .liveEvent, UInt64(bitPattern: start.milliseconds))
    self.init(from: start, minutes: 180, size: 5, &generator)
  }

  private init(
    from start: Timestamp,
    minutes: Int64,
    size: Double,
    _ generator: inout SeededGenerator
  ) {
    media = .live(isChannel: false, &generator)
    timeframe = Timeframe(from: start, to: start + minutes * Milliseconds.minute)
    self.size = size
  }

  /// How many playbacks begin in a minute, in hours of the usual audience's.
  func arrivals(inMinuteAt time: Timestamp) -> Double {
    let minutes = Double(time - timeframe.from) / Double(Milliseconds.minute)
    guard minutes >= -10, time < timeframe.to - 5 * Milliseconds.minute else { return 0 }
    // Few wait for it, most come when it starts, and the rest drops in.
    let shape = minutes < 0 ? 0.01 * exp(minutes / 4) : 0.034 * exp(-minutes / 25)
    return size * (shape + (minutes < 0 ? 0 : 0.0012))
  }
}
