import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@testable import FactStore

@Suite("Leading rows of a store")
struct LeadingTests {
  private let days = Timeframe(
    from: noon - 48 * Milliseconds.hour,
    to: noon + 12 * Milliseconds.hour
  )

  /// Facts of very many values: some of many plays, most of one, some taken back, some written in two ways.
  private func facts(_ count: Int, _ generator: inout SeededGenerator) -> [Fact] {
    (0..<count).map { _ in
      let isPopular = generator.chance(0.3)
      let number = Int.random(in: 0..<(isPopular ? 12 : 900), using: &generator)
      let accent = generator.chance(0.5) ? "\u{e9}" : "e\u{301}"
      let playback = Playback(
        id: PlaybackID(rawValue: generator.next()),
        viewer: ViewerID(rawValue: UInt64(number)),
        mediaID: number % 7 == 0 ? "vi\(number)\(accent)" : "vi\(number)",
        country: ["FR", "DE", "US"][number % 3],
        browser: generator.chance(0.5) ? "chrome" : "firefox",
        referrer: "https://\(number % 350).example/\(number % 5 == 0 ? accent : "")"
      )
      let time =
        days.from + Int64.random(in: 0..<days.duration - 12 * Milliseconds.hour, using: &generator)
      return switch Int.random(in: 0..<5, using: &generator) {
      case 0, 1: Fact(.play, at: time, of: playback)
      case 2: Fact(.impression, at: time, of: playback)
      case 3: Fact(.start, at: time, of: playback)
      // Sums of nothing, and below it, among them.
      default:
        Fact(.watch, at: time, value: Int64.random(in: -2...2, using: &generator), of: playback)
      }
    }
  }

  /// Orders by numbers that very many rows have in common, of few and of most rows.
  private func queries(_ builder: inout FactBuilder) -> [SumQuery] {
    (0..<25).map { _ in
      let edges = [builder.instant(in: days), builder.instant(in: days)].sorted()
      let grid = builder.pick([1, Milliseconds.hour, Milliseconds.hour, Milliseconds.day])
      var query = SumQuery(
        span: .timeframe(
          Timeframe(from: edges[0].floored(to: grid), to: edges[1].ceiled(to: grid))
        ),
        grouping: .dimension(builder.pick([.mediaID, .mediaID, .referrer, .country, .tag])),
        sums: [.plays]
      )
      if builder.generator.chance(0.3) {
        query.filter = Filter([
          builder.pick([
            Filter.Clause(.browser, ["chrome"]),
            Filter.Clause(.mediaID, ["vi1", "vi2"], isNegated: true),
            Filter.Clause(.country, ["FR", "US"]),
          ])
        ])
      }
      for _ in 0..<builder.pick([1, 1, 2, 3]) {
        var leading = builder.leading()
        leading.count = builder.pick([1, 2, 7, 30, 200])
        query.leading.insert(leading)
        query.sums.formUnion(leading.formula.sums)
      }
      return query
    }
  }

  @Test(arguments: UInt64(1)...6)
  func `are the first of all rows, sealed, in the journal and in both`(seed: UInt64) async throws {
    let folder = try TemporaryFolder()
    let cacheBytes = seed % 3 == 0 ? 0 : 8 << 20
    let store = try FactStore.open(at: folder.storePath, options: options(cacheBytes: cacheBytes))
    let model = FactModel()
    var builder = FactBuilder(seed: seed)
    func commit(_ count: Int) async throws {
      let facts = self.facts(count, &builder.generator)
      let batch = FactBatch(id: builder.generator.next(), receivedAt: noon, facts: facts)
      try await store.commit(batch)
      await model.commit(batch)
    }
    func expectSame() async throws {
      // Asked again, from what is kept in memory.
      let queries = self.queries(&builder)
      try await expectEqualAnswers(store, model, queries)
      try await expectEqualAnswers(store, model, queries)
      try await commit(5)
      try await expectEqualAnswers(store, model, queries)
    }

    // Few have tags, so that they are looked for.
    let items = [1, 2, 5, 100, 500].map { MediaItem(id: "vi\($0)", title: nil, tags: ["a", "b"]) }
    try await store.describe(items)
    await model.describe(items)
    try await commit(1500)
    try await expectSame()
    try await store.seal(now: noon - 20 * Milliseconds.hour)
    try await expectSame()
    try await commit(900)
    try await expectSame()
    try await store.seal(now: noon + 3 * Milliseconds.hour)
    try await expectSame()
    try await store.compact(now: noon)
    try await commit(200)
    try await expectSame()
    #expect(try await store.check() == [])
  }

  @Test func `names are read only of rows that may be among them`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let hour = noon - 3 * Milliseconds.hour
    func plays(_ media: Int, _ count: Int) -> [Fact] {
      let playback = Playback(
        id: PlaybackID(rawValue: UInt64(media)),
        viewer: ViewerID(rawValue: 1),
        mediaID: "vi" + String(repeating: "x", count: 60) + "\(media)"
      )
      return (0..<count).map { Fact(.play, at: hour + Int64($0), of: playback) }
    }
    let importing = try await store.beginImport()
    try await importing.append((0..<5000).flatMap { plays($0, $0 == 4000 ? 3 : 1 + $0 % 2) })
    try await importing.finish()
    guard case .sums(let formula) = MetricCatalog.measure("play", .count)?.computation else {
      Issue.record("plays are no sum")
      return
    }
    var query = SumQuery(
      span: .timeframe(days),
      grouping: .dimension(.mediaID),
      sums: [.plays],
      leading: [LeadingRows(formula, count: 1)]
    )

    // The second row of those that are kept is one of very many.
    let answer = try await store.sums(for: [query])
    guard case .leading(let leading) = answer.rows[0] else {
      Issue.record("all rows were told")
      return
    }
    #expect(leading.sums.count == 1)
    #expect(leading.sums.values.first?[.plays] == 3)
    #expect(leading.counts.values.first == 5000)

    // What comes since costs no look at those that are sealed.
    let before = store.cache.byteCount
    try await store.commit(FactBatch(id: 1, receivedAt: noon, facts: plays(17, 4)))
    query.leading = [LeadingRows(formula, count: 2)]
    guard case .leading(let next) = try await store.sums(for: [query]).rows[0] else {
      Issue.record("all rows were told")
      return
    }
    #expect(next.sums.values.map { $0[.plays] }.sorted() == [3, 6])
    #expect(store.cache.byteCount - before < 4000)
  }
}
