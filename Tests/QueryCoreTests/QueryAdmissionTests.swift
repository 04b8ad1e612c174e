import PlaybackFacts
import Synchronization
import TestSupport
import Testing

@testable import QueryCore

/// Queries that take as long as a test wants.
private actor Stage {
  /// Those that were begun, in their order.
  private(set) var begun: [String] = []
  private var held: [String: CheckedContinuation<Void, Never>] = [:]

  func work(_ name: String) async {
    begun.append(name)
    await withCheckedContinuation { held[name] = $0 }
  }

  /// Ends one, once it has begun.
  func end(_ name: String) async {
    while held[name] == nil { await Task.yield() }
    held.removeValue(forKey: name)?.resume()
  }

  func begun(_ count: Int) async -> [String] {
    while begun.count < count { await Task.yield() }
    return begun
  }
}

/// A clock that a test moves.
private final class SteppedClock: Sendable {
  private let start = ContinuousClock.now
  private let elapsed = Mutex(Duration.zero)

  var now: ContinuousClock.Instant { elapsed.withLock { start + $0 } }

  func pass(_ duration: Duration) { elapsed.withLock { $0 += duration } }
}

/// Counts what is done at once.
private final class Meter: Sendable {
  private let counts = Mutex((now: 0, most: 0))

  var now: Int { counts.withLock(\.now) }
  var most: Int { counts.withLock(\.most) }

  func begin() { counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
  func end() { counts.withLock { $0.now -= 1 } }
}

@Suite("Admission of queries", .timeLimit(.minutes(5)))
struct QueryAdmissionTests {
  private let stage = Stage()
  private let clock = SteppedClock()
  private let flood = QueryClient.address(1)
  private let screen = QueryClient.key(7, of: .production)

  private func admission(mostAtOnce: Int = 3, mostWaiting: Int = 100) -> QueryAdmission {
    QueryAdmission(
      mostAtOnce: mostAtOnce,
      mostWaiting: mostWaiting,
      patience: .seconds(5),
      now: { [clock] in clock.now }
    )
  }

  /// Asks in a task of its own, which has begun or waits on return.
  private func ask(
    _ name: String,
    _ client: QueryClient,
    _ admission: QueryAdmission
  ) async -> Task<Void, any Error> {
    let before = await (stage.begun.count, admission.waiting)
    let task = Task {
      try await admission.inTurn(of: client) { () async throws(QueryError) in
        await stage.work(name)
      }
    }
    while await (stage.begun.count, admission.waiting) == before { await Task.yield() }
    return task
  }

  @Test func `so many are computed at once, and one client leaves a place for another`()
    async throws
  {
    let admission = admission()
    var tasks: [Task<Void, any Error>] = []
    for name in ["a1", "a2", "a3"] { tasks.append(await ask(name, flood, admission)) }
    tasks.append(await ask("b1", screen, admission))
    tasks.append(await ask("b2", screen, admission))

    #expect(await stage.begun == ["a1", "a2", "b1"])
    #expect(admission.waiting == 2)

    await stage.end("b1")
    #expect(await stage.begun(4).last == "b2")
    for name in ["a1", "a2", "a3", "b2"] { await stage.end(name) }
    for task in tasks { try await task.value }
    #expect(admission.waiting == 0)
  }

  @Test func `clients take turns, however many queries one has sent`() async throws {
    let admission = admission(mostAtOnce: 2)
    var tasks = [await ask("x", .address(9), admission), await ask("y", .thisMachine, admission)]
    for name in ["a1", "a2", "a3"] { tasks.append(await ask(name, flood, admission)) }
    for name in ["b1", "b2"] { tasks.append(await ask(name, screen, admission)) }
    tasks.append(await ask("c1", .key(7, of: .sandbox), admission))

    for name in ["x", "a1", "b1", "c1", "a2", "b2", "a3"] {
      await stage.end(name)
    }
    await stage.end("y")
    for task in tasks { try await task.value }

    #expect(await stage.begun == ["x", "y", "a1", "b1", "c1", "a2", "b2", "a3"])
  }

  @Test func `whose turn does not come in time is refused, and the next in time has it`()
    async throws
  {
    let admission = admission(mostAtOnce: 2)
    let running = await ask("a1", flood, admission)
    let late = await ask("a2", flood, admission)
    clock.pass(.seconds(3))
    let inTime = await ask("a3", flood, admission)
    clock.pass(.seconds(2))

    await stage.end("a1")

    try await running.value
    await #expect(throws: QueryError.tooManyWaiting(retryAfterSeconds: 5)) {
      try await late.value
    }
    await stage.end("a3")
    try await inTime.value
    #expect(await stage.begun == ["a1", "a3"])
  }

