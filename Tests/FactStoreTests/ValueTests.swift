import AnalyticsSource
import TextAndBytes
import GRDB
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

import struct Foundation.Data

@testable import FactStore

@Suite("Values")
struct ValueTests {
  private let days = Timeframe(
    from: noon - 36 * Milliseconds.hour,
    to: noon + 12 * Milliseconds.hour
  )
  private let past = Timeframe(from: noon - 100 * Milliseconds.day, to: noon)

  private func fill(_ store: FactStore, _ facts: [Fact]) async throws {
    let importing = try await store.beginImport()
    try await importing.append(facts)
    try await importing.finish()
  }

  /// An impression, of a media item and a referrer that nothing else has.
  private func fact(_ number: Int, at time: Timestamp, _ kind: FactKind = .impression) -> Fact {
    let playback = Playback(
      id: PlaybackID(rawValue: UInt64(number)),
      viewer: ViewerID(rawValue: 1),
      mediaID: "vi\(number)",
      referrer: "https://example.org/\(number)"
    )
    return Fact(kind, at: time, of: playback)
  }

  private func question(_ value: String, of dimension: Dimension) -> SumQuery {
    SumQuery(
      span: .timeframe(past),
      filter: Filter([Filter.Clause(dimension, [value])]),
      sums: [.impressions]
    )
  }

  // MARK: - Codes

  @Test(arguments: [5, 6, 7, 8])
  func `answers are the same where codes are large and few`(seed: UInt64) async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    try await store.connections.write { db in
      for (number, dimension) in Dimension.stored.enumerated() {
        let code = 3_000_000 << (number % 3)
        var writer = ByteWriter()
        writer.text("before")
        try db.execute(
          sql: "INSERT INTO dictionary (dimension, first_code, texts) VALUES (?, ?, ?)",
          arguments: [dimension.rawValue, code, Data(writer.bytes)]
        )
        try ValueIndex.insert(["before"], of: dimension, firstCode: code, in: db)
      }
    }
    var builder = FactBuilder(seed: seed)
    let sealed = builder.facts(1500, in: days)
    let waiting = builder.facts(200, in: days)
    try await store.describe(builder.describedMedia())
    try await fill(store, sealed)
    try await store.commit(FactBatch(id: 1, receivedAt: noon, facts: waiting))

