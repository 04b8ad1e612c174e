/// How often frames are drawn: whenever something changed, or seldom while the terminal takes them
/// late.
///
/// ```
///               late            late            late
///  as they come ──▶ every 1 s ──▶ every 2 s ──▶ every 5 s
///               ◀──           ◀──           ◀──
///                 some frames in a row taken at once
/// ```
/// It has neither a clock nor a terminal; its caller says what happens when. Whoever speeds up and has
/// to slow down again soon waits longer before the next try.
public struct FramePace: Hashable, Sendable {
  private static let intervals = [Duration.zero, .seconds(1), .seconds(2), .seconds(5)]
  /// A frame that waits so long for room is late, at full speed; when slow, an interval is.
  private static let patience = Duration.milliseconds(500)
  private static let trial = Duration.seconds(60)
  private static let fewestTaken = 2
  private static let mostTaken = 16

  private var level = 0
  private var drawnAt: ContinuousClock.Instant?
  private var waitingSince: ContinuousClock.Instant?
  private var spedUpAt: ContinuousClock.Instant?
  private var taken = 0
  private var takenToSpeedUp = fewestTaken

  /// Makes the pace of a terminal that has taken everything so far.
  public init() {}

  /// The time between frames of a slow link; nil where frames are drawn as they come.
  public var interval: Duration? { level == 0 ? nil : Self.intervals[level] }

  /// When to look at the terminal or draw again, if nothing happens before.
  public var nextLook: ContinuousClock.Instant? {
    let frame = level == 0 ? nil : drawnAt.map { $0 + Self.intervals[level] }
    let late = level + 1 < Self.intervals.count ? waitingSince.map { $0 + limit } : nil
    return [frame, late].compactMap { $0 }.min()
  }

  /// Whether a frame may be drawn that the user did not ask for.
  public func isDue(at now: ContinuousClock.Instant) -> Bool {
    drawnAt.map { now >= $0 + Self.intervals[level] } ?? true
  }

  /// Takes note of a frame that was just handed to the terminal.
  ///
  /// - Parameters:
  ///   - isTaken: whether the terminal had room for all of it.
  ///   - now: when that was.
  public mutating func drew(isTaken: Bool, at now: ContinuousClock.Instant) {
    // Frames for keys come in bursts, which say nothing of a steady pace.
    let isSteady = isDue(at: now)
    drawnAt = now
    look(isTaken: isTaken, at: now)
    guard isTaken, isSteady, level > 0 else { return }
    taken += 1
    if taken >= takenToSpeedUp {
      level -= 1
      taken = 0
      spedUpAt = now
    }
  }

  /// Takes note of whether the terminal has taken all of the last frame by now.
  ///
  /// - Parameters:
  ///   - isTaken: whether no byte waits for room.
  ///   - now: when that was so.
  public mutating func look(isTaken: Bool, at now: ContinuousClock.Instant) {
    guard !isTaken else { return waitingSince = nil }
    taken = 0
    guard let since = waitingSince else { return waitingSince = now }
    if now >= since + limit { slowDown(at: now) }
  }

  private var limit: Duration { max(Self.patience, Self.intervals[level]) }

  private mutating func slowDown(at now: ContinuousClock.Instant) {
    if let spedUpAt, now < spedUpAt + Self.trial {
      takenToSpeedUp = min(2 * takenToSpeedUp, Self.mostTaken)
    } else if level == 0 {
      takenToSpeedUp = Self.fewestTaken
    }
    spedUpAt = nil
    level = min(level + 1, Self.intervals.count - 1)
    waitingSince = now
  }
}
