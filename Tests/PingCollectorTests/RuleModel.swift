import PingCollector
import PlaybackFacts

/// The rules by which the time of a playback counts, in the plainest form: all events are known.
///
/// The tracker has to come to the same, ping by ping.
struct RuleModel {
  /// Watched and stalled ms, by the start of the slot.
  private(set) var slots: [Timestamp: (watched: Int64, stalled: Int64)] = [:]
  private(set) var watched: Int64 = 0
  private(set) var stalled: Int64 = 0
  /// The kinds and thresholds of what happened once.
  private(set) var once: Set<String> = []

  private let isLive: Bool

  /// Counts the events of a playback, ordered by time, as if each was right by `correction` ms later.
  init(_ events: [PlayerEvent], mediaID: String, correction: Int64) {
    isLive = mediaID.hasPrefix("li")
    for kind in events.map(\.kind) {
      if kind == .loaded { once.insert("impression") }
      if kind == .play { once.insert("play") }
      if kind == .end { once.insert("end") }
    }
    if events.contains(where: { $0.kind == .error && $0.errorCode != 1 }) { once.insert("error") }
    let pairs = Array(zip(events, events.dropFirst()))
    let firstFall = isLive ? pairs.firstIndex(where: Self.falls) : nil
    for (index, (a, b)) in pairs.enumerated() {
      let (seen, rest) = time(a, b, hasFallen: firstFall.map { $0 <= index } ?? false)
      let still = watched > 0 ? min(rest, 30_000) : 0
      spread(seen, still, from: a.emittedAt + correction, to: b.emittedAt + correction)
      watched += seen
      stalled += still
    }
    if watched > 0 { once.formUnion(["impression", "play", "start"]) }
    for seconds in [3, 5, 10, 30] where watched >= seconds * 1000 { once.insert("view \(seconds)") }
  }

  /// What was watched of the time between two events, and what may have been a stall.
  private func time(
    _ a: PlayerEvent,
    _ b: PlayerEvent,
    hasFallen: Bool
  ) -> (watched: Int64, rest: Int64) {
    let d = b.emittedAt - a.emittedAt
    let v = Self.movement(a, b)
    if !Self.plays(after: a) { return (0, 0) }
    if d > 90_000 {
      if isLive || d > 48 * 3_600_000 { return (0, 0) }
      return v.map { abs($0 - d) <= 1000 } == true ? (d, 0) : (0, 0)
    }
    if b.kind == .seek { return (min(d, 1000), 0) }
    guard let v else { return (d, 0) }
    if a.kind == .seek, v < 0 || v > d + 1000 { return (d, 0) }
    if hasFallen { return v == 0 ? (0, d) : (d, 0) }
    if v <= 0 { return (0, d) }
    if d - v < 100 { return (d, 0) }
    return (v, d - v)
  }

  private static func plays(after event: PlayerEvent) -> Bool {
    switch event.kind {
    case .pause, .end, .error: false
    case .sourceSet: event.isPaused == false
    case .loaded, .play, .seek, .timeUpdate: event.isPaused != true
    }
  }

  private static func falls(_ a: PlayerEvent, _ b: PlayerEvent) -> Bool {
    a.kind != .seek && b.kind != .seek && movement(a, b) ?? 0 < 0
  }

  private static func movement(_ a: PlayerEvent, _ b: PlayerEvent) -> Int64? {
    guard let start = a.position, let end = b.position else { return nil }
    return Int64((end * 1000).rounded()) - Int64((start * 1000).rounded())
  }

  private mutating func spread(
    _ watched: Int64,
    _ stalled: Int64,
    from start: Timestamp,
    to end: Timestamp
  ) {
    var time = start
    while time < end {
      let slot = time.floored(to: 20_000)
      let next = min(end, slot + 20_000)
      func part(_ whole: Int64) -> Int64 {
        func until(_ time: Timestamp) -> Int64 {
          let share = Double(whole) * Double(time - start) / Double(end - start)
          return Int64((share + 0.5).rounded(.down))
        }
        return until(next) - until(time)
      }
      let (seen, both) = (part(watched), part(watched + stalled))
      slots[slot, default: (0, 0)].watched += seen
      slots[slot, default: (0, 0)].stalled += both - seen
      time = next
    }
  }
}
