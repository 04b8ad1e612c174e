import PlaybackFacts
import QueryCore
import Synchronization
import Testing

@testable import Dashboard

/// A source that answers, fails or hangs.
private struct AnySource: QueryAnswering {
  let answers: Bool
  let hangs: Bool
  var failure = QueryError.unavailable(reason: "refused")
  let asked = Counter()

  final class Counter: Sendable {
    let count = Mutex(0)
  }

  func dataState() async throws(QueryError) -> DataState {
    DataState(version: 1, newestReceipt: nil)
  }

  func answer(_ queries: [Query]) async throws(QueryError) -> QueryAnswer {
    asked.count.withLock { $0 += 1 }
    while hangs, !Task.isCancelled { await Task.yield() }
    guard answers else { throw failure }
    return SampleAudience(now: Screen.now).answer(to: queries)
  }
}

@Suite("Watching several sources")
struct SourceWatchTests {
  private let clock = ManualClock()
  private let sources = [
    AnySource(answers: true, hangs: false), AnySource(answers: false, hangs: false),
    AnySource(answers: true, hangs: true),
    AnySource(answers: false, hangs: false, failure: .limited(retryAfterSeconds: 23)),
  ]

  private func runtime() -> DashboardRuntime {
    DashboardRuntime(
      open: { [sources] in DashboardSource(answering: sources[$0]) },
      sourceCount: sources.count,
      clock: clock,
      now: { Screen.now },
      wake: {}
    )
  }

  private func asked(_ index: Int) -> Int { sources[index].asked.count.withLock(\.self) }

  @Test func `each source is asked one light question, whatever the others do`() async {
    let runtime = runtime()
    runtime.perform(.observe(.sources))
    let isAsked = await eventually {
      (0..<4).allSatisfy { asked($0) == 1 } && clock.sleeps.count == 4
    }
    #expect(isAsked)
    var messages: [DashboardMessage] = []
    #expect(
      await eventually {
        messages += runtime.takeMessages(); return messages.count == 3
      }
    )

    #expect(
      messages.contains {
        if case .sourceRead(0, let reading) = $0 { (reading.watching ?? 0) > 0 } else { false }
      }
    )
    #expect(messages.contains(.sourceFailed(1, reason: "refused")))
    runtime.stop()
  }

  @Test func `a source that hangs is asked nothing more, and said to be late`() async {
    let runtime = runtime()
    runtime.perform(.observe(.sources))
    #expect(await eventually { clock.sleeps.count == 4 && asked(2) == 1 })
    #expect(await eventually { asked(0) == 1 })
    _ = runtime.takeMessages()

    for round in 2...4 {
      clock.advance(by: SourceWatch.interval)
      #expect(await eventually { asked(0) == round && clock.sleeps.count == 4 })
    }

    #expect(asked(2) == 1)
    #expect(runtime.takeMessages().contains(.sourceFailed(2, reason: "no answer in 5 s")))
    runtime.stop()
  }

  @Test func `a source that fails is asked less often, a limited one when it says`() async {
    let runtime = runtime()
    runtime.perform(.observe(.sources))
    #expect(await eventually { clock.sleeps.count == 4 && asked(0) == 1 })
    var (failing, limited): ([Int], [Int]) = ([], [])

    for turn in 1...40 {
      let before = [asked(1), asked(3)]
      clock.advance(by: SourceWatch.interval)
      // The others go on at their pace.
      let due = (Self.failingTurns.contains(turn) ? 1 : 0, turn.isMultiple(of: 5) ? 1 : 0)
      #expect(
        await eventually {
          asked(0) == turn + 1 && clock.sleeps.count == 4
            && asked(1) == before[0] + due.0 && asked(3) == before[1] + due.1
        },
        "\(turn)"
      )
      if asked(1) > before[0] { failing.append(turn) }
      if asked(3) > before[1] { limited.append(turn) }
      while runtime.takeMessages().isEmpty { await Task.yield() }
    }

    #expect(failing == Self.failingTurns)
    #expect(limited == [5, 10, 15, 20, 25, 30, 35, 40])
    runtime.stop()
  }

  /// After 5, 10, 20 and 40 seconds, then once a minute.
  private static let failingTurns = [1, 3, 7, 15, 27, 39]

  @Test func `sources that nobody looks at are left alone`() async {
    let runtime = runtime()
    runtime.perform(.observe(.sources))
    #expect(await eventually { clock.sleeps.count == 4 })

    runtime.perform(.observe(nil))

    #expect(await eventually { clock.sleeps.isEmpty })
    runtime.stop()
  }
}
