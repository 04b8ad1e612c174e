import FactStore
import PlaybackFacts
import QueryCore
import Synchronization
import TestSupport
import Testing

@Suite("Answers that are kept while the store changes")
struct ChangeTests {
  private final class Clock: Sendable {
    let now = Mutex(noon)
  }

  /// A store whose clock moves on, as whoever writes it and whoever only reads it see it.
  private struct Site {
    let writer: FactStore
    let reader: FactStore
    let clock = Clock()
    var builder: FactBuilder
    var batch: UInt64 = 0

    init(_ folder: TemporaryFolder, seed: UInt64) throws {
      builder = FactBuilder(seed: seed)
      var options = options(retention: .days(6))
      options.journalLimit = 2000
      writer = try FactStore.open(at: folder.storePath, options: options)
      options.isReadOnly = true
      reader = try FactStore.open(at: folder.storePath, options: options)
    }

    var now: Timestamp { clock.now.withLock { $0 } }

    mutating func commit(_ count: Int, in timeframe: Timeframe) async throws {
      batch += 1
      try await writer.commit(
        FactBatch(
          id: batch,
          receivedAt: now,
          facts: count == 0 ? [] : builder.facts(count, in: timeframe),
          states: [
            PlaybackState(playback: PlaybackID("p\(batch % 7)"), lastPingAt: now, bytes: [1])
          ]
        )
      )
    }

    /// Something that happens to a store.
    mutating func step() async throws {
      let minute = Timeframe(from: now - Milliseconds.minute, to: now)
      switch Int.random(in: 0..<20, using: &builder.generator) {
      case 0..<9: try await commit(20, in: minute)
      case 9: try await commit(0, in: minute)
      case 10, 11:
        let late = now - Int64.random(in: 1...48, using: &builder.generator) * Milliseconds.hour
        try await commit(5, in: Timeframe(from: late, to: late + Milliseconds.minute))
      case 12:
        let importing = try await writer.beginImport()
        let start = now - Int64.random(in: 1...5, using: &builder.generator) * Milliseconds.day
        try await importing.append(
          builder.facts(30, in: Timeframe(from: start, to: start + Milliseconds.hour))
        )
        try await importing.finish()
      case 13: try await writer.describe(builder.describedMedia())
      case 14: try await writer.noteWork(at: now)
      case 15: try await writer.compact(now: now)
      case 16, 17: try await writer.maintain(now: now)
      default:
        let hours = Int64.random(in: 1...4, using: &builder.generator)
        clock.now.withLock { $0 = $0 + hours * Milliseconds.hour }
      }
    }
  }

  @Test(arguments: UInt64(1)...10)
  func `are those of an engine that keeps none, whatever happens`(seed: UInt64) async throws {
    let folder = try TemporaryFolder()
    var site = try Site(folder, seed: seed)
    let engines = [
      QueryEngine(backend: site.writer), QueryEngine(backend: site.reader),
      QueryEngine(backend: site.writer),
    ]
    let days = Timeframe(from: noon - 5 * Milliseconds.day, to: noon + 5 * Milliseconds.day)
    try await site.commit(300, in: Timeframe(from: noon - 2 * Milliseconds.day, to: noon))
    let questions = (0..<40).map { _ in
      var question = site.builder.question(in: days)
      question.page = Query.Page(size: 1000)
      return question
    }

    for number in 0..<60 {
      try await site.step()
      // What is beyond the retention, nobody may ask for.
      let edge = site.now - 6 * Milliseconds.day
      let asked = questions.filter { $0.timeframe.map { $0.from >= edge } ?? true }
      let expected = try await QueryEngine(backend: site.writer, cacheBytes: 0).answer(asked)
      // The last one asks now and then, and has missed much.
      for engine in engines.prefix(number % 13 == 12 ? 3 : 2) {
        let answer = try await engine.answer(asked)
        #expect(answer.state.version == expected.state.version)
        for (kept, fresh) in zip(answer.results, expected.results) {
          #expect(kept == fresh, "\(number): \(fresh.query)")
        }
      }
    }

    let lookups = await engines[0].lookups
    #expect(lookups.found > lookups.asked / 4, "\(lookups)")
  }

