import Algorithms
import PlaybackFacts

/// What the playbacks of an audience are like on average, found out by looking at some.
struct AudienceSample {
  /// What playbacks of one sort are like.
  struct Average {
    private(set) var playbacks = 0
    private var watched: Int64 = 0
    /// How long after the start of their playback the facts are, in ms.
    private var ages: [Int64] = []

    /// How long one is watched, in ms.
    var watchedPerPlayback: Double { Double(watched) / Double(max(1, playbacks)) }

    /// How many facts there are of one when it is so old, in ms.
    func facts(at age: Int64) -> Double {
      Double(ages.partitioningIndex { $0 > age }) / Double(max(1, playbacks))
    }

    fileprivate mutating func add(_ playback: SimulatedPlayback) {
      var facts: [Fact] = []
      let key = SipHash.Key(low: 0, high: 0)
      watched += playback.appendFacts(
        until: playback.leavesAt,
        viewerKey: { _ in key },
        to: &facts
      )
      ages += facts.map { $0.time - playback.startedAt }
      playbacks += 1
    }

    fileprivate mutating func sort() {
      ages.sort()
    }
  }

  /// Of recordings and channels.
  private(set) var usual = Average()
  /// Of live events.
  private(set) var ofEvents = Average()

  /// How many are looked at, of recordings and channels and of live events.
  private static let sizes = (usual: 700, ofEvents: 150)

  init(of audience: Audience) {
    var sampled = audience
    sampled.playbacksPerHour = 600
    let ordinary = Set(audience.catalogue.media.map(\.id))
    var generator = SeededGenerator(seed: audience.seed, .sample)
    while usual.playbacks < Self.sizes.usual || ofEvents.playbacks < Self.sizes.ofEvents {
      // Any time of some year will do.
      let scene = sampled.scene(
        at: Timestamp(milliseconds: 28_400_000 * Milliseconds.minute)
          + Int64(generator.below(500_000)) * Milliseconds.minute
      )
      let minute = scene.start + Int64(generator.below(10)) * Milliseconds.minute
      guard usual.playbacks < Self.sizes.usual || !scene.events.isEmpty else { continue }
      for playback in sampled.arrivals(inMinuteAt: minute, of: scene) {
        if !ordinary.contains(playback.media.id) {
          ofEvents.add(playback)
        } else if usual.playbacks < Self.sizes.usual {
          usual.add(playback)
        }
      }
    }
    usual.sort()
    ofEvents.sort()
  }
}
