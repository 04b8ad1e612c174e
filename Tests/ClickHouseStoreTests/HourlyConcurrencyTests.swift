import PlaybackFacts
import QueryCore
import TestSupport
import Testing
import TextAndBytes

@testable import ClickHouseStore

@Suite(
  "Concurrency that is kept by hour",
  .timeLimit(.minutes(10)),
  .enabled(if: TestServers.isInstalled, "clickhouse-server is not installed")
)
struct HourlyConcurrencyTests {
  private let days = Timeframe(
    from: noon - 60 * Milliseconds.hour,
    to: noon - 12 * Milliseconds.hour
  )

  private func questions(_ timeframe: Timeframe) -> [SumQuery] {
    let from = timeframe.from.floored(to: Milliseconds.day)
    let edges = (0...4).map { from + Int64($0) * Milliseconds.day }
    return Bots.allCases.flatMap { bots in
      [SumQuery.Audience.playbacks, .viewers].flatMap { audience in
        [SumQuery.Grouping.none, .intervals(edges)].map { grouping in
          SumQuery(
            .concurrency(of: audience),
            in: timeframe,
            filter: Filter(bots.clause.map { [$0] } ?? []),
            grouping: grouping
          )
        }
      }
    }
  }

  @Test func `is what the facts say, also when an hour gets more of them`() async throws {
    try await TestServers.run(shards: 2) { servers in
      let store = try servers.open()
      var builder = FactBuilder(seed: 5)
      // Both ends lie within hours.
      let timeframe = Timeframe(from: days.from + 1_234_567, to: days.to - 2_345_678)
      let questions = questions(timeframe)
      let model = FactModel()
      for round in 0..<3 {
        let batch = FactBatch(
          id: builder.generator.next(),
          receivedAt: noon,
          facts: builder.facts(300, in: days)
        )
        try await store.commit(batch)
        await model.commit(batch)
        try await store.flush()
        if round == 1 {
          try await store.fillConcurrency(
            in: days.from.hourNumber..<noon.hourNumber,
            within: .seconds(300)
          )
        }
        let expected = await model.sums(for: questions).rows
        for _ in 0..<2 {
          let answers = try await store.sums(for: questions).rows
          for (number, question) in questions.enumerated() {
            #expect(answers[number].isAnswer(to: question, among: expected[number]), "\(question)")
          }
        }
      }
    }
  }

  @Test func `is not counted again, and hours that go on are not kept`() async throws {
    try await TestServers.run(shards: 1) { servers in
      let store = try servers.open()
      let playback = Playback(id: PlaybackID("p"), viewer: ViewerID("v"), mediaID: "vi1")
      let facts = [-30, -9, -3, 0].map { hours in
        Fact(.watch, at: noon + Int64(hours) * Milliseconds.hour, value: 5000, of: playback)
      }
      try await store.commit(FactBatch(id: 1, receivedAt: noon, facts: facts))
      try await store.flush()
      let kind = HourlyConcurrency.Kind(audience: .playbacks, bots: .all)
      let hours = noon.hourNumber - 40..<noon.hourNumber + 1
      try await store.fillConcurrency(in: hours, within: .seconds(300))
      var rows = try await store.connection.rows(
        HourlyConcurrency.kept(kind, hours, store.schema)
      )
      var kept: Set<Int64> = []
      while !rows.isAtEnd {
        kept.insert(try rows.int64() - noon.hourNumber)
        for _ in 0..<3 { _ = try rows.int64() }
      }
      #expect(kept == [-30, -9, -3])

      // What is kept is believed as long as the hour has as many facts.
      func keep(_ peak: Int64, facts: Int64) async throws {
        let entry = Rows.HourOfConcurrency(
          hour: noon.hourNumber - 9,
          kind: kind.number,
          facts: facts,
          concurrency: Concurrency(peak: peak, total: peak)
        )
        try await store.connection.insert(Rows.concurrency([entry]), store.schema)
        try await store.connection.run(
          "OPTIMIZE TABLE \(store.schema.local("concurrency")) FINAL"
        )
      }
      let question = SumQuery(
        .concurrency(of: .playbacks),
        in: Timeframe(
          from: noon - 20 * Milliseconds.hour,
          to: noon - 2 * Milliseconds.hour
        )
      )
      try await keep(77, facts: 1)
      #expect(
        try await store.sums(for: [question]).rows
          == [.concurrency(.total(Concurrency(peak: 77, total: 78)))]
      )
      try await keep(99, facts: 2)
      #expect(
        try await store.sums(for: [question]).rows
          == [.concurrency(.total(Concurrency(peak: 1, total: 2)))]
      )
    }
  }

  @Test func `looks at whole hours and at nobody in particular`() {
    let hour = Milliseconds.hour
    func hours(
      _ from: Int64,
      _ to: Int64,
      _ grouping: SumQuery.Grouping = .none,
      _ filter: Filter = Filter()
    )
      -> Range<Int64>?
    {
      let timeframe = Timeframe(
        from: Timestamp(milliseconds: from),
        to: Timestamp(milliseconds: to)
      )
      let query = SumQuery(
        .concurrency(of: .playbacks),
        in: timeframe,
        filter: filter,
        grouping: grouping
      )
      return HourlyConcurrency.hours(of: query)?.hours
    }
    #expect(hours(10 * hour, 20 * hour) == 10..<20)
    #expect(hours(10 * hour + 1, 20 * hour - 1) == 11..<19)
    #expect(hours(10 * hour + 1, 13 * hour) == nil)
    let quarters = (0...40).map { Timestamp(milliseconds: 10 * hour + $0 * hour / 4) }
    #expect(hours(10 * hour, 20 * hour, .intervals(quarters)) == nil)
    #expect(hours(10 * hour, 20 * hour, .dimension(.country)) == nil)
    let filter = Filter([Filter.Clause(.country, ["FR"])])
    #expect(hours(10 * hour, 20 * hour, .none, filter) == nil)
  }
}
