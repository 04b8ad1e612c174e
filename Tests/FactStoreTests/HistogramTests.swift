import GRDB
import PlaybackFacts
import QueryCore
import TestSupport
import TextAndBytes
import Testing

@testable import FactStore

@Suite("Times of impressions")
struct HistogramTests {
  private let days = Timeframe(from: noon - 4 * Milliseconds.day, to: noon)

  /// Impressions of few times, so that the segments have histograms; some playbacks have several.
  private func facts(_ count: Int, seed: UInt64) -> [Fact] {
    var builder = FactBuilder(seed: seed)
    let times: [Int64] = [0, 63, 250, 400, 410, 900, 5_000, 120_000]
    return (0..<count).flatMap { number -> [Fact] in
      let time = builder.instant(in: days)
      let playback = builder.playback()
      return (0..<(number % 17 == 0 ? 3 : 1)).map { _ in
        Fact(.impression, at: time, value: builder.pick(times), of: playback)
      }
    }
  }

  private func queries(_ count: Int, seed: UInt64) -> [SumQuery] {
    var builder = FactBuilder(seed: seed)
    var queries: [SumQuery] = []
    while queries.count < count {
      let query = builder.query(in: days)
      if query.counting == .impressionTimes { queries.append(query) }
    }
    // Whole days, which histograms answer.
    let whole = Timeframe(
      from: days.from.floored(to: Milliseconds.day),
      to: days.to.ceiled(to: Milliseconds.day)
    )
    let groupings = [SumQuery.Grouping.none] + Dimension.allCases.map { .dimension($0) }
    return queries + groupings.map { SumQuery(.impressionTimes, in: whole, grouping: $0) }
      + [
        Filter.Clause(.country, ["FR"]), .init(.mediaID, ["vi1", "vi2"]),
        .init(.mediaType, ["video"]),
      ]
      .map { SumQuery(.impressionTimes, in: whole, filter: Filter([$0])) }
  }

  private func makeStore(_ facts: [Fact], in folder: TemporaryFolder) async throws -> FactStore {
    let store = try FactStore.open(at: folder.storePath, options: options())
    let importing = try await store.beginImport()
    try await importing.append(facts)
    try await importing.finish()
    return store
  }

  private func histograms(of store: FactStore) async throws -> Int {
    try await store.connections.write { db in
      let ids = try Int64.fetchAll(db, sql: "SELECT id & 1023 FROM segment_column")
      return ids.count(where: SegmentColumn.histograms.map(\.number).contains)
    }
  }

  @Test(arguments: [1, 2, 3] as [UInt64])
  func `are the same from histograms, from groups and from both`(seed: UInt64) async throws {
    let folder = try TemporaryFolder()
    let facts = facts(3_000, seed: seed)
    let model = FactModel(facts)
    let store = try await makeStore(facts, in: folder)
    let queries = queries(80, seed: seed)

    #expect(try await histograms(of: store) > 20)
    try await expectEqualAnswers(store, model, queries)
    // Again, from what is cached.
    try await expectEqualAnswers(store, model, queries)
    #expect(try await store.check() == [])

    // A segment as former versions wrote it, and then all of them.
    for condition in ["id >> 10 = (SELECT min(id) FROM segment)", "TRUE"] {
      try await store.connections.write { db in
        let numbers = SegmentColumn.histograms.map { String($0.number) }.joined(separator: ",")
        let removed = "id & 1023 IN (\(numbers)) AND \(condition)"
        try db.execute(
          sql: """
            UPDATE segment SET bytes = bytes - (
              SELECT coalesce(sum(length(data)), 0) FROM segment_column
              WHERE segment_column.id >> 10 = segment.id AND \(removed.replacing("id ", with: "segment_column.id ")));
            DELETE FROM segment_column WHERE \(removed)
            """
        )
      }
      let former = try FactStore.open(at: folder.storePath, options: options())
      #expect(try await former.check() == [])
      try await expectEqualAnswers(former, model, queries)
    }
    #expect(try await histograms(of: store) == 0)
  }

  @Test func `a histogram that does not match the facts is found`() async throws {
    let folder = try TemporaryFolder()
    let store = try await makeStore(facts(2_000, seed: 4), in: folder)
    let number = SegmentColumn.histogram(.deviceType).number

    for damage in ["DELETE FROM segment_column", "UPDATE segment_column SET data = x'00'"] {
      try await store.connections.write { db in
        try db.execute(sql: "\(damage) WHERE id = (1 << 10) + \(number)")
      }
      #expect(try await store.check().contains { $0.contains("histogram") })
      try await store.connections.write { db in
        try db.execute(
          sql: "INSERT OR REPLACE INTO segment_column VALUES ((1 << 10) + \(number), x'01')"
        )
      }
    }
    // One that can't be read is no answer.
    let query = SumQuery(.impressionTimes, in: days, grouping: .dimension(.deviceType))
    let whole = Timeframe(from: Timestamp(day: days.from.day), to: Timestamp(day: days.to.day + 1))
    let fresh = try FactStore.open(at: folder.storePath, options: options())
    await #expect(throws: StoreError.self) {
      _ = try await fresh.sums(
        for: [SumQuery(.impressionTimes, in: whole, grouping: query.grouping)]
      )
    }
  }

  @Test func `counts that can't be are errors`() {
    func bytes(_ codes: [Int64], _ buckets: [Int64], _ counts: [Int64]) -> [UInt8] {
      var writer = ByteWriter()
      writer.count(codes.count)
      for column in [codes, buckets, counts] { IntegerColumn.encode(column, into: &writer) }
      return writer.bytes
    }
    #expect(throws: Never.self) { try BucketCounts(decoding: bytes([1, 1], [4, 5], [1, 2])) }
    for wrong in [
      bytes([1, 1], [5, 4], [1, 2]), bytes([1, 1], [4, 4], [1, 2]),
      bytes([2, 1], [4, 5], [1, 2]),
      bytes([-1], [4], [1]), bytes([1], [411], [1]), bytes([1], [-1], [1]), bytes([1], [4], [0]),
      bytes([1], [4], [-7]), bytes([1], [4], [1]) + [0],
    ] {
      #expect(throws: MalformedBytes.self) { try BucketCounts(decoding: wrong) }
    }
  }

  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func `parts add up whatever their order`(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    // Few codes make an array, codes far apart a list.
    let highest: UInt32 = seed.isMultiple(of: 2) ? 3 : 4_000_000
    let parts = (0..<7).map { _ in
      (0..<200).map { _ in
        BucketCounts.key(
          UInt32.random(in: 0...highest, using: &generator),
          Int.random(in: 0..<411, using: &generator)
        )
      }
    }
    let whole = BucketCounts(of: parts.flatMap { $0 })
    for parts in [parts, parts.shuffled(using: &generator)] {
      let sum = try BucketCounts.sum(of: parts.map { BucketCounts(of: $0) })
      #expect(sum.keys == whole.keys && sum.counts == whole.counts)
    }
    #expect(throws: MalformedBytes.self) {
      let most = try BucketCounts(decoding: overflowing)
      _ = try BucketCounts.sum(of: [most, most])
    }
  }

  private var overflowing: [UInt8] {
    var writer = ByteWriter()
    writer.count(1)
    for value in [1, 4, Int64.max] { IntegerColumn.encode([value], into: &writer) }
    return writer.bytes
  }
}
