import PlaybackFacts

/// Thinks up what somebody does with a media item.
struct PlaybackPlanner {
  private var generator: SeededGenerator
  private let viewer: SimulatedViewer
  private let media: SimulatedMedia
  private var steps: [SimulatedPlayback.Step] = []
  private var now: Int64 = 0
  private var position: Int64 = 0

  init(viewer: SimulatedViewer, media: SimulatedMedia, _ generator: SeededGenerator) {
    self.viewer = viewer
    self.media = media
    self.generator = generator
    steps.reserveCapacity(12)
  }

  /// A playback that starts at `start`; a live event is over at `end`.
  mutating func playback(
    startingAt start: Timestamp,
    referrers: [String],
    liveSince: Timestamp?,
    end: Timestamp?
  ) -> SimulatedPlayback {
    let id = PlaybackID(rawValue: generator.next())
    let session = generator.next()
    let isWeb = viewer.device.sender == .web
    let referrer = isWeb ? referrers[generator.below(referrers.count)] : ""
    position = liveSince.map { Self.rounded(max(0, start - $0)) } ?? 0
    let firstPosition = position
    let outcome = begin()
    if outcome == .plays { watch(atMost: end.map { $0 - start }) }
    if outcome == .fails { pass(7000) }
    return SimulatedPlayback(
      id: id,
      viewer: viewer,
      media: media,
      referrer: referrer,
      startedAt: start,
      leavesAfter: now,
      session: session,
      firstPosition: firstPosition,
      steps: steps
    )
  }

  private enum Beginning {
    case plays, abandoned, fails
  }

  private enum Interruption: CaseIterable {
    case stall, pause, seek
  }
}

// MARK: - Loading

extension PlaybackPlanner {
  private mutating func begin() -> Beginning {
    let sender = viewer.device.sender
    // The next item of a playlist on Android says neither that it was loaded nor that it plays.
    if sender == .android, generator.chance(0.06) {
      steps.append(.setSource)
      wait(200 + Int64(generator.exponential(mean: 300)))
      return .plays
    }
    if sender != .web || generator.chance(0.15) { steps.append(.setSource) }
    let loading = min(15_000, Int64(generator.logNormal(median: 650, spread: 0.7)))
    if generator.chance(0.012) {
      wait(loading)
      fail()
      return .fails
    }
    // Played at once: then play is asked for before anything was loaded.
    if sender == .web, generator.chance(0.35) {
      wait(60)
      steps.append(.play)
      wait(loading)
      steps.append(.load)
      return .plays
    }
    wait(loading)
    steps.append(.load)
    let hesitation = Int64(generator.exponential(mean: 2500))
    // Some only pass by.
    if generator.chance(0.11) {
      pass(2000 + 5 * hesitation)
      return .abandoned
    }
    wait(hesitation)
    switch sender {
    case .web:
      steps.append(.play)
      if generator.chance(0.4) { wait(100 + Int64(generator.exponential(mean: 250))) }
    case .android, .ios:
      wait(Int64(generator.exponential(mean: 250)))
      steps.append(.play)
    }
    return .plays
  }

  private mutating func fail() {
    let code: [Int64] = [2, 2, 2, 2, 4, 4, 3, 3, 1]
    steps.append(.fail(code: code[generator.below(code.count)]))
  }
}

// MARK: - Watching

extension PlaybackPlanner {
  /// Nobody watches on for longer, in ms.
  private static let longest: Int64 = 3 * Milliseconds.hour
  /// Between two interruptions something is watched at least, in ms.
  private static let shortest: Int64 = 2000

  /// Watches, with interruptions, until it is over or enough; a live event lasts `limit` ms more.
  private mutating func watch(atMost limit: Int64?) {
    var rest = patience()
    let failing = generator.chance(0.004)
    while true {
      let left = Self.rounded(
        (media.duration.map { $0 - position } ?? limit.map { $0 - now }) ?? rest
      )
      let part = max(250, min(rest, left, Self.rounded(gap())))
      steps.append(.watch(part))
      pass(part)
      position += part
      rest -= part
      if part >= left, media.duration != nil || limit != nil {
        steps.append(.end)
        return pass(6000 + Int64(generator.exponential(mean: 8000)))
      }
      if failing, generator.chance(0.5) {
        fail()
        return pass(7000)
      }
      guard rest > 0, left - part >= Self.shortest else {
        return pass(generator.chance(0.3) ? 5000 : 0)
      }
      interrupt()
    }
  }

  /// How long the viewer would watch, in ms.
  private mutating func patience() -> Int64 {
    guard let duration = media.duration else {
      let minutes = generator.exponential(mean: 24) + 0.4
      return min(Self.longest, Self.rounded(Int64(minutes * 60_000)))
    }
    let kind = generator.unit()
    let time =
      if kind < 0.22 {
        1000 + generator.exponential(mean: 6000)
      } else if kind < 0.55 {
        Double(duration) * 2
      } else {
        2000 + generator.exponential(mean: 0.45) * Double(duration)
      }
    return min(Self.longest, max(250, Self.rounded(Int64(time))))
  }

  /// How long nothing interrupts, in ms.
  private mutating func gap() -> Int64 {
    Self.shortest + Int64(generator.exponential(mean: 150_000))
  }

  private mutating func interrupt() {
    let canSeek = media.duration.map { $0 - position > 30_000 } ?? false
    switch Interruption.allCases[generator.below(canSeek ? 3 : 2)] {
    case .stall: stall(for: 300 + Int64(generator.exponential(mean: 2200)))
    case .pause:
      steps.append(.pause)
      wait(1000 + Int64(generator.exponential(mean: 25_000)))
      steps.append(.play)
    case .seek:
      seek()
      // A stall right after a seek can't be told on iOS, which gives the old position.
      let isLoaded = viewer.device.sender == .ios || generator.chance(0.4)
      if !isLoaded { stall(for: 300 + Int64(generator.exponential(mean: 500))) }
    }
  }

  /// Jumps back or on, by more than what passes between two pings.
  private mutating func seek() {
    let jump = 6000 + Self.rounded(Int64(generator.exponential(mean: 20_000)))
    let isBack = generator.chance(0.4) && position > jump
    let end = (media.duration ?? 0) - Self.rounded(10_000)
    position = isBack ? position - jump : min(end, position + jump)
    steps.append(.seek(to: position))
  }

  private mutating func stall(for time: Int64) {
    let time = min(30_000, time)
    steps.append(.stall(time))
    pass(time)
  }

  private mutating func wait(_ time: Int64) {
    steps.append(.wait(time))
    pass(time)
  }

  private mutating func pass(_ time: Int64) {
    now += time
  }

  /// A length of time that a player's positions can tell exactly.
  private static func rounded(_ time: Int64) -> Int64 {
    time / SimulatedPlayback.timeUpdateInterval * SimulatedPlayback.timeUpdateInterval
  }
}
