import PlaybackFacts
import TestSupport
import Testing

@testable import QueryCore

@Suite("Sharing of work in the query engine", .timeLimit(.minutes(10)))
struct QueryEngineSharingTests {
  let backend = GatedBackend()
  let engine: QueryEngine
  let day = timeframe("2024-05-28T00:00:00Z", "2024-05-29T00:00:00Z")
  let plays: Query
  let byCountry: Query

  init() throws {
    engine = QueryEngine(backend: backend)
    plays = Query(try .named("play"), in: day)
    byCountry = Query(try .named("play"), .buckets(.country), in: day)
  }

  /// Asks in a task of its own, and waits until so many callers wait for the backend.
  private func ask(_ queries: [Query], callers: Int) async -> Task<QueryAnswer, any Error> {
    let task = Task { try await engine.answer(queries) }
    while await engine.callersUnderWay < callers { await Task.yield() }
    return task
  }

  @Test func `two callers of the same question share one computation`() async throws {
    let first = await ask([plays], callers: 1)
    let second = await ask([plays], callers: 2)
    await backend.open()

    #expect(try await first.value.results == second.value.results)
    #expect(await backend.calls.count == 1)
  }

  @Test func `two callers whose questions overlap compute each once`() async throws {
    let first = await ask([plays], callers: 1)
    let second = await ask([plays, byCountry], callers: 3)
    await backend.open()

    #expect(try await first.value.results.count == 1)
    #expect(try await second.value.results.map(\.query) == [plays, byCountry])
    #expect(await backend.calls.map { $0.map(\.grouping) } == [[.none], [.dimension(.country)]])
  }

