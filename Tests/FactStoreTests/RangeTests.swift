import TextAndBytes
@testable import FactStore
import struct Foundation.Data
import GRDB
import PlaybackFacts
import QueryCore
import Synchronization
import TestSupport
import Testing

/// Numbers that are too large never become a wrong answer.
@Suite("Ranges of numbers")
struct RangeTests {
  private let day = Timeframe(from: noon.floored(to: Milliseconds.day), to: noon + Milliseconds.day)

  private func makeStore(in folder: TemporaryFolder) async throws -> FactStore {
    let store = try FactStore.open(at: folder.storePath, options: options())
    var builder = FactBuilder(seed: 3)
    let importing = try await store.beginImport()
    // Few hours with many groups, so that there are summaries of both.
    let hours = Timeframe(from: noon, to: noon + 2 * Milliseconds.hour)
    try await importing.append(builder.facts(4000, in: hours))
    try await importing.finish()
    return store
  }

  /// Gives every row of a column the same value.
  private func damage(
    _ store: FactStore,
    _ column: SegmentColumn,
    _ value: Int64
  ) async throws {
    try await store.connections.write { db in
      let file = SegmentFile(db: db)
      for header in try SegmentList.fetch(db) {
        var count = header.groupCount
        if case .summarySum(let dimension, _) = column {
          let keys = try #require(try file.bytes(.summaryKeys(dimension), of: header.id))
          count = try SegmentSummary.decodeKeys(keys).count
        }
        try db.execute(
          sql: "UPDATE segment_column SET data = ? WHERE id = ?",
          arguments: [
            Data(IntegerColumn.encode([Int64](repeating: value, count: count))),
            header.id << Schema.columnBits | column.number,
          ]
        )
        #expect(db.changesCount == 1)
      }
    }
  }

  /// Questions whose answers are read from groups, from a summary and from several rows of one.
  private var questions: [SumQuery] {
    let filter = Filter([
      .init(.country, ["FR"], isNegated: true), .init(.browser, ["chrome"], isNegated: true),
    ])
    return [
      SumQuery(span: .timeframe(day), filter: filter, sums: [.watchedMilliseconds]),
      SumQuery(span: .timeframe(day), sums: [.watchedMilliseconds]),
      SumQuery(
        span: .timeframe(day),
        grouping: .dimension(.country),
        sums: [.watchedMilliseconds]
      ),
    ]
  }

  @Test func `a group's sum that can't be is an error`() async throws {
    let folder = try TemporaryFolder()
    try await damage(
      try await makeStore(in: folder),
      .sum(.watchedMilliseconds),
      IntegerColumn.sumLimit
    )
    let store = try FactStore.open(at: folder.storePath, options: options())

    await #expect(throws: StoreError.self) { try await store.sums(for: [questions[0]]) }
    #expect(!(try await store.check()).isEmpty)
  }

  @Test func `the largest sums that groups can have add up`() async throws {
    let folder = try TemporaryFolder()
    let largest = IntegerColumn.sumLimit - 1
    try await damage(try await makeStore(in: folder), .sum(.watchedMilliseconds), largest)
    let store = try FactStore.open(at: folder.storePath, options: options())

    let answer = try await store.sums(for: [questions[0]])

    guard case .sums(.total(let sums)) = answer.rows[0] else {
      Issue.record("\(answer)")
      return
    }
    #expect(sums[.watchedMilliseconds] > largest)
    #expect(sums[.watchedMilliseconds].isMultiple(of: largest))
  }

  @Test(arguments: [1, 2])
  func `rows of a summary that overflow are an error`(question: Int) async throws {
    let folder = try TemporaryFolder()
    let dimension: Dimension? = question == 2 ? .country : nil
    try await damage(
      try await makeStore(in: folder),
      .summarySum(dimension, .watchedMilliseconds),
      .max / 2 + 2
    )
    let store = try FactStore.open(at: folder.storePath, options: options())

    await #expect(throws: StoreError.self) { try await store.sums(for: [questions[question]]) }
  }

  // MARK: - Facts of former versions

  private let playback = Playback(
    id: PlaybackID(rawValue: 1),
    viewer: ViewerID(rawValue: 2),
    mediaID: "vi1"
  )

  /// Facts as former versions took them from pings and files.
  private var spoiled: [Fact] {
    [
      Fact(.impression, at: noon, value: 1_794_190_993, of: playback),
      Fact(.impression, at: noon + 1, value: 1 << 53, of: playback),
      Fact(.impression, at: noon + 2, value: 120_000, of: playback),
      Fact(.error, at: noon + 3, value: -7, of: playback),
      Fact(.error, at: noon + 4, value: 70_000, of: playback),
    ]
  }

  private var mended: [Fact] {
    [
      Fact(.impression, at: noon, of: playback), Fact(.impression, at: noon + 1, of: playback),
      Fact(.impression, at: noon + 2, value: 120_000, of: playback),
      Fact(.error, at: noon + 3, value: 0, of: playback),
      Fact(.error, at: noon + 4, value: 0, of: playback),
    ]
  }

  private func exported(_ store: FactStore) async throws -> [Fact] {
    let facts = Mutex<[Fact]>([])
    try await store.forEachFact(in: day) { fact in facts.withLock { $0.append(fact) } }
    return facts.withLock(\.self)
  }

  @Test func `values out of range in the journal are unknown`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    try await store.commit(FactBatch(id: 1, receivedAt: noon, facts: spoiled))

    #expect(try await exported(store) == mended)
    #expect(
      try await store.check() == [
        "Batch 1 of the journal has 4 facts with a value out of range, which count as unknown."
      ]
    )
    let query = SumQuery(
      span: .timeframe(day),
      sums: [.impressions, .timedImpressions, .impressionMilliseconds]
    )
    try await expectEqualAnswers(store, FactModel(mended), [query])
  }

  @Test func `values out of range in a segment are exported as unknown, and found`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let index = try await store.codes.addCodes(of: [playback])
    var builder = SegmentBuilder(day: noon.day)
    let codes = try #require(index.codes(of: playback))
    let group = builder.number(
      of: SegmentBuilder.Group(playback: 1, viewer: 2, codes: codes, hour: 12)
    )
    for fact in spoiled {
      let code = EventCode(fact.kind, value: fact.value)
      builder.add(
        Event(offset: UInt32(fact.time - noon), code: code, value: fact.value ?? 0),
        to: group
      )
    }
    let made = builder.segment()
    let segment = try #require(made)
    try await store.connections.write { db in
      try SegmentFile(db: db).insert(segment, import: nil)
      try Head.changeSegments(db)
    }

    #expect(try await exported(store) == mended)
    let findings = try await store.check()
    #expect(
      findings.contains("Segment 1 has 4 facts with a value out of range, which count as unknown.")
    )
    await #expect(throws: StoreError.self) {
      try await store.sums(for: [
        SumQuery(span: .timeframe(day), sums: [.impressionMilliseconds])
      ])
    }
  }

  @Test(arguments: [20_001, -20_001, Int64.max, .min])
  func `a slot in the journal that is longer than a slot is damage`(value: Int64) async throws {
    let block = JournalBlock.encode([Fact(.watch, at: noon, value: value, of: playback)])

    #expect(throws: MalformedBytes.self) { try JournalBlock.decode(block) }
  }

  @Test(arguments: [Int64.max, .min, 1 << 54])
  func `a fact in the journal without a time that can be is damage`(time: Int64) async throws {
    let fact = Fact(.play, at: Timestamp(milliseconds: time), of: playback)

    #expect(throws: MalformedBytes.self) { try JournalBlock.decode(JournalBlock.encode([fact])) }
  }
}
