@testable import Dashboard
import AnalyticsSource
import PlaybackFacts
import QueryCore
import Synchronization
import Testing

/// A source that answers, fails or hangs, as a test says.
private final class StubSource: QueryAnswering {
  enum Behaviour {
    case answers, fails, hangs, limits
  }

  private struct State {
    var behaviour = Behaviour.answers
    var version: UInt64 = 1
    var asked = 0
    var abandoned = 0
  }

  private let state = Mutex(State())

  var behaviour: Behaviour {
    get { state.withLock { $0.behaviour } }
    set { state.withLock { $0.behaviour = newValue } }
  }
  var version: UInt64 {
    get { state.withLock { $0.version } }
    set { state.withLock { $0.version = newValue } }
  }
  var asked: Int { state.withLock { $0.asked } }
  var abandoned: Int { state.withLock { $0.abandoned } }

  func dataState() async throws(QueryError) -> DataState {
    if behaviour == .fails { throw .unavailable(reason: "refused") }
    if behaviour == .limits { throw .limited(retryAfterSeconds: 12) }
    return DataState(version: version, newestReceipt: nil)
  }

  func answer(_ queries: [Query]) async throws(QueryError) -> QueryAnswer {
    state.withLock { $0.asked += 1 }
    switch behaviour {
    case .answers: return SampleAudience(now: Screen.now).answer(to: queries)
    case .fails: throw .unavailable(reason: "refused")
    case .limits: throw .limited(retryAfterSeconds: 12)
    case .hangs:
      while !Task.isCancelled { await Task.yield() }
      state.withLock { $0.abandoned += 1 }
      throw .unavailable(reason: "cancelled")
    }
  }
}

/// A source that tells what it tells beside answers only when a test lets it.
private final class StubObserving: SourceObserving, MediaListing {
  private let state = Mutex((failure: QueryError?.none, asked: 0))

  var failure: QueryError? {
    get { state.withLock { $0.failure } }
    set { state.withLock { $0.failure = newValue } }
  }
  var asked: Int { state.withLock { $0.asked } }

  func recentFacts(after cursor: UInt64?, limit: Int) async throws(QueryError) -> RecentFacts {
    try ask()
    return RecentFacts(cursor: 7, facts: [])
  }

  func health() async throws(QueryError) -> SourceHealth {
    try ask()
    return SourceHealth()
  }

  func media(unless version: UInt64?) async throws(QueryError) -> MediaList? {
    try ask()
    return version == 0 ? nil : MediaList(version: 0, items: [])
  }

  private func ask() throws(QueryError) {
    state.withLock { $0.asked += 1 }
    if let failure { throw failure }
  }
}

/// The messages of a runtime, collected whenever it calls.
private final class Listener: Sendable {
  let wakes = Mutex(0)
}

@Suite("Dashboard runtime")
struct RuntimeTests {
  private let source = StubSource()
  private let clock = ManualClock()
  private let listener = Listener()

  private func runtime() -> DashboardRuntime {
    DashboardRuntime(
      answering: source,
      clock: clock,
      now: { Screen.now },
      jitter: { 0.25 },
      wake: { [listener] in listener.wakes.withLock { $0 += 1 } }
    )
  }

  private func fetch(_ id: Int) throws -> DashboardEffect {
    let screen = try Screen(answers: false)
    return .fetch(id: id, screen.state.request, deadline: .seconds(10))
  }

  /// The next messages, as soon as there are any.
  private func messages(of runtime: DashboardRuntime) async -> [DashboardMessage] {
    var messages: [DashboardMessage] = []
    _ = await eventually {
      messages = runtime.takeMessages()
      return !messages.isEmpty
    }
    return messages
  }

  @Test func `a fetch posts its snapshot and wakes`() async throws {
    let runtime = runtime()

    runtime.perform(try fetch(7))

    guard case .snapshotLoaded(7, let snapshot)? = await messages(of: runtime).first else {
      Issue.record("no snapshot")
      return
    }
    #expect(snapshot.asOf == Screen.now)
    #expect(listener.wakes.withLock { $0 } == 1)
  }

  @Test func `a failure is posted with its reason and the jitter`() async throws {
    source.behaviour = .fails
    let runtime = runtime()

    runtime.perform(try fetch(1))

    let expected = DashboardMessage.fetchFailed(id: 1, reason: "refused", jitter: 0.25)
    #expect(await messages(of: runtime) == [expected])
  }