  @Test func `both callers hear of a failure, which is not kept`() async throws {
    await backend.fail(.unavailable(reason: "The disk is gone."))
    let first = await ask([plays], callers: 1)
    let second = await ask([plays], callers: 2)
    await backend.open()

    for task in [first, second] {
      await #expect(throws: QueryError.unavailable(reason: "The disk is gone.")) {
        try await task.value
      }
    }
    await backend.fail(nil)
    #expect(try await engine.answer([plays]).results.count == 1)
    #expect(await backend.calls.count == 2)
  }

  @Test func `a caller who is cancelled leaves at once, and the other gets the answer`()
    async throws
  {
    let first = await ask([plays], callers: 1)
    let second = await ask([plays], callers: 2)

    first.cancel()
    await #expect(throws: QueryError.cancelled) { try await first.value }
    await backend.open()

    #expect(try await second.value.results.map(\.rows) == [.number(.integer(1))])
    #expect(await backend.calls.count == 1)
    #expect(await backend.cancellations == 0)
  }

  @Test func `the work is cancelled with its last caller`() async throws {
    let first = await ask([plays], callers: 1)
    let second = await ask([plays], callers: 2)
    await backend.reached(.call, 1)

    first.cancel()
    second.cancel()
    await #expect(throws: QueryError.cancelled) { try await first.value }
    await #expect(throws: QueryError.cancelled) { try await second.value }
    await backend.reached(.cancellation, 1)

    await backend.open()
    #expect(try await engine.answer([plays]).results.count == 1)
    #expect(await backend.calls.count == 2)
  }

  @Test func `an answer is kept while the data stays the same`() async throws {
    await backend.open()

    let first = try await engine.answer([plays])
    let second = try await engine.answer([plays])
    await backend.change()
    let third = try await engine.answer([plays])

    #expect(first.results == second.results)
    #expect(third.results.map(\.rows) == [.number(.integer(2))])
    #expect(third.state.version == 2)
    #expect(await backend.calls.count == 2)
  }

  @Test func `all pages of an answer are computed at once`() async throws {
    await backend.open()
    var second = byCountry
    second.page.number = 2

    let first = try await engine.answer([byCountry])
    let next = try await engine.answer([second])

    #expect(first.results.map(\.itemsTotal) == next.results.map(\.itemsTotal))
    #expect(next.results.map(\.rows) == [.buckets([])])
    #expect(await backend.calls.count == 1)
  }

  @Test func `only what is not kept is asked for`() async throws {
    await backend.open()
    _ = try await engine.answer([plays])

    let answer = try await engine.answer([plays, byCountry])

    #expect(answer.results.count == 2)
    #expect(await backend.calls.map(\.count) == [1, 1])
  }

  @Test func `an answer can differ only after facts of its time, or of the compared one`()
    async throws
  {
    await backend.open()
    let earlier = Timeframe(from: day.from - Milliseconds.day, to: day.from)
    let before = Query(try .named("play"), in: earlier)
    let compared = Query(
      try .named("play"),
      in: earlier,
      compared: ComparedTimeframe(.previous, day)
    )
    let total = Query(try .named("play-total"), .buckets(.mediaID), in: nil)
    func canDiffer(since version: UInt64) async throws -> [Bool] {
      var all: [Bool] = []
      for query in [before, plays, compared, total] {
        all.append(try await engine.canDiffer(query, since: version))
      }
      return all
    }

    #expect(try await canDiffer(since: 1) == [false, false, false, false])
    await backend.change(from: day.from)
    #expect(try await canDiffer(since: 1) == [false, true, true, true])
    #expect(try await canDiffer(since: 2) == [false, false, false, false])
    // Of what was before the log nothing is known.
    #expect(try await canDiffer(since: 0) == [true, true, true, true])
    await backend.change(from: day.from - 1)
    #expect(try await canDiffer(since: 2) == [true, true, true, true])
    #expect(await backend.calls.isEmpty)
  }

  @Test func `facts that arrive halfway make it ask for everything again`() async throws {
    await backend.open()
    _ = try await engine.answer([plays])
    await backend.close()
    let both = await ask([plays, byCountry], callers: 1)
    await backend.reached(.call, 2)
    await backend.change()
    await backend.open()

    let answer = try await both.value

    let bucket = QueryResult.Bucket(value: .integer(2), dimensionValue: "FR")
    #expect(answer.state.version == 2)
    #expect(answer.results.map(\.rows) == [.number(.integer(2)), .buckets([bucket])])
    #expect(await backend.calls.map(\.count) == [1, 1, 2])
  }

  @Test func `answers about times before the new facts are not computed again`() async throws {
    await backend.open()
    let before = Query(
      try .named("play"),
      in: Timeframe(from: day.from - Milliseconds.day, to: day.from)
    )
    _ = try await engine.answer([plays, before])
    await backend.change(from: day.from)

    let answer = try await engine.answer([before, plays])

    #expect(answer.state.version == 2)
    #expect(answer.results.map(\.rows) == [.number(.integer(1)), .number(.integer(2))])
    #expect(await backend.calls.map(\.count) == [2, 1])
  }

  @Test func `facts that arrive halfway leave alone what they can't change`() async throws {
    await backend.open()
    let before = Query(
      try .named("play"),
      in: Timeframe(from: day.from - Milliseconds.day, to: day.from)
    )
    _ = try await engine.answer([before])
    await backend.close()
    let both = await ask([before, plays], callers: 1)
    await backend.reached(.call, 2)
    await backend.change(from: day.from)
    await backend.open()

    let answer = try await both.value

    #expect(answer.state.version == 2)
    #expect(answer.results.map(\.rows) == [.number(.integer(1)), .number(.integer(2))])
    #expect(await backend.calls.map(\.count) == [1, 1])
  }

  @Test func `no question needs no computation`() async throws {
    #expect(try await engine.answer([]).results.isEmpty)
    #expect(await backend.calls.isEmpty)
  }

  @Test func `an error that is not ours is told in its own words`() async throws {
    struct Broken: Error, CustomStringConvertible { let description = "The file is broken." }
    struct Backend: QueryBackend {
      func dataState() throws -> DataState { throw Broken() }
      func sums(for queries: [SumQuery]) throws -> SumAnswer { throw Broken() }
    }

    await #expect(throws: QueryError.unavailable(reason: "The file is broken.")) {
      try await QueryEngine(backend: Backend()).answer([plays])
    }
  }
}
