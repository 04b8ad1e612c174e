import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Leading rows")
struct LeadingRowsTests {
  private let fortnight = timeframe("2024-05-06T00:00:00Z", "2024-05-20T00:00:00Z")

  @Test(arguments: UInt64(1)...6)
  func `a backend that leaves rows out gets the same answers`(seed: UInt64) async throws {
    var builder = FactBuilder(seed: seed, mediaItems: 700)
    let model = FactModel(builder.facts(6000, in: fortnight))
    let cutting = CuttingBackend(model)
    let engine = QueryEngine(backend: cutting)
    let measures = try [
      "play", "play-rate", "error-rate", "watch-time-sum", "watch-time-average", "view",
    ]
    .map { try Measure.named($0) }

    for _ in 0..<12 {
      let queries = (0..<4).map { _ in
        Query(
          builder.pick(measures),
          .buckets(builder.pick([.mediaID, .mediaID, .country])),
          in: fortnight,
          order: Query.Order(
            builder.pick([.metricValue, .metricValue, .dimensionValue]),
            isAscending: builder.generator.chance(0.5)
          ),
          page: Query.Page(
            number: builder.pick([1, 1, 2, 5, 40]),
            size: builder.pick([1, 25, 100])
          )
        )
      }
      let answer = try await engine.answer(queries)
      // Nothing is cached by an engine that was just made.
      let expected = try await QueryEngine(backend: model).answer(queries)

      #expect(answer.results == expected.results)
    }
    #expect(await cutting.cutRows > 0)
  }

  @Test func `pages are turned with few questions to the backend`() async throws {
    var builder = FactBuilder(seed: 9, mediaItems: 5000)
    let cutting = CuttingBackend(FactModel(builder.facts(30_000, in: fortnight)))
    let engine = QueryEngine(backend: cutting)
    var query = Query(try .named("play"), .buckets(.mediaID), in: fortnight)
    query.page.size = 10
    var names: [String] = []
    var total = 0

    repeat {
      let result = try #require(try await engine.answer([query]).results.first)
      guard case .buckets(let rows) = result.rows else { break }
      names += rows.map(\.dimensionValue)
      total = result.itemsTotal
      query.page.number += 1
    } while names.count < total && query.page.number < 1000

    #expect(total > 1000)
    #expect(names.count == total)
    #expect(Set(names).count == total)
    // 128, 256, 512, 1024 and 2048 rows.
    #expect(await cutting.calls <= 5)
  }

  @Test func `ranks order rows as their numbers do`() {
    var generator = SeededGenerator(seed: 4)
    let formulas = [
      MetricCatalog.measure("play", .count), MetricCatalog.measure("play", .rate),
      MetricCatalog.measure("watch-time", .sum), MetricCatalog.measure("stall-time", .rate),
      MetricCatalog.measure("error", .rate),
    ].compactMap { measure -> Formula? in
      if case .sums(let formula) = measure?.computation { formula } else { nil }
    }
    #expect(formulas.count == 5)
    for formula in formulas {
      for isAscending in [true, false] {
        let order = LeadingRows(formula, isAscending: isAscending, count: 1)
        let rows = (0..<60).map { _ in
          var sums = Sums()
          for sum in formula.sums { sums[sum] = Int64.random(in: -3...3, using: &generator) }
          return sums
        }
        func rank(_ sums: Sums) -> Int64 {
          let divisors = formula.divisors.map { sums[$0] }
          return order.rank(
            sums[formula.numerator],
            over: divisors.isEmpty ? nil : divisors.reduce(0, +)
          )
        }
        for first in rows {
          for second in rows {
            let values = (formula.value(of: first), formula.value(of: second))
            let isBefore = isAscending ? values.0 < values.1 : values.1 < values.0
            #expect((rank(first) < rank(second)) == isBefore)
            #expect((rank(first) == rank(second)) == (values.0 == values.1))
          }
        }
      }
    }
    let highest = LeadingRows(formulas[0], count: 1)
    #expect(highest.rank(.max, over: nil) < highest.rank(.min, over: nil))
  }
}

/// A backend that answers with no more rows than are wanted.
private actor CuttingBackend: QueryBackend {
  private let model: FactModel
  /// How often it was asked.
  private(set) var calls = 0
  /// How many rows it left out.
  private(set) var cutRows = 0

  init(_ model: FactModel) {
    self.model = model
  }

  func dataState() async -> DataState { await model.dataState() }

  func sums(for queries: [SumQuery]) async -> SumAnswer {
    calls += 1
    var answer = await model.sums(for: queries)
    for (index, query) in queries.enumerated() where !query.leading.isEmpty {
      guard case .sums(.byValue(let rows)) = answer.rows[index] else { continue }
      var leading = LeadingSums(sums: [:], counts: [:])
      for order in query.leading {
        let present = rows.filter { order.formula.isPresent(in: $0.value) }
        let ordered = present.sorted { first, second in
          let values = (order.formula.value(of: first.value), order.formula.value(of: second.value))
          return values.0 == values.1
            ? Array(first.key.utf8).lexicographicallyPrecedes(Array(second.key.utf8))
            : (values.0 < values.1) == order.isAscending
        }
        leading.counts[order] = present.count
        for (value, sums) in ordered.prefix(order.count) { leading.sums[value] = sums }
      }
      cutRows += rows.count - leading.sums.count
      answer.rows[index] = .leading(leading)
    }
    return answer
  }
}