  @Test func `about closed days are found after new facts, by all processes`() async throws {
    let folder = try TemporaryFolder()
    var site = try Site(folder, seed: 7)
    let yesterday = Timeframe(
      from: noon.floored(to: Milliseconds.day) - Milliseconds.day,
      to: noon.floored(to: Milliseconds.day)
    )
    try await site.commit(300, in: yesterday)
    let question = Query(try #require(MetricCatalog.measure("play", .count)), in: yesterday)
    let engines = [QueryEngine(backend: site.writer), QueryEngine(backend: site.reader)]
    func found() async throws -> [Int] {
      var found: [Int] = []
      for engine in engines {
        _ = try await engine.answer([question])
        found.append(await engine.lookups.found)
      }
      return found
    }
    #expect(try await found() == [0, 0])

    try await site.commit(20, in: Timeframe(from: noon - Milliseconds.minute, to: noon))
    #expect(try await found() == [1, 1])
    try await site.writer.describe([MediaItem(id: "vi1", tags: ["news"])])
    #expect(try await found() == [2, 2])
    try await site.writer.noteWork(at: noon)
    try await site.writer.seal(now: noon + Milliseconds.hour)
    #expect(try await found() == [3, 3])

    // A late fact of yesterday makes it another answer.
    let late = yesterday.to - Milliseconds.minute
    try await site.commit(5, in: Timeframe(from: late, to: late + 1))
    #expect(try await found() == [3, 3])
  }

  @Test func `are found while the retention's edge moves, but for those that reach before it`()
    async throws
  {
    let folder = try TemporaryFolder()
    var site = try Site(folder, seed: 9)
    let days = Timeframe(from: noon - 5 * Milliseconds.day, to: noon)
    try await site.commit(1500, in: days)
    try await site.writer.maintain(now: noon)
    let play = try #require(MetricCatalog.measure("play", .count))
    let early = Query(play, in: Timeframe(from: days.from, to: days.from + Milliseconds.day))
    let late = Query(
      play,
      in: Timeframe(from: noon - Milliseconds.day, to: noon - Milliseconds.hour)
    )
    let engines = [QueryEngine(backend: site.writer), QueryEngine(backend: site.reader)]
    var answers: [QueryResult] = []
    // After 13 hours the edge has moved by a day, before all that is asked; after 36 it cuts what is asked first.
    for (hours, found) in [(0, 0), (13, 2), (36, 1), (84, 1)] as [(Int64, Int)] {
      let now = noon + hours * Milliseconds.hour
      site.clock.now.withLock { $0 = now }
      // A day after they have expired, facts are removed as well.
      try await site.writer.maintain(now: now)
      for engine in engines {
        let before = await engine.lookups.found
        let answer = try await engine.answer([early, late])
        #expect(await engine.lookups.found == before + found, "\(hours) hours")
        let fresh = try await QueryEngine(backend: site.writer, cacheBytes: 0).answer([early, late])
        #expect(answer.results == fresh.results)
        answers.append(answer.results[0])
      }
    }
    #expect(answers[0] == answers[2])
    #expect(answers[2] != answers[4])
    #expect(answers[4] != answers[6])
  }

  @Test func `about closed days are found after the journal was sealed early, and merged`()
    async throws
  {
    let folder = try TemporaryFolder()
    var site = try Site(folder, seed: 8)
    let today = noon.floored(to: Milliseconds.day)
    let yesterday = Timeframe(from: today - Milliseconds.day, to: today)
    try await site.commit(300, in: yesterday)
    try await site.writer.seal(now: noon + Milliseconds.hour)
    // The edge of the retention, which maintenance moves, stands before the first question.
    try await site.writer.maintain(now: noon)
    let question = Query(try #require(MetricCatalog.measure("play", .count)), in: yesterday)
    let engines = [QueryEngine(backend: site.writer), QueryEngine(backend: site.reader)]
    for engine in engines { _ = try await engine.answer([question]) }

    for round in 1...3 {
      let segments = try await site.writer.summary(now: noon).segments
      try await site.commit(2500, in: Timeframe(from: noon - Milliseconds.hour, to: noon))
      try await site.writer.seal(now: noon)
      #expect(try await site.writer.summary(now: noon).journalFacts == 0)
      #expect(try await site.writer.summary(now: noon).segments > segments)
      if round > 1 { try await site.writer.maintain(now: noon) }
      try await site.commit(5, in: Timeframe(from: noon - Milliseconds.minute, to: noon))
      for engine in engines {
        _ = try await engine.answer([question])
        #expect(await engine.lookups.found == round)
      }
    }
    #expect(try await site.writer.summary(now: noon).segments < 5)
  }
}