  @Test func `when a source may be asked again is posted with its failure`() async throws {
    source.behaviour = .limits
    let runtime = runtime()
    let reason = "rate limit of the server reached; retry in 12 s"

    runtime.perform(try fetch(1))
    #expect(
      await messages(of: runtime)
        == [.fetchFailed(id: 1, reason: reason, jitter: 0.25, retryAfterSeconds: 12)]
    )
    runtime.start()
    #expect(
      await messages(of: runtime) == [.dataStateFailed(reason: reason, retryAfterSeconds: 12)]
    )
    runtime.stop()
  }

  @Test func `a source that hangs is abandoned at the deadline`() async throws {
    source.behaviour = .hangs
    let runtime = runtime()
    runtime.perform(try fetch(1))
    #expect(await eventually { source.asked == 1 && clock.sleeps == [.seconds(10)] })

    clock.advance(by: .seconds(10))

    let expected = DashboardMessage.fetchFailed(
      id: 1,
      reason: "no answer within 10 s",
      jitter: 0.25
    )
    #expect(await messages(of: runtime) == [expected])
    #expect(await eventually { source.abandoned == 1 })
  }

  @Test func `a fetch that is superseded is cancelled and posts nothing`() async throws {
    source.behaviour = .hangs
    let runtime = runtime()
    runtime.perform(try fetch(1))
    #expect(await eventually { source.asked == 1 })

    source.behaviour = .answers
    runtime.perform(try fetch(2))

    let messages = await messages(of: runtime)
    #expect(messages.count == 1)
    guard case .snapshotLoaded(2, _)? = messages.first else {
      Issue.record("not the second: \(messages)")
      return
    }
    #expect(await eventually { source.abandoned == 1 })
    #expect(runtime.takeMessages().isEmpty)
  }

  @Test func `a fetch that is called off posts nothing`() async throws {
    source.behaviour = .hangs
    let runtime = runtime()
    runtime.perform(try fetch(1))
    #expect(await eventually { source.asked == 1 })

    runtime.perform(.cancelFetch)

    #expect(await eventually { source.abandoned == 1 && clock.sleeps.isEmpty })
    #expect(runtime.takeMessages().isEmpty)
  }

  @Test func `the state of the data is posted when it changes`() async throws {
    let runtime = runtime()
    runtime.start()
    #expect(await messages(of: runtime) == [.dataStateRead(.init(version: 1, newestReceipt: nil))])

    for _ in 0..<5 {
      #expect(await eventually { clock.sleeps == [.milliseconds(250)] })
      clock.advance(by: .milliseconds(250))
    }
    #expect(await eventually { clock.sleeps == [.milliseconds(250)] })
    #expect(runtime.takeMessages().isEmpty)
    source.version = 2
    clock.advance(by: .milliseconds(250))

    #expect(await messages(of: runtime) == [.dataStateRead(.init(version: 2, newestReceipt: nil))])
    runtime.stop()
  }

  @Test func `a source that can't be read says so once, and watching goes on`() async throws {
    source.behaviour = .fails
    let runtime = runtime()
    runtime.start()
    #expect(await messages(of: runtime) == [.dataStateFailed(reason: "refused")])
    #expect(await eventually { clock.sleeps == [.milliseconds(250)] })
    source.behaviour = .answers

    clock.advance(by: .milliseconds(250))

    #expect(await messages(of: runtime) == [.dataStateRead(.init(version: 1, newestReceipt: nil))])
    runtime.stop()
  }

  @Test func `only the newest of what nobody took is kept`() async throws {
    let runtime = runtime()
    runtime.start()
    for version in 2...20 as ClosedRange<UInt64> {
      #expect(await eventually { clock.sleeps == [.milliseconds(250)] })
      source.version = version
      clock.advance(by: .milliseconds(250))
    }
    #expect(await eventually { clock.sleeps == [.milliseconds(250)] })

    #expect(
      runtime.takeMessages() == [.dataStateRead(.init(version: 20, newestReceipt: nil))]
    )
    runtime.stop()
  }

  @Test func `after a stop nothing is asked and nothing sleeps`() async throws {
    source.behaviour = .hangs
    let runtime = runtime()
    runtime.start()
    runtime.perform(try fetch(1))
    #expect(await eventually { source.asked == 1 && clock.sleeps.count == 2 })

    runtime.stop()

    #expect(await eventually { clock.sleeps.isEmpty && source.abandoned == 1 })
  }

  private func runtime(observing: StubObserving) -> DashboardRuntime {
    DashboardRuntime(
      open: { [source] _ in
        DashboardSource(answering: source, observing: observing, media: observing)
      },
      clock: clock,
      now: { Screen.now },
      processUse: { ProcessUse(cpuShare: 0.5, memoryBytes: 1) },
      wake: {}
    )
  }

  @Test func `a source that can't be opened is opened once it can be`() async throws {
    let openings = Mutex(0)
    let observing = StubObserving()
    let runtime = DashboardRuntime(
      open: { [source] _ in
        let number = openings.withLock { openings in
          openings += 1
          return openings
        }
        guard number > 1 else { throw QueryError.unavailable(reason: "locked") }
        return DashboardSource(answering: source, observing: observing, media: observing)
      },
      clock: clock,
      now: { Screen.now },
      wake: {}
    )

    runtime.perform(try fetch(1))
    #expect(
      await messages(of: runtime).contains {
        if case .fetchFailed(id: 1, reason: "locked", _, _) = $0 { true } else { false }
      }
    )
    runtime.perform(try fetch(2))

    #expect(
      await messages(of: runtime).contains {
        if case .snapshotLoaded(id: 2, _) = $0 { true } else { false }
      }
    )
    #expect(openings.withLock(\.self) == 2)
    runtime.stop()
  }

  @Test func `what a source said before another one was chosen is not heard any more`() {
    let mailbox = Mailbox { [listener] in listener.wakes.withLock { $0 += 1 } }
    let (former, present) = (opening(), opening())
    mailbox.listen(to: former)
    mailbox.post(data: .dataStateFailed(reason: "waits to be taken"), from: former)
    mailbox.listen(to: present)

    mailbox.post(media: .mediaListed(MediaNames()), from: former)
    mailbox.post(facts: RecentFacts(cursor: 7, facts: []), from: former)
    #expect(mailbox.take().isEmpty)
    #expect(listener.wakes.withLock(\.self) == 1)

    mailbox.post(data: .dataStateFailed(reason: "of this one"), from: present)
    #expect(mailbox.take() == [.dataStateFailed(reason: "of this one")])
  }

  private func opening() -> SourceOpening {
    SourceOpening { [source] in DashboardSource(answering: source) }
  }

  @Test func `a store to which no titles were told takes none away`() async throws {
    let observing = StubObserving()
    let runtime = runtime(observing: observing)

    runtime.start()
    #expect(await eventually { observing.asked == 1 && clock.sleeps.count == 2 })

    #expect(
      !runtime.takeMessages().contains {
        if case .mediaListed = $0 { true } else { false }
      }
    )
    runtime.stop()
  }

  @Test func `what a source does not tell is asked once, and said`() async throws {
    let observing = StubObserving()
    observing.failure = .notProvided
    let runtime = runtime(observing: observing)

    runtime.perform(.observe(.facts))

    let expected = DashboardMessage.observationFailed(reason: "not provided by this source")
    #expect(await messages(of: runtime) == [expected])
    #expect(await eventually { clock.sleeps.isEmpty })
    runtime.start()
    #expect(await eventually { observing.asked == 2 && clock.sleeps == [.milliseconds(250)] })
    runtime.stop()
  }

  @Test func `how this program fares is told where the source tells nothing`() async throws {
    let observing = StubObserving()
    observing.failure = .notProvided
    let runtime = runtime(observing: observing)
    var screen = try Screen()
    screen.send(.command(.show(.health)))

    runtime.perform(.observe(.health))
    for message in await messages(of: runtime) { screen.send(message) }

    let text = screen.text(80, 24)
    #expect(text.contains("? not provided by this source"))
    #expect(text.contains("50"))
    runtime.stop()
  }

  @Test func `passing facts go on after a failure, though none passed by`() async throws {
    let observing = StubObserving()
    let runtime = runtime(observing: observing)
    runtime.perform(.observe(.facts))
    let nothing = DashboardMessage.factsPassed(RecentFacts(cursor: 7, facts: []))
    #expect(await messages(of: runtime) == [nothing])

    observing.failure = .unavailable(reason: "refused")
    #expect(await eventually { clock.sleeps == [.milliseconds(500)] })
    clock.advance(by: .milliseconds(500))
    #expect(await messages(of: runtime) == [.observationFailed(reason: "refused")])
    observing.failure = nil
    #expect(await eventually { clock.sleeps == [.milliseconds(500)] })
    clock.advance(by: .milliseconds(500))

    #expect(await messages(of: runtime) == [nothing])
    runtime.stop()
  }

  @Test func `a failing source is seen, kept on the screen and left again`() async throws {
    let runtime = runtime()
    var screen = try Screen()
    let frame = screen.state.snapshot
    screen.answers = false
    source.behaviour = .fails

    screen.send(.command(.refresh))
    let first = screen.takeEffect()
    runtime.perform(try #require(first))
    for message in await messages(of: runtime) { screen.send(message) }
    #expect(screen.state.snapshot == frame)
    #expect(screen.text(80, 24).contains("! SOURCE DOWN"))

    source.behaviour = .answers
    screen.pass(seconds: 1)
    let second = screen.takeEffect()
    runtime.perform(try #require(second))
    for message in await messages(of: runtime) { screen.send(message) }
    #expect(!screen.text(80, 24).contains("SOURCE DOWN"))
  }
}
