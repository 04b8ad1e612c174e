import PingCollector
import PlaybackFacts

/// A playback drawn one character a second, and what a player of some kind would send of it.
///
/// ```
/// S  the source is set                  p  paused
/// L  loaded                             s  seeks one minute forward, then goes on as before
/// P  play is asked for, and plays on    E  the end is reached
/// l  loaded, and plays by itself        X  a network error    x  an error by the user's wish
/// -  plays; time updates                N  the next item of a playlist is set, and plays on
/// =  waits for data; time updates       ~  played, but was paused for half of the second before
/// _  as =, but claims to play           z  the machine sleeps; nothing happens or is sent
/// ␣  nothing is said; the position goes on if it did, as in a background tab
/// ```
/// The first character is second 0. A batch is sent every five seconds, at 5, 10, …, if something
/// happened, and arrives at once; what comes after the last of these is never told. The player's
/// clock is an hour slow.
struct Timeline {
  enum Sender: CaseIterable {
    /// Sends only the last of a run of equal events.
    case web
    /// Sends at once on the first play; a wait is a pause, and a play says that it is over. The
    /// position of a live stream is one in a window that moves along.
    case android
    /// Sends at once on the first play; is paused while it waits; positions have 32 bits, and a
    /// seek still has the old one.
    case iOS
  }

  static let start = Timestamp(milliseconds: 1_716_894_900_000)
  private static let clockError: Int64 = -3_600_000

  let sender: Sender
  private(set) var pings: [(ping: PlayerPing, receivedAt: Timestamp)] = []

  private let mediaID: String
  private var queue: [PlayerEvent] = []
  private var position = 0.0
  private var isPlaying = false
  private var isWaiting = false
  private var hasSentPlay = false

  init(_ drawing: String, from sender: Sender, mediaID: String = "vi1") {
    self.sender = sender
    self.mediaID = mediaID
    for (second, character) in drawing.enumerated() {
      step(character, at: Int64(second))
      if second > 0, second.isMultiple(of: 5), character != "z" { send(at: Int64(second)) }
    }
  }

  /// The facts that a collector makes of it.
  var facts: [Fact] {
    var tracker = PlaybackTracker(.sample(mediaID: mediaID))
    return pings.flatMap { tracker.apply($0.ping, receivedAt: $0.receivedAt).facts }
  }

  private mutating func step(_ character: Character, at second: Int64) {
    let wasPlaying = isPlaying && !isWaiting
    let waits = "=_z".contains(character)
    if wasPlaying, !waits { position += 1 }
    switch character {
    case "S": emit(.sourceSet, at: second)
    case "L": emit(.loaded, at: second)
    case "l":
      isPlaying = true
      emit(.loaded, at: second)
    case "P":
      isPlaying = true
      isWaiting = false
      emit(.play, at: second)
      if sender != .web, !hasSentPlay { send(at: second) }
      hasSentPlay = true
    case "-": resume(at: second)
    case "=": wait(at: second)
    case "_": emit(.timeUpdate, at: second)
    case "~": flicker(at: second)
    case "p":
      isPlaying = false
      emit(.pause, at: second)
    case "s":
      if sender != .iOS { position += 60 }
      emit(.seek, at: second)
      if sender == .iOS { position += 60 }
    case "N":
      isPlaying = true
      emit(.sourceSet, at: second)
    case "E":
      isPlaying = false
      emit(.end, at: second)
    case "X": emit(.error, at: second, code: 2)
    case "x": emit(.error, at: second, code: 1)
    default: break
    }
  }

  private mutating func resume(at second: Int64) {
    let wasWaiting = isWaiting
    isWaiting = false
    emit(wasWaiting && sender == .android ? .play : .timeUpdate, at: second)
  }

  private mutating func wait(at second: Int64) {
    let wasWaiting = isWaiting
    isWaiting = true
    if sender != .android { emit(.timeUpdate, at: second) }
    if sender == .android, !wasWaiting { emit(.pause, at: second) }
  }

  /// In the second before.
  private mutating func flicker(at second: Int64) {
    position -= 0.75
    for quarter in 1...4 as ClosedRange<Int64> {
      if quarter == 3 { position += 0.25 }
      isPlaying = quarter.isMultiple(of: 2)
      emit(isPlaying ? .play : .pause, at: second, plus: 250 * quarter - 1000)
    }
  }

  private mutating func emit(
    _ kind: PlayerEvent.Kind,
    at second: Int64,
    plus milliseconds: Int64 = 0,
    code: Int64 = 0
  ) {
    let isPaused = !isPlaying || (isWaiting && sender != .web)
    let event = PlayerEvent(
      kind,
      at: Self.start + second * 1000 + milliseconds + Self.clockError,
      position: reported(position),
      isPaused: isPaused,
      errorCode: code
    )
    if let last = queue.last, last.kind == kind, last.isPaused == isPaused { queue.removeLast() }
    queue.append(event)
    // The queue holds no more; the oldest falls out.
    if queue.count > PlayerPing.Limit.events { queue.removeFirst() }
  }

  private func reported(_ position: Double) -> Double {
    switch sender {
    case .web: position
    case .android: isLive ? 30 - position.truncatingRemainder(dividingBy: 7) : position
    case .iOS: Double(Float(position))
    }
  }

  private var isLive: Bool { MediaType(mediaID: mediaID) == .liveStream }

  private mutating func send(at second: Int64) {
    guard !queue.isEmpty else { return }
    let ping = PlayerPing(
      sentAt: Self.start + second * 1000 + Self.clockError,
      sessionID: "s",
      playbackID: "p",
      mediaID: mediaID,
      events: queue
    )
    pings.append((ping, Self.start + second * 1000))
    queue = []
  }
}

extension Playback {
  /// A playback of which nothing matters but its media.
  static func sample(_ id: String = "p", mediaID: String = "vi1") -> Playback {
    Playback(id: PlaybackID(id), viewer: ViewerID(rawValue: 7), mediaID: mediaID)
  }
}
