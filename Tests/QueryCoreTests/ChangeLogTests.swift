import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Change log")
struct ChangeLogTests {
  private let noon = at("2024-05-02T12:00:00Z")

  private func question(upTo end: Timestamp, tag: Bool = false) throws -> Query {
    Query(
      try .named("play"),
      in: Timeframe(from: end - Milliseconds.hour, to: end),
      filter: tag ? Filter().adding(Filter.Clause(.tag, ["news"])) : Filter()
    )
  }

  @Test func `facts change answers that end after the oldest of them`() throws {
    var log = ChangeLog(after: 7)
    log.addFacts(from: noon, with: 8)

    let changes = log.changes(since: 7)

    #expect(!changes.affect(try question(upTo: noon)))
    #expect(changes.affect(try question(upTo: noon + 1)))
    #expect(changes.affect(Query(try .named("play"), in: nil)))
    #expect(!log.changes(since: 8).affect(Query(try .named("play"), in: nil)))
  }

  @Test func `what is watched counts from the start of its slot`() throws {
    var log = ChangeLog(after: 7)
    log.addFacts(from: noon + Milliseconds.slot - 1, with: 8)

    #expect(log.changes(since: 7).affect(try question(upTo: noon + 1)))
  }

  @Test func `tags change only answers that look at them`() throws {
    var log = ChangeLog(after: 7)
    log.addTags(with: 8)

    let changes = log.changes(since: 7)

    #expect(changes.affect(try question(upTo: noon, tag: true)))
    #expect(changes.affect(Query(try .named("play"), .buckets(.tag), in: nil)))
    #expect(!changes.affect(try question(upTo: noon)))
    #expect(!log.changes(since: 8).affect(try question(upTo: noon, tag: true)))
  }

  @Test func `the retention's edge changes only answers that begin before it`() throws {
    var log = ChangeLog(after: 7)
    log.moveEdge(upTo: noon, with: 8)
    // Back again, as a longer retention does.
    log.moveEdge(upTo: noon - Milliseconds.day, with: 9)

    for since in [UInt64(7), 8] {
      let changes = log.changes(since: since)
      #expect(!changes.affect(try question(upTo: noon + Milliseconds.hour)))
      #expect(changes.affect(try question(upTo: noon + Milliseconds.hour - 1)))
      #expect(changes.affect(Query(try .named("play"), in: nil)))
    }
    #expect(!log.changes(since: 9).affect(try question(upTo: noon)))
  }

  @Test func `of what was before it begins, everything may have changed`() throws {
    let log = ChangeLog(after: 7)

    #expect(log.changes(since: 6).affect(try question(upTo: noon - 1000 * Milliseconds.day)))
    #expect(!log.changes(since: 7).affect(try question(upTo: noon)))
  }

  @Test(arguments: UInt64(1)...20)
  func `tells the oldest fact since any version, or everything`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var log = ChangeLog(after: 100)
    var all: [(version: UInt64, oldest: Timestamp)] = []
    var version: UInt64 = 100
    for number in 0..<4000 {
      version += UInt64.random(in: 1...3, using: &generator)
      let late = generator.chance(0.01) ? Int64.random(in: 0..<10_000, using: &generator) : 0
      let oldest = noon + (Int64(number) - late) * Milliseconds.slot
      log.addFacts(from: oldest, with: version)
      all.append((version, oldest))
    }
    log.reach(version + 5)

    #expect(log.version == version + 5)
    for _ in 0..<200 {
      let since = UInt64.random(in: 90...version + 5, using: &generator)
      let expected = all.filter { $0.version > since }.map(\.oldest).min()
      let told = log.changes(since: since)
      #expect(told.firstFact == expected || told.firstFact == Timestamp(milliseconds: .min))
      if since > version { #expect(told.firstFact == nil) }
    }
    // It forgets what is long ago, and nothing else.
    #expect(log.changes(since: all[3990].version).firstFact != Timestamp(milliseconds: .min))
  }
}