    let model = FactModel(sealed + waiting)
    try await model.describe(store.media(unless: nil)?.items ?? [])
    try await expectEqualAnswers(store, model, in: days, questions: 200, seed: seed)
    try await store.compact(now: noon)
    try await expectEqualAnswers(store, model, in: days, questions: 200, seed: seed + 100)
    #expect(try await store.check() == [])
  }

  @Test func `a question reads only those values that it names`() async throws {
    let folder = try TemporaryFolder()
    var store = try FactStore.open(at: folder.storePath, options: options())
    try await fill(store, (0..<20_000).map { fact($0, at: noon - Milliseconds.hour) })
    try store.close()
    store = try FactStore.open(at: folder.storePath, options: options(isReadOnly: true))

    let byCountry = SumQuery(
      span: .timeframe(past),
      grouping: .dimension(.country),
      sums: [.impressions]
    )
    let answer = try await store.sums(for: [byCountry, question("vi777", of: .mediaID)])

    var one = Sums()
    one[.impressions] = 1
    #expect(answer.rows[1] == .total(one))
    #expect(store.values.byteCount < 40_000)
    let byMedia = SumQuery(
      span: .timeframe(past),
      grouping: .dimension(.mediaID),
      sums: [.impressions]
    )
    _ = try await store.sums(for: [byMedia])
    #expect(store.values.byteCount > 200_000)
  }

  @Test func `values that are equal as text are one, however they are composed`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let composed = "https://example.org/caf\u{e9}"
    let decomposed = "https://example.org/cafe\u{301}"
    for (number, referrer) in [composed, decomposed].enumerated() {
      let playback = Playback(
        id: PlaybackID(rawValue: UInt64(number)),
        viewer: ViewerID(rawValue: 1),
        mediaID: "vi1",
        referrer: referrer
      )
      try await fill(store, [Fact(.impression, at: noon - Milliseconds.hour, of: playback)])
    }

    var two = Sums()
    two[.impressions] = 2
    for referrer in [composed, decomposed] {
      let answer = try await store.sums(for: [question(referrer, of: .referrer)])
      #expect(answer.rows == [.total(two)])
    }
    #expect(try await store.check() == [])
  }

  @Test func `a tag of many media items is found whatever way is shorter`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    try await fill(store, (0..<400).map { fact($0, at: noon - Milliseconds.hour) })
    try await store.describe(
      (0..<100).map { MediaItem(id: "vi\($0)", title: nil, tags: ["many"]) }
        + [MediaItem(id: "vi300", title: nil, tags: ["few"])]
    )

    for (tag, count) in [("many", 100), ("few", 1), ("none", 0)] {
      for isNegated in [false, true] {
        let filter = Filter([Filter.Clause(.tag, [tag], isNegated: isNegated)])
        let rows = try await store.sums(
          for: [SumQuery(span: .timeframe(past), filter: filter, sums: [.impressions])]
        ).rows
        var expected = Sums()
        expected[.impressions] = Int64(isNegated ? 400 - count : count)
        #expect(rows == [.total(expected)])
      }
    }
  }

  // MARK: - Leaving

  @Test func `a value without facts leaves the dictionary, but for totals`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let old = (0..<5000).map { fact($0, at: noon - 90 * Milliseconds.day) }
    let played = (100..<110).map { fact($0, at: noon - 90 * Milliseconds.day, .play) }
    let kept = (4990..<7000).map { fact($0, at: noon - Milliseconds.hour) }
    try await fill(store, old + played)
    try await fill(store, kept)
    let before = try await store.connections.read { try Head.dictionaryEpoch($0) }

    try await store.setRetention(30 * Milliseconds.day, now: noon)
    try await store.compact(now: noon)
    #expect(try await store.summary(now: noon).valueCounts[.referrer] == 7000)
    try await store.compact(now: noon + Milliseconds.day)
    try await store.compact(now: noon + 2 * Milliseconds.day)

    let counts = try await store.summary(now: noon).valueCounts
    #expect(counts[.referrer] == 2010)
    #expect(counts[.mediaID] == 2020)
    #expect(try await store.connections.read { try Head.dictionaryEpoch($0) } > before)
    #expect(try await store.check() == [])
    try await expectEqualAnswers(store, FactModel(old + played + kept), in: days, questions: 30)
    let totals = SumQuery(span: .allTime, grouping: .dimension(.mediaID), sums: [.plays])
    guard case .sums(.byValue(let plays)) = try await store.sums(for: [totals]).rows[0] else {
      Issue.record("no rows")
      return
    }
    #expect(Set(plays.keys) == Set((100..<110).map { "vi\($0)" }))
  }

  @Test func `codes of values that left are looked up again before they are written`()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let facts = (0..<300).map { fact($0, at: noon - Milliseconds.hour) }
    let playbacks = Set(facts.map(\.playback))
    let first = try await store.codes.addCodes(of: playbacks)
    #expect(try await store.codes.addCodes(of: playbacks).epoch == first.epoch)

    try await store.connections.write { try Head.noteRemovedSegments($0) }
    try await store.maintenance.deadValues.removeDeadValues(now: noon, isThorough: true)
    let second = try await store.codes.addCodes(of: playbacks)

    #expect(second.epoch > first.epoch)
    #expect(playbacks.allSatisfy { second.codes(of: $0) != nil })
    #expect(playbacks.allSatisfy { first.codes(of: $0)?[0] != second.codes(of: $0)?[0] })
    #expect(try await store.check() == [])
  }

  @Test func `an import and a journal outlive the removal of values`() async throws {
    let folder = try TemporaryFolder()
    var options = options()
    options.importLimit = 100
    let store = try FactStore.open(at: folder.storePath, options: options)
    var builder = FactBuilder(seed: 9)
    let first = builder.facts(300, in: days)
    let second = builder.facts(300, in: days)
    let waiting = builder.facts(100, in: days)
    let invisible = try await store.beginImport()
    try await invisible.append(first)
    try await invisible.finishWriting()
    try await store.commit(FactBatch(id: 1, receivedAt: noon, facts: waiting))
    let other = try await store.beginImport()
    try await other.append(second)

    try await store.connections.write { try Head.noteRemovedSegments($0) }
    try await store.maintenance.deadValues.removeDeadValues(now: noon, isThorough: true)
    try await invisible.finish()
    try await other.finish()

    try await expectEqualAnswers(store, FactModel(first + second + waiting), in: days)
    try await store.maintain(now: noon + Milliseconds.day)
    #expect(try await store.check() == [])
  }

  @Test func `a reader that knew a value is not told that of another`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let reader = try FactStore.open(at: folder.storePath, options: options(isReadOnly: true))
    let byReferrer = SumQuery(
      span: .timeframe(past),
      grouping: .dimension(.referrer),
      sums: [.impressions]
    )
    try await fill(store, [fact(1, at: noon - 90 * Milliseconds.day)])
    _ = try await reader.sums(for: [byReferrer])

    try await store.setRetention(30 * Milliseconds.day, now: noon)
    try await store.compact(now: noon + Milliseconds.day)
    try await fill(store, [fact(2, at: noon - Milliseconds.hour)])

    let rows = try await reader.sums(for: [byReferrer]).rows
    guard case .sums(.byValue(let byValue)) = rows[0] else {
      Issue.record("no rows")
      return
    }
    #expect(byValue.keys.sorted() == ["https://example.org/2"])
  }

  // MARK: - New values

  /// Those of some values that are known, and how many were new on a day.
  private struct Known: Equatable {
    let texts: [String]
    let count: Int

    init(_ texts: [String], _ count: Int) {
      (self.texts, self.count) = (texts, count)
    }
  }

  private func known(
    _ store: some FactSink,
    _ texts: [String],
    _ dimension: Dimension = .mediaID,
    describedOnly: Bool = false,
    on day: CivilDate = CivilTime(noon).date
  ) async throws -> Known {
    let answer = try await store.knownValues(
      among: Set(texts.map { OpenValue(dimension, $0) }),
      hasDescribedMediaOnly: describedOnly,
      on: [day]
    )
    return Known(answer.values.map(\.text).sorted(), answer.newCounts[day]?[dimension] ?? 0)
  }

  private func new(_ texts: [String], _ dimension: Dimension = .mediaID) -> [NewValue] {
    texts.map { NewValue(OpenValue(dimension, $0), on: CivilTime(noon).date) }
  }

  @Test func `new values are known to every handle at once, and counted by their day`()
    async throws
  {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let other = try FactStore.open(at: folder.storePath, options: options())
    #expect(try await known(other, ["a", "b"]) == Known([], 0))
    let batch = FactBatch(id: 1, receivedAt: noon, facts: [], newValues: new(["a", "é"]))
    try await store.commit(batch)
    try await store.commit(batch)

    for handle in [store, other, try FactStore.open(at: folder.storePath, options: options())] {
      #expect(try await known(handle, ["a", "b", "e\u{301}"]) == Known(["a", "é"], 2))
      #expect(try await known(handle, ["a"], .referrer) == Known([], 0))
      let tomorrow = CivilDate(daysSince1970: CivilTime(noon).date.daysSince1970 + 1)
      #expect(try await known(handle, ["a"], on: tomorrow) == Known(["a"], 0))
    }
  }

  @Test func `values of facts are known, and counted against no day`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    try await fill(store, [fact(3, at: noon)])
    try await store.describe([MediaItem(id: "vi8", title: "Eight", tags: [])])

    #expect(try await known(store, ["vi3", "vi4"]) == Known(["vi3"], 0))
    #expect(try await known(store, ["vi3", "vi8"], describedOnly: true) == Known(["vi8"], 0))
    let referrers = ["https://example.org/3", "https://example.org/4"]
    let found = try await known(store, referrers, .referrer, describedOnly: true)
    #expect(found == Known([referrers[0]], 0))
  }

  @Test func `what was new some days ago is forgotten where no fact has it`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    try await store.commit(FactBatch(id: 1, receivedAt: noon, facts: [], newValues: new(["a"])))
    let rows = "SELECT count(*) FROM new_value"

    try await store.maintain(now: noon + 2 * Milliseconds.day)
    #expect(try await store.connections.read { try Int.fetchOne($0, sql: rows) } == 1)
    try await store.maintain(now: noon + 3 * Milliseconds.day)
    #expect(try await store.connections.read { try Int.fetchOne($0, sql: rows) } == 0)
  }

  @Test func `an import of recorded pings counts its own days`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    try await store.commit(FactBatch(id: 1, receivedAt: noon, facts: [], newValues: new(["a"])))
    let importing = try await store.beginImport()
    try await importing.commit(
      FactBatch(id: 2, receivedAt: noon, facts: [], newValues: new(["b", "c"]))
    )

    #expect(try await known(importing, ["a", "b", "d"]) == Known(["a", "b"], 2))
    #expect(try await known(store, ["a", "b"]) == Known(["a"], 1))
  }

  @Test func `many bytes that wait are sealed before their hour is over`() async throws {
    let folder = try TemporaryFolder()
    var options = options()
    options.journalByteLimit = 10_000
    let store = try FactStore.open(at: folder.storePath, options: options)
    let playback = Playback(
      id: PlaybackID(rawValue: 1),
      viewer: ViewerID(rawValue: 1),
      mediaID: "vi1",
      referrer: String(repeating: "x", count: 9000)
    )
    for id in 1...2 {
      let fact = Fact(.play, at: noon + Int64(id), of: playback)
      try await store.commit(FactBatch(id: UInt64(id), receivedAt: noon + Int64(id), facts: [fact]))
      try await store.maintain(now: noon + Milliseconds.minute)
      #expect(try await store.summary(now: noon).journalFacts == (id == 1 ? 1 : 0))
    }
  }
}
