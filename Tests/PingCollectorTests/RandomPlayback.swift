import PingCollector
import PlaybackFacts

/// A playback of some minutes as a real player goes through it, but at random, and its batches.
///
/// The position of some live streams lies in a window that moves.
struct RandomPlayback {
  /// What the player sends, and when it does so by the collector's clock.
  private(set) var batches: [PlayerPing] = []
  private(set) var sendingTimes: [Timestamp] = []

  /// The events of all batches, as they happened.
  var events: [PlayerEvent] { batches.flatMap(\.events) }

  /// The player's clock less the right one, in ms.
  let clockError: Int64
  private let mediaID: String
  /// In seconds; nil where positions are those in the media.
  private let window: Double?
  private var now: Int64 = 0
  private var position = 0.0
  private var isPlaying = false
  private var queue: [PlayerEvent] = []

  /// When the playbacks begin at the earliest; not the start of a slot.
  static let start = Timestamp(milliseconds: 1_716_894_913_337)

  init(minutes: Int64, mediaID: String = "vi1", using generator: inout SeededGenerator) {
    self.mediaID = mediaID
    clockError = .random(in: -100_000_000...100_000_000, using: &generator)
    let isLive = MediaType(mediaID: mediaID) == .liveStream
    window = isLive && Bool.random(using: &generator) ? 23 : nil
    emit(.sourceSet)
    pass(.random(in: 1...3000, using: &generator))
    emit(.loaded)
    pass(.random(in: 1...3000, using: &generator))
    isPlaying = true
    emit(.play)
    while now < minutes * 60_000 { step(using: &generator) }
    // Two events at the same instant would count in the order of their arrival.
    pass(100)
    isPlaying = false
    emit(.end)
    pass(6000)
  }

  private mutating func step(using generator: inout SeededGenerator) {
    let time = Int64.random(in: 200...6000, using: &generator)
    switch Int.random(in: 0..<28, using: &generator) {
    case 0 where isPlaying:
      pass(time)
      isPlaying = false
      emit(.pause)
    case 1:
      pass(time)
      position = .random(in: 0...600, using: &generator)
      emit(.seek)
    case 2 where isPlaying:
      pass(time, standingStill: true)
      emit(.timeUpdate)
    case 3:
      pass(time)
      emit(.timeUpdate, hasPosition: false)
    case 4 where isPlaying:
      // What is sent meanwhile is lost, or the machine sleeps.
      pass(
        .random(in: 20_000...200_000, using: &generator),
        standingStill: .random(using: &generator)
      )
      emit(.timeUpdate)
    case 5:
      pass(time)
      let kinds = PlayerEvent.Kind.allCases.filter { $0 != .end }
      emit(kinds.randomElement(using: &generator) ?? .loaded, claims: false)
    case 6:
      pass(time)
      emit(Bool.random(using: &generator) ? .loaded : .sourceSet)
    case 7:
      // After a seek, some players still have the old position.
      pass(time)
      emit(.seek)
      position = .random(in: 0...600, using: &generator)
    default:
      pass(time)
      if isPlaying { emit(.timeUpdate) } else if time > 3000 { resume() }
    }
  }

  private mutating func resume() {
    isPlaying = true
    emit(.play)
  }

  /// Lets time go by; a batch is sent every five seconds.
  private mutating func pass(_ milliseconds: Int64, standingStill: Bool = false) {
    let end = now + milliseconds
    while now < end {
      now = min(end, (now / 5000 + 1) * 5000)
      if now.isMultiple(of: 5000) { send() }
    }
    if isPlaying, !standingStill { position += Double(milliseconds) / 1000 }
  }

  private mutating func emit(
    _ kind: PlayerEvent.Kind,
    hasPosition: Bool = true,
    claims: Bool = true
  ) {
    let reported = window.map { position.truncatingRemainder(dividingBy: $0) } ?? position
    queue.append(
      PlayerEvent(
        kind,
        at: Self.start + now + clockError,
        position: hasPosition ? reported : nil,
        isPaused: claims ? !isPlaying : nil
      )
    )
  }

  private mutating func send() {
    guard !queue.isEmpty else { return }
    batches.append(ping(queue))
    sendingTimes.append(Self.start + now)
    queue = []
  }

  private func ping(_ events: [PlayerEvent]) -> PlayerPing {
    PlayerPing(
      sentAt: Self.start + now + clockError,
      sessionID: "s",
      playbackID: "p",
      mediaID: mediaID,
      events: events
    )
  }

  // MARK: - Arrival

  /// A batch, or a part of one, and when it arrives.
  struct Delivery {
    var ping: PlayerPing
    var receivedAt: Timestamp
  }

  /// All batches in order, each a moment after it was sent.
  var inOrder: [Delivery] {
    zip(batches, sendingTimes).map { Delivery(ping: $0, receivedAt: $1 + 50) }
  }

  /// The batches as a bad network brings them: late by less than two minutes, some in two parts, some
  /// twice, and some once more long after.
  func shuffled(using generator: inout SeededGenerator) -> [Delivery] {
    var deliveries: [Delivery] = []
    for (batch, sent) in zip(batches, sendingTimes) {
      for part in parts(of: batch, using: &generator) {
        deliveries.append(delayed(part, sent: sent, upTo: 110_000, using: &generator))
        if Int.random(in: 0..<5, using: &generator) == 0 {
          deliveries.append(delayed(part, sent: sent, upTo: 110_000, using: &generator))
        }
        if Int.random(in: 0..<10, using: &generator) == 0 {
          deliveries.append(delayed(part, sent: sent, upTo: 3_600_000, using: &generator))
          deliveries.append(delayed(part, sent: sent, upTo: 50, using: &generator))
        }
      }
    }
    return deliveries.sorted { $0.receivedAt < $1.receivedAt }
  }

  private func parts(
    of ping: PlayerPing,
    using generator: inout SeededGenerator
  ) -> [PlayerPing] {
    let cut = Int.random(in: 0...ping.events.count * 2, using: &generator)
    guard cut > 0, cut < ping.events.count else { return [ping] }
    return [ping.events[..<cut], ping.events[cut...]].map { events in
      var part = ping
      part.events = Array(events)
      return part
    }
  }

  private func delayed(
    _ ping: PlayerPing,
    sent: Timestamp,
    upTo delay: Int64,
    using generator: inout SeededGenerator
  ) -> Delivery {
    Delivery(ping: ping, receivedAt: sent + .random(in: 0...delay, using: &generator))
  }
}