  @Test func `where too many wait, the newest of whoever has most of them is refused`()
    async throws
  {
    let admission = admission(mostAtOnce: 2, mostWaiting: 3)
    var tasks = [await ask("a1", flood, admission), await ask("b1", screen, admission)]
    for name in ["a2", "a3"] { tasks.append(await ask(name, flood, admission)) }
    let newest = await ask("a4", flood, admission)
    let overfull = Task {
      try await admission.inTurn(of: flood) { () async throws(QueryError) in }
    }
    await #expect(throws: QueryError.tooManyWaiting(retryAfterSeconds: 5)) {
      try await overfull.value
    }

    let other = Task {
      try await admission.inTurn(of: screen) { () async throws(QueryError) in
        await stage.work("b2")
      }
    }

    await #expect(throws: QueryError.tooManyWaiting(retryAfterSeconds: 5)) {
      try await newest.value
    }
    #expect(admission.waiting == 3)
    for name in ["a1", "b1", "a2", "b2", "a3"] { await stage.end(name) }
    for task in tasks + [other] { try await task.value }
  }

  @Test func `who is cancelled leaves the line, and takes no place`() async throws {
    let admission = admission(mostAtOnce: 2)
    let running = await ask("a1", flood, admission)
    let leaving = await ask("a2", flood, admission)
    let staying = await ask("a3", flood, admission)

    leaving.cancel()

    await #expect(throws: QueryError.cancelled) { try await leaving.value }
    #expect(admission.waiting == 1)
    await stage.end("a1")
    await stage.end("a3")
    try await running.value
    try await staying.value
    // Cancelled before it came to the line.
    let early = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      try await admission.inTurn(of: flood) { () async throws(QueryError) in }
    }
    try await early.value
    #expect(await stage.begun == ["a1", "a3"])
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func `whatever comes and goes, all places are used and given back`(seed: UInt64) async throws {
    let admission = admission(mostAtOnce: 4, mostWaiting: 12)
    let meter = Meter()
    var generator = SeededGenerator(seed: seed)
    var tasks: [Task<Void, any Error>] = []
    for _ in 0..<200 {
      let client = QueryClient.address(.random(in: 0..<4, using: &generator))
      let turns = Int.random(in: 0..<6, using: &generator)
      let task = Task {
        try await admission.inTurn(of: client) { () async throws(QueryError) in
          meter.begin()
          for _ in 0..<turns { await Task.yield() }
          meter.end()
        }
      }
      tasks.append(task)
      if turns == 5 { tasks.randomElement(using: &generator)?.cancel() }
      if turns == 4 { await Task.yield() }
    }

    for task in tasks { _ = await task.result }

    #expect(meter.now == 0)
    #expect(meter.most <= 4)
    #expect(admission.waiting == 0)
    // All places are free again: they can be taken at once.
    for name in ["a", "b", "c"] { _ = await ask(name, flood, admission) }
    _ = await ask("d", screen, admission)
    #expect(await stage.begun == ["a", "b", "c", "d"])
    for name in ["a", "b", "c", "d"] { await stage.end(name) }
  }
}

@Suite("Admission in the query engine", .timeLimit(.minutes(5)))
struct EngineAdmissionTests {
  private let backend = GatedBackend()
  private let admission = QueryAdmission(mostAtOnce: 2)
  private let engine: QueryEngine
  private let day = timeframe("2024-05-28T00:00:00Z", "2024-05-29T00:00:00Z")

  init() {
    engine = QueryEngine(backend: backend, admission: admission)
  }

  private func query(_ name: String) throws -> Query { Query(try .named(name), in: day) }

  @Test func `cached answers wait for no turn, and who asks the same shares one`() async throws {
    let (plays, starts, ends) = (try query("play"), try query("start"), try query("end"))
    await backend.open()
    _ = try await engine.answer([plays], for: .address(1))
    await backend.close()
    let running = Task { try await engine.answer([starts], for: .address(1)) }
    await backend.reached(.call, 2)
    let waiting = (0..<3).map { _ in Task { try await engine.answer([ends], for: .address(1)) } }
    while await engine.callersUnderWay < 4 || admission.waiting < 1 { await Task.yield() }

    #expect(try await engine.answer([plays], for: .address(1)).results.count == 1)
    #expect(admission.waiting == 1)
    #expect(await backend.calls.count == 2)

    await backend.open()
    _ = try await running.value
    for task in waiting { #expect(try await task.value.results.count == 1) }
    #expect(await backend.calls.count == 3)
  }

  @Test func `who leaves before the turn leaves the line`() async throws {
    let (plays, starts) = (try query("play"), try query("start"))
    let running = Task { try await engine.answer([plays], for: .address(1)) }
    await backend.reached(.call, 1)
    let leaving = Task { try await engine.answer([starts], for: .address(1)) }
    while admission.waiting < 1 { await Task.yield() }

    leaving.cancel()

    await #expect(throws: QueryError.cancelled) { try await leaving.value }
    while admission.waiting > 0 { await Task.yield() }
    await backend.open()
    _ = try await running.value
    #expect(await backend.calls.count == 1)
  }
}
