public import PlaybackFacts

/// People all over the world who watch, by the rhythm of their days and weeks.
///
/// The same seed and size give the same playbacks, byte for byte, whenever it is asked.
public struct Audience: Sendable {
  /// What decides everything that is left to chance.
  public let seed: UInt64
  /// How many playbacks begin in an hour on average, those of live events left out.
  public internal(set) var playbacksPerHour: Double

  /// How many recordings there are unless another number is asked for.
  public static let usualRecordings = 300

  let catalogue: Catalogue
  private let runningEvent: LiveEvent?
  private let outage: Outage?

  /// Makes an audience of a size.
  ///
  /// - Parameters:
  ///   - seed: Decides what is left to chance.
  ///   - playbacksPerHour: How many playbacks begin in an hour on average.
  ///   - recordings: How many recordings there are to watch, ≥ 6.
  ///   - liveEventAt: When a large live event begins, in addition to those of every week.
  ///   - outage: When media hardly load, and where; nil for never.
  public init(
    seed: UInt64,
    playbacksPerHour: Double,
    recordings: Int = Audience.usualRecordings,
    liveEventAt: Timestamp? = nil,
    outage: Outage? = nil
  ) {
    self.seed = seed
    self.outage = outage
    self.playbacksPerHour = max(0, playbacksPerHour)
    catalogue = Catalogue(seed: seed, recordings: recordings)
    runningEvent = liveEventAt.map { LiveEvent(at: $0, seed: seed) }
  }

  /// Makes an audience of which so many watch at the same time, on average over a week and without
  /// live events.
  public init(
    seed: UInt64,
    viewers: Double,
    recordings: Int = Audience.usualRecordings,
    liveEventAt: Timestamp? = nil
  ) {
    self.init(seed: seed, playbacksPerHour: 0, recordings: recordings, liveEventAt: liveEventAt)
    let watchedPerPlayback = AudienceSample(of: self).usual.watchedPerPlayback
    playbacksPerHour = viewers * Double(Milliseconds.hour) / watchedPerPlayback
  }

  /// The media items that are watched in a timeframe, the most popular ones first; live events last.
  public func media(in timeframe: Timeframe) -> [SimulatedMedia] {
    var media = catalogue.media
    let first = CivilTime(timeframe.from).date.daysSince1970
    let last = CivilTime(timeframe.to).date.daysSince1970
    for day in first...last {
      media += events(on: CivilDate(daysSince1970: day)).map(\.media)
    }
    return media
  }

  /// What is known of the media items that are watched in a timeframe.
  public func mediaItems(in timeframe: Timeframe) -> [MediaItem] {
    media(in: timeframe).map {
      MediaItem(id: $0.id, title: $0.title, tags: $0.tags, duration: $0.duration)
    }
  }

  /// A key for the viewers of a UTC day, which the seed decides.
  public func viewerKey(for day: CivilDate) -> SipHash.Key {
    var generator = SeededGenerator(
      seed: seed,
      .viewerKey,
      UInt64(bitPattern: Int64(day.daysSince1970))
    )
    return SipHash.Key(using: &generator)
  }
}

// MARK: - Arrivals

extension Audience {
  /// The scene at an instant.
  func scene(at time: Timestamp) -> AudienceScene {
    let start = time.floored(to: AudienceScene.duration)
    let date = CivilTime(start).date
    // Events of the evening go on after midnight.
    let ordinary = [date.daysSince1970 - 1, date.daysSince1970].compactMap {
      LiveEvent(on: CivilDate(daysSince1970: $0), seed: seed)
    }
    return AudienceScene(
      start: start,
      liveliness: WeightedChoice(
        weights: AudienceCountry.all.map { $0.weight * $0.liveliness(at: start) }
      ),
      popularity: catalogue.popularity(on: date),
      events: ordinary + (runningEvent.map { [$0] } ?? [])
    )
  }

  /// The playbacks that begin in a minute of a scene, in no order, of `crowd` times the audience, and
  /// those that follow as repetitions of them.
  func arrivals(
    inMinuteAt minute: Timestamp,
    of scene: AudienceScene,
    crowd: Double = 1
  ) -> [SimulatedPlayback] {
    let number = UInt64(bitPattern: minute.milliseconds / Milliseconds.minute)
    var generator = SeededGenerator(seed: seed, .arrivals, number)
    let rate = playbacksPerHour * crowd
    var playbacks: [SimulatedPlayback] = []
    for _ in 0..<generator.poisson(mean: rate * scene.arrivalsPerMinute) {
      let media = catalogue.media[scene.popularity.pick(&generator)]
      playbacks += self.playbacks(of: media, inMinuteAt: minute, of: scene, &generator)
    }
    for event in scene.events {
      for _ in 0..<generator.poisson(mean: rate * event.arrivals(inMinuteAt: minute)) {
        playbacks += self.playbacks(
          of: event.media,
          inMinuteAt: minute,
          of: scene,
          during: event.timeframe,
          &generator
        )
      }
    }
    return playbacks
  }

  /// A playback that begins in a minute, and its repetitions.
  private func playbacks(
    of media: SimulatedMedia,
    inMinuteAt minute: Timestamp,
    of scene: AudienceScene,
    during event: Timeframe? = nil,
    _ generator: inout SeededGenerator
  ) -> [SimulatedPlayback] {
    let country = scene.liveliness.pick(&generator)
    // Some come again and again.
    let share = AudienceCountry.all[country].weight / AudienceCountry.totalWeight
    let pool = max(1, playbacksPerHour * share * 40)
    let number = Int(generator.unit() * generator.unit() * pool)
    let viewer = SimulatedViewer(seed: seed, country: country, number: number)
    var planner = PlaybackPlanner(
      viewer: viewer,
      media: media,
      SeededGenerator(seed: generator.next(), .playback)
    )
    let isChannel = media.duration == nil && event == nil
    let start = minute + Int64(generator.below(Int(Milliseconds.minute)))
    planner.hasOutage = outage?.hits(AudienceCountry.all[country].code, at: start) ?? false
    let playback = planner.playback(
      startingAt: start,
      referrers: catalogue.referrers,
      liveSince: isChannel ? minute.floored(to: Milliseconds.day) : event?.from,
      end: event?.to
    )
    return [playback] + planner.repetitions(of: playback)
  }

  private func events(on day: CivilDate) -> [LiveEvent] {
    let running = runningEvent.flatMap { CivilTime($0.timeframe.from).date == day ? $0 : nil }
    return [LiveEvent(on: day, seed: seed), running].compactMap(\.self)
  }
}

/// Who is there and what attracts them, for ten minutes.
struct AudienceScene: Sendable {
  /// How long it stays the same, in ms.
  static let duration = 10 * Milliseconds.minute

  /// When it begins; a multiple of the duration.
  let start: Timestamp
  /// How many of each country are awake and at leisure.
  let liveliness: WeightedChoice
  /// How popular each of the catalogue's media is.
  let popularity: WeightedChoice
  /// The live events to which somebody may come.
  let events: [LiveEvent]

  /// How many playbacks of recordings and channels begin in a minute, in average hours of them.
  var arrivalsPerMinute: Double { liveliness.total / AudienceCountry.totalWeight / 60 }
}

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
