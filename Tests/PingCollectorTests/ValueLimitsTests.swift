import PlaybackFacts
import Synchronization
import Testing

@testable import PingCollector

/// A sink that knows some values, and those of the batches it has kept.
private final class LimitedSink: FactSink {
  private let recording: RecordingSink
  private let known: Set<OpenValue>
  private let questionCount = Mutex(0)

  init(known: Set<OpenValue> = [], step: @escaping @Sendable () -> RecordingSink.Step = { .keep }) {
    self.known = known
    recording = RecordingSink(step: step)
  }

  var batches: [FactBatch] { recording.batches }
  var playbacks: [Playback] { recording.facts.map(\.playback) }
  /// How often it was asked which values it knows.
  var questions: Int { questionCount.withLock(\.self) }

  func commit(_ batch: FactBatch) async throws -> CommitOutcome {
    try await recording.commit(batch)
  }

  func playbackStates(of playbacks: [PlaybackID]) async throws -> KeptStates {
    try await recording.playbackStates(of: playbacks)
  }

  func viewerKey(for day: CivilDate) async throws -> SipHash.Key {
    try await recording.viewerKey(for: day)
  }

  func knownValues(
    among values: Set<OpenValue>,
    hasDescribedMediaOnly: Bool,
    on days: Set<CivilDate>
  ) async throws -> KnownValues {
    questionCount.withLock { $0 += 1 }
    let new = batches.flatMap(\.newValues)
    var counts: [CivilDate: [Dimension: Int]] = [:]
    for value in new { counts[value.day, default: [:]][value.value.dimension, default: 0] += 1 }
    return KnownValues(
      values: values.intersection(known.union(new.map(\.value))),
      newCounts: counts
    )
  }
}

@Suite("Limits of new values", .timeLimit(.minutes(10)))
struct ValueLimitsTests {
  private static let start = Timeline.start

  private func limits(
    media: Int = 2,
    referrers: Int = 2,
    knownOnly: Bool = false
  ) -> CollectorLimits {
    var limits = CollectorLimits()
    limits.gathering = .zero
    limits.newMediaIDs = media
    limits.newReferrers = referrers
    limits.hasKnownMediaOnly = knownOnly
    return limits
  }

  private func collector(_ sink: LimitedSink, _ limits: CollectorLimits) -> Collector {
    Collector(sink: sink, audience: AudienceLookup { _ in "FR" }, limits: limits)
  }

  private func ping(
    _ number: Int,
    media: String,
    referrer: String = "",
    at time: Timestamp = start
  ) -> RecordedPing {
    RecordedPing(
      PlayerPing(
        sentAt: time,
        sessionID: "s",
        playbackID: "p\(number)",
        mediaID: media,
        referrer: referrer,
        events: [PlayerEvent(.play, at: time, position: 0)]
      ),
      receivedAt: time,
      address: "192.0.2.1",
      userAgent: "",
      country: nil
    )
  }

  @Test func `later media ids and referrers of a day count as other`() async throws {
    let sink = LimitedSink()
    let collector = collector(sink, limits())

    try await collector.collect(
      (0..<4).map { ping($0, media: "vi\($0)", referrer: "r\($0)") }
    )
    try await collector.collect([ping(4, media: "vi1", referrer: "r3")])

    #expect(sink.playbacks.map(\.mediaID) == ["vi0", "vi1", "(other)", "(other)", "vi1"])
    #expect(sink.playbacks.map(\.referrer) == ["r0", "r1", "(other)", "(other)", "(other)"])
    #expect(sink.batches.map(\.newValues.count) == [4, 0])
    #expect(collector.counts.otherPlaybacks == [.mediaID: 2, .referrer: 3])
    // A playback counts once, whatever comes of it later.
    try await collector.collect([ping(4, media: "vi1", referrer: "r3", at: Self.start + 1)])
    #expect(collector.counts.otherPlaybacks == [.mediaID: 2, .referrer: 3])
  }

  @Test func `no referrer makes the state of a playback large`() async throws {
    let sink = LimitedSink()
    let collector = Collector(
      sink: sink,
      audience: AudienceLookup(referrers: .full) { _ in "FR" },
      limits: limits()
    )
    let long = "https://example.org/?q=" + String(repeating: "\u{1F600}", count: 2000)

    try await collector.collect([ping(0, media: "vi0", referrer: long)])

    let stored = try #require(sink.playbacks.first?.referrer)
    #expect(stored == ReferrerDetail.full.cut(long))
    #expect(stored.utf8.count == 1023 && long.hasPrefix(stored))
    #expect(try #require(sink.batches.first?.states.first).bytes.count < 1200)
  }

