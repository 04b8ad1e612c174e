import PlaybackFacts

/// Thinks up what somebody does with a media item.
struct PlaybackPlanner {
  private var generator: SeededGenerator
  private let viewer: SimulatedViewer
  private let media: SimulatedMedia
  /// Whether media hardly load.
  var hasOutage = false
  private var steps: [SimulatedPlayback.Step] = []
  private var now: Int64 = 0
  private var position: Int64 = 0
  /// Decides what is out of the ordinary, so that ordinary playbacks are the same without it.
  private var circumstances = SeededGenerator(seed: 0)
  private var circumstance: Circumstance?
  /// How often the media plays again after its end.
  private var repetitions = 0
  /// When the media ended, in ms since the start.
  private var timeOfEnd: Int64 = 0

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
    chooseCircumstance(of: id, isInEvent: end != nil)
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

  /// The playbacks that follow when an app plays the media again and again: each round is one.
  mutating func repetitions(of playback: SimulatedPlayback) -> [SimulatedPlayback] {
    guard playback.sender != .web, let duration = media.duration, repetitions > 0,
      playback.steps.last == .end
    else { return [] }
    var start = playback.startedAt + timeOfEnd
    return (0..<repetitions).map { _ in
      let loading = 150 + Int64(circumstances.exponential(mean: 150))
      let round = SimulatedPlayback(
        id: PlaybackID(rawValue: circumstances.next()),
        viewer: viewer,
        media: media,
        referrer: playback.referrer,
        startedAt: start,
        leavesAfter: loading + duration + 6000,
        session: playback.session,
        firstPosition: 0,
        steps: [.setSource, .wait(loading), .load, .play, .watch(duration), .end]
      )
      start = start + loading + duration
      return round
    }
  }

  private enum Beginning {
    case plays, abandoned, fails
  }

  private enum Interruption: CaseIterable {
    case stall, pause, seek
  }

  /// What few playbacks go through, once each.
  private enum Circumstance {
    /// The tab is in the background for minutes and sends a ping a minute, of which some are lost.
    case background
    /// The device sleeps while it plays.
    case sleep
    /// The media plays again and again.
    case loop
  }

  private mutating func chooseCircumstance(of id: PlaybackID, isInEvent: Bool) {
    circumstances = SeededGenerator(seed: id.rawValue, .circumstance)
    let chance = circumstances.unit()
    switch viewer.device.sender {
    case .web where media.duration != nil && chance < 0.04: circumstance = .background
    case .web, .android, .ios:
      if chance >= 0.04, chance < 0.05, !isInEvent { circumstance = .sleep }
      if chance >= 0.05, chance < 0.10, media.duration ?? .max < 3 * Milliseconds.minute {
        circumstance = .loop
        repetitions = 1 + circumstances.below(3)
      }
    }
  }
}

// MARK: - Loading

extension PlaybackPlanner {
  private mutating func begin() -> Beginning {
    let sender = viewer.device.sender
    // The next item of a playlist on Android says neither that it was loaded nor that it plays.
    if sender == .android, generator.chance(0.06) {
      steps.append(.setNextSource)
      wait(200 + Int64(generator.exponential(mean: 300)))
      return .plays
    }
    if sender != .web || generator.chance(0.15) { steps.append(.setSource) }
    let usual = min(15_000, Int64(generator.logNormal(median: 650, spread: 0.7)))
    let loading = hasOutage ? min(30_000, Outage.slowness * usual) : usual
    if generator.chance(hasOutage ? Outage.failing : 0.012) {
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
      play(part)
      rest -= part
      if part >= left, circumstance == .loop, viewer.device.sender == .web, repetitions > 0 {
        // On the web a loop is a seek within the same playback.
        repetitions -= 1
        position = 0
        steps.append(.seek(to: 0))
        rest = max(rest, media.duration ?? rest)
        continue
      }
      if part >= left, media.duration != nil || limit != nil {
        steps.append(.end)
        timeOfEnd = now
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

  /// Watches a part of the media, with the circumstance in it if it is long enough.
  private mutating func play(_ part: Int64) {
    switch circumstance {
    case .background where part >= 4 * Milliseconds.minute:
      circumstance = nil
      steps.append(.watch(30_000))
      var silent = part - 60_000
      // Of some minutes the ping is lost.
      while silent >= 2 * Milliseconds.minute {
        let minute = (circumstances.chance(0.2) ? 2 : 1) * Milliseconds.minute
        steps += [.watchSilently(minute - 500), .watch(500)]
        silent -= minute
      }
      steps.append(.watch(silent + 30_000))
    case .sleep where part >= 20_000:
      circumstance = nil
      let asleep = min(
        12 * Milliseconds.hour,
        20_000 + Int64(circumstances.logNormal(median: 600_000, spread: 1.8))
      )
      let first = Self.rounded(part / 2)
      steps.append(.watch(first))
      wait(asleep)
      steps.append(.watch(part - first))
    case nil, .background, .sleep, .loop: steps.append(.watch(part))
    }
    pass(part)
    position += part
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
