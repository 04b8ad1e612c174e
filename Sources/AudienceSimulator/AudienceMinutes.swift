import PlaybackFacts

/// The minutes of a stretch of time with their scenes.
struct AudienceMinutes: Sequence, IteratorProtocol {
  private let audience: Audience
  private let end: Timestamp
  private var minute: Timestamp
  private var scene: AudienceScene

  /// The minutes that begin in `timeframe`.
  init(of audience: Audience, in timeframe: Timeframe) {
    self.audience = audience
    end = timeframe.to
    minute = timeframe.from.ceiled(to: Milliseconds.minute)
    scene = audience.scene(at: minute)
  }

  mutating func next() -> (start: Timestamp, scene: AudienceScene)? {
    guard minute < end else { return nil }
    if minute - scene.start >= AudienceScene.duration { scene = audience.scene(at: minute) }
    defer { minute = minute + Milliseconds.minute }
    return (minute, scene)
  }
}