  @Test func `referrers that differ in their query only are one new referrer`() async throws {
    let sink = LimitedSink()
    let collector = collector(sink, limits(referrers: 1))

    try await collector.collect(
      (0..<3).map { ping($0, media: "vi0", referrer: "https://e.org/a?b=\($0)") }
    )
    try await collector.collect([ping(3, media: "vi0", referrer: "https://e.org/b")])

    #expect(
      sink.playbacks.map(\.referrer) == .init(repeating: "https://e.org/a", count: 3) + ["(other)"]
    )
    #expect(sink.batches.flatMap(\.newValues).map(\.value.text) == ["vi0", "https://e.org/a"])
  }

  @Test func `the next day has a limit of its own`() async throws {
    let sink = LimitedSink()
    let collector = collector(sink, limits(media: 1))
    let tomorrow = Self.start + Milliseconds.day

    try await collector.collect((0..<2).map { ping($0, media: "vi\($0)") })
    try await collector.collect((2..<4).map { ping($0, media: "vi\($0)", at: tomorrow) })

    #expect(sink.playbacks.map(\.mediaID) == ["vi0", "(other)", "vi2", "(other)"])
    #expect(
      sink.batches.flatMap(\.newValues).map(\.day)
        == [CivilTime(Self.start).date, CivilTime(tomorrow).date]
    )
  }

  @Test func `what is known counts against no limit`() async throws {
    let sink = LimitedSink(known: [OpenValue(.mediaID, "vi7"), OpenValue(.referrer, "r7")])
    let collector = collector(sink, limits(media: 0, referrers: 0))

    try await collector.collect(
      [
        ping(0, media: "vi7", referrer: "r7"), ping(1, media: "vi8"), ping(2, media: "(other)"),
        ping(3, media: "li(other)", referrer: "(other)"),
      ]
    )

    #expect(sink.playbacks.map(\.mediaID) == ["vi7", "(other)", "(other)", "li(other)"])
    #expect(sink.playbacks.map(\.referrer) == ["r7", "", "", "(other)"])
  }

  @Test func `a live stream beyond the limit stays a live stream`() async throws {
    let sink = LimitedSink()

    try await collector(sink, limits(media: 0)).collect([ping(0, media: "li1")])

    #expect(sink.playbacks.map(\.mediaID) == ["li(other)"])
    #expect(sink.playbacks.map(\.mediaType) == [.liveStream])
  }

  @Test func `only imported media ids are stored where that is asked for`() async throws {
    let sink = LimitedSink(known: [OpenValue(.mediaID, "vi1")])

    try await collector(sink, limits(media: 100, knownOnly: true)).collect(
      [ping(0, media: "vi1", referrer: "r"), ping(1, media: "vi2")]
    )

    #expect(sink.playbacks.map(\.mediaID) == ["vi1", "(other)"])
    #expect(sink.playbacks.map(\.referrer) == ["r", ""])
  }

  @Test func `a playback keeps its media id when the limit is reached later`() async throws {
    let sink = LimitedSink()
    let limits = limits(media: 1)
    try await collector(sink, limits).collect([ping(0, media: "vi0"), ping(1, media: "vi1")])

    // Another collector, as after a restart.
    let next = Self.start + 2000
    try await collector(sink, limits).collect(
      [ping(0, media: "vi0", at: next), ping(1, media: "vi1", at: next), ping(2, media: "vi2")]
    )

    #expect(sink.batches[0].facts.map(\.playback.mediaID) == ["vi0", "(other)"])
    #expect(sink.batches[1].facts.last?.playback.mediaID == "(other)")
    #expect(sink.batches[1].newValues.isEmpty)
  }

  @Test func `a value is new until a commit has succeeded`() async throws {
    let failures = Mutex(2)
    let sink = LimitedSink {
      failures.withLock { left in
        left -= 1
        return left >= 0 ? .failBeforeKeeping : .keep
      }
    }
    let collector = collector(sink, limits(media: 1))

    await #expect(throws: CollectorError.self) {
      try await collector.collect([ping(0, media: "vi0")])
    }
    try await collector.collect([ping(1, media: "vi1")])
    try await collector.collect([ping(0, media: "vi0")])

    #expect(sink.playbacks.map(\.mediaID) == ["(other)", "vi0"])
    #expect(sink.batches.flatMap(\.newValues).map(\.value.text) == ["vi0"])
  }

  @Test func `nothing is asked about values that came before`() async throws {
    let sink = LimitedSink()
    let collector = collector(sink, limits())

    for number in 0..<5 { try await collector.collect([ping(number, media: "vi1")]) }

    #expect(sink.questions == 1)
  }
}
