import PingCollector
import PlaybackFacts

/// An event that leaves the player in some batch.
///
/// Times are in ms since the playback started, by the right clock.
struct SentEvent: Hashable {
  var kind: PlayerEvent.Kind
  /// When it happened.
  var at: Int64
  /// When the batch is sent that it is in.
  var batchAt: Int64
  /// Where in the media, in ms.
  var position: Int64
  var isPaused: Bool
  /// How much of the media was played since the sent event before it, in ms.
  var played: Int64
  var errorCode: Int64 = 0
}

extension SimulatedPlayback {
  /// A player sends what has happened every 5 s.
  static let tick: Int64 = 5000
  /// While it plays, a player tells the position as often as this.
  static let timeUpdateInterval: Int64 = 250

  /// Calls `body` with every event that is sent until `end` (in ms since the start), in their order.
  @inline(__always)
  func forEachSentEvent(until end: Int64, _ body: (SentEvent) -> Void) {
    let end = min(end, leavesAfter)
    var queue = EventQueue(position: firstPosition, sendsAt: timeOfImmediatePing, sendsUntil: end)
    for step in steps {
      guard queue.now <= end else { break }
      switch step {
      case .setSource: queue.add(.sourceSet, body)
      case .setNextSource:
        queue.isPaused = false
        queue.add(.sourceSet, body)
      case .load: queue.add(.loaded, body)
      case .play: queue.play(body)
      case .pause: queue.pause(body)
      case .wait(let time): queue.now += time
      case .stall(let time): stall(for: time, &queue, body)
      case .watch(let time): queue.watch(time, body)
      case .watchSilently(let time): queue.move(to: queue.now + time)
      case .seek(let position): seek(to: position, &queue, body)
      case .fail(let code):
        queue.isPaused = true
        queue.add(.error, code: code, body)
      case .end:
        queue.pause(body)
        queue.add(.end, body)
      }
    }
    queue.flush(body)
  }

  /// An app sends what waits at once when it plays first.
  private var timeOfImmediatePing: Int64? {
    guard sender != .web else { return nil }
    var time: Int64 = 0
    for step in steps {
      switch step {
      case .wait(let wait): time += wait
      case .play: return time
      case .setSource, .load: break
      case .setNextSource, .pause, .watch, .watchSilently, .stall, .seek, .fail, .end: return nil
      }
    }
    return nil
  }

  @inline(__always)
  private func stall(for time: Int64, _ queue: inout EventQueue, _ body: (SentEvent) -> Void) {
    switch sender {
    case .web: queue.now += time
    case .android:
      queue.pause(body)
      queue.now += time
      queue.play(body)
    case .ios:
      queue.isPaused = true
      queue.add(.timeUpdate, body)
      queue.now += time
      queue.play(body)
    }
  }

  @inline(__always)
  private func seek(to position: Int64, _ queue: inout EventQueue, _ body: (SentEvent) -> Void) {
    switch sender {
    case .web, .android:
      queue.position = position
      queue.add(.seek, body)
    // It still gives the old position.
    case .ios:
      queue.add(.seek, body)
      queue.position = position
    }
  }
}

/// What a player has not sent yet, while it plays a playback through; times as of a ``SentEvent``.
private struct EventQueue {
  var now: Int64 = 0
  var position: Int64
  var isPaused = true
  /// When a ping is sent beside the ticker.
  let sendsAt: Int64?
  /// When the player is closed.
  let sendsUntil: Int64
  private var played: Int64 = 0
  private var last: SentEvent?

  init(position: Int64, sendsAt: Int64?, sendsUntil: Int64) {
    self.position = position
    self.sendsAt = sendsAt
    self.sendsUntil = sendsUntil
  }

  mutating func add(_ kind: PlayerEvent.Kind, code: Int64 = 0, _ body: (SentEvent) -> Void) {
    var event = SentEvent(
      kind: kind,
      at: now,
      batchAt: timeOfNextBatch,
      position: position,
      isPaused: isPaused,
      played: played,
      errorCode: code
    )
    played = 0
    // Of a run of the same, only the last is sent.
    if let last, last.kind == kind, last.isPaused == isPaused, last.batchAt == event.batchAt {
      event.played += last.played
    } else {
      flush(body)
    }
    last = event
  }

  /// Gives the event that waits, if it is sent in time.
  func flush(_ body: (SentEvent) -> Void) {
    if let last, last.batchAt <= sendsUntil { body(last) }
  }

  mutating func play(_ body: (SentEvent) -> Void) {
    isPaused = false
    add(.play, body)
  }

  mutating func pause(_ body: (SentEvent) -> Void) {
    guard !isPaused else { return }
    isPaused = true
    add(.pause, body)
  }

  /// Plays on; of the positions that the player tells in between, the last of each batch is sent.
  mutating func watch(_ time: Int64, _ body: (SentEvent) -> Void) {
    let (start, tick) = (now, SimulatedPlayback.tick)
    let interval = SimulatedPlayback.timeUpdateInterval
    isPaused = false
    // The last one before whatever comes next.
    let lastUpdate = start + time - interval
    var nextTick = (start / tick + 1) * tick
    while now < lastUpdate, now <= sendsUntil {
      let update = min(lastUpdate, nextTick - (nextTick - start) % interval)
      if update > now {
        move(to: update)
        add(.timeUpdate, body)
      }
      nextTick += tick
    }
    move(to: start + time)
  }

  mutating func move(to time: Int64) {
    position += time - now
    played += time - now
    now = time
  }

  private var timeOfNextBatch: Int64 {
    let tick = SimulatedPlayback.tick
    let ticked = max(tick, (now + tick - 1) / tick * tick)
    guard let sendsAt, now <= sendsAt else { return ticked }
    return min(ticked, sendsAt)
  }
}
