import Dispatch
import PlaybackFacts
import Synchronization
import TestSupport
import Testing

@testable import QueryCore

/// Runs as many jobs as a test allows; the others wait.
private final class Turnstile: TaskExecutor {
  private let queue = DispatchQueue(label: "turnstile")
  private let state = Mutex<(allowed: Int, waiting: [UnownedJob])>((0, []))

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    state.withLock { $0.waiting.append(job) }
    runAllowed()
  }

  func allow(_ count: Int) {
    state.withLock { $0.allowed += count }
    runAllowed()
  }

  private func runAllowed() {
    let jobs = state.withLock { state in
      let jobs = state.waiting.prefix(state.allowed)
      state.allowed -= jobs.count
      state.waiting.removeFirst(jobs.count)
      return jobs
    }
    for job in jobs { queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) } }
  }
}

private struct Backend: QueryBackend {
  let threads: Turnstile

  var executor: (any TaskExecutor)? { threads }

  func dataState() -> DataState { DataState(version: 1, newestReceipt: nil) }

  func sums(for queries: [SumQuery]) -> SumAnswer {
    SumAnswer(state: dataState(), rows: queries.map { _ in .total(Sums()) })
  }
}

@Suite("The query engine and the threads of its backend", .timeLimit(.minutes(10)))
struct QueryEngineExecutorTests {
  private let threads = Turnstile()
  private let day = timeframe("2024-05-28T00:00:00Z", "2024-05-29T00:00:00Z")

  @Test func `a question takes one turn there, and a cached answer none, also while all are busy`()
    async throws
  {
    let engine = QueryEngine(backend: Backend(threads: threads))
    let plays = Query(try .named("play"), in: day)
    let starts = Query(try .named("start"), in: day)

    threads.allow(1)
    let first = try await engine.answer([plays])
    let waiting = Task { try await engine.answer([starts]) }
    while await engine.callersUnderWay < 1 { await Task.yield() }

    #expect(try await engine.answer([plays]).results == first.results)
    threads.allow(1)
    #expect(try await waiting.value.results.count == 1)
    #expect(try await engine.answer([starts, plays]).results.count == 2)
  }

  @Test func `who leaves before there is a turn is free at once`() async throws {
    let engine = QueryEngine(backend: Backend(threads: threads))
    let plays = Query(try .named("play"), in: day)
    let leaving = Task { try await engine.answer([plays]) }
    while await engine.callersUnderWay < 1 { await Task.yield() }

    leaving.cancel()

    await #expect(throws: QueryError.cancelled) { try await leaving.value }
    #expect(await engine.callersUnderWay == 0)
    threads.allow(1)
  }
}
