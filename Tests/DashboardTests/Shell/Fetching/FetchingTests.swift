import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Fetching")
struct FetchingTests {
  /// A screen whose first snapshot is there and whose further fetches stay on their way.
  private func waiting() throws -> Screen {
    var screen = try Screen()
    screen.answers = false
    return screen
  }

  private func news(_ version: UInt64) -> DashboardMessage {
    .dataStateRead(DataState(version: version, newestReceipt: Screen.now))
  }

  private func fetches(_ screen: Screen) -> [ScreenRequest] {
    screen.effects.compactMap { effect in
      guard case .fetch(_, let request, _) = effect else { return nil }
      return request
    }
  }

  @Test func `new data is fetched, but not at once after the last fetch`() throws {
    var screen = try waiting()

    screen.send(news(2))
    #expect(screen.effects.isEmpty)
    #expect(screen.state.untilNextTick == .milliseconds(600))
    screen.pass(until: Screen.now + 749)
    #expect(screen.effects.isEmpty)
    #expect(screen.state.untilNextTick == .milliseconds(1))
    screen.pass(until: Screen.now + 750)

    #expect(fetches(screen).count == 1)
  }

  @Test(
    "news is fetched as often as was asked for",
    arguments: [(100, 75), (1000, 750), (60_000, 45_000)] as [(Int64, Int64)]
  )
  func refreshInterval(milliseconds: Int64, spacing: Int64) throws {
    var fetching = Fetching()
    fetching.lastStart = .seconds(5)
    fetching.lastDuration = 10

    let next = fetching.earliestRefresh(every: .milliseconds(milliseconds))

    #expect(next == .milliseconds(5000 + spacing))
  }

  @Test func `the same data is not fetched again`() throws {
    var screen = try waiting()

    // Until the slot is over in which somebody may watch now.
    for _ in 0..<7 {
      screen.pass(seconds: 1)
      screen.send(.dataStateRead(screen.audience.state))
    }

    #expect(screen.effects.isEmpty)
  }

  @Test func `the end of an interval fetches the next window`() throws {
    var screen = try waiting()
    let window = screen.state.request.window

    screen.pass(until: window.end)

    #expect(fetches(screen).map(\.window.end) == [window.end + Milliseconds.hour])
  }

  @Test func `who watches now is asked again when the slot is over, with or without news`() throws {
    var screen = try waiting()
    let slot = screen.state.request.slot

    screen.pass(until: slot + Milliseconds.slot - 1)
    #expect(screen.effects.isEmpty)
    screen.pass(until: slot + Milliseconds.slot)

    #expect(fetches(screen).map(\.slot) == [slot + Milliseconds.slot])
  }

  @Test func `one fetch is on its way at most, unless the user chose otherwise`() throws {
    var screen = try waiting()
    screen.pass(seconds: 10)

    screen.send(news(2))
    screen.pass(seconds: 2)
    screen.send(news(3))
    #expect(fetches(screen).count == 1)
    screen.send(.command(.chooseRange(.week)))

    #expect(fetches(screen).map(\.selection.range) == [.day, .week])
  }

  @Test func `keys do not put off the next try of a source that fails`() throws {
    var screen = try waiting()
    screen.fail()
    for key in "bte" {
      screen.press(.character(key))
      guard case .fetch(let id, _, _)? = screen.takeEffect() else {
        Issue.record("no fetch")
        return
      }
      screen.send(.fetchFailed(id: id, reason: "refused", jitter: 0.5))
    }

    #expect(screen.state.fetching.failures == 1)
  }

  @Test func `the answer of a superseded fetch is dropped`() throws {
    var screen = try waiting()
    screen.send(.command(.chooseRange(.week)))
    screen.send(.command(.chooseRange(.hour)))
    guard case .fetch(let old, let request, _) = screen.effects[0] else {
      Issue.record("no fetch")
      return
    }
    let before = screen.state.snapshot

    let answer = screen.audience.answer(to: request.queries)
    screen.send(.snapshotLoaded(id: old, Snapshot(request, answer, asOf: Screen.now)))

    #expect(screen.state.snapshot == before)
  }

  @Test func `a pause abandons the refresh on its way`() throws {
    var screen = try waiting()
    screen.pass(seconds: 10)
    screen.send(news(2))

    screen.send(.command(.togglePause))

    #expect(screen.effects.last == .cancelFetch)
  }

  @Test func `a slow source is left alone for four times as long as it took`() throws {
    var screen = try waiting()
    screen.pass(seconds: 10)
    screen.send(news(2))
    guard case .fetch(let id, let request, _)? = screen.effects.last else {
      Issue.record("no fetch")
      return
    }
    let started = screen.state.now
    screen.pass(seconds: 5)
    let answer = screen.audience.answer(to: request.queries)
    screen.send(.snapshotLoaded(id: id, Snapshot(request, answer, asOf: started)))
    screen.send(news(3))

    screen.pass(until: started + 19_999)
    #expect(fetches(screen).count == 1)
    screen.pass(until: started + 20_000)

    #expect(fetches(screen).count == 2)
  }

  @Test func `a failure keeps the frame and waits before the next try`() throws {
    var screen = try waiting()
    let frame = screen.state.snapshot

    screen.fail()

    #expect(screen.state.snapshot == frame)
    #expect(screen.state.fetching.isFailing)
    #expect(screen.state.fetching.retryAt == .milliseconds(750))
    screen.send(news(2))
    screen.pass(until: Screen.now + 749)
    #expect(fetches(screen).isEmpty)
    screen.pass(until: Screen.now + 750)
    #expect(fetches(screen).count == 1)
  }

  @Test func `an answer ends the failure`() throws {
    var screen = try Screen()
    screen.fail()
    screen.answers = true

    screen.send(.command(.refresh))

    #expect(!screen.state.fetching.isFailing)
  }

  @Test func `what the user chose is asked at once, also after failures`() throws {
    var screen = try waiting()
    screen.fail()

    screen.send(.command(.chooseRange(.hour)))

    #expect(fetches(screen).map(\.selection.range) == [.hour])
  }

  @Test func `a source that can be read again is asked at once`() throws {
    var screen = try waiting()
    screen.fail()
    screen.send(.dataStateFailed(reason: "gone"))
    #expect(fetches(screen).isEmpty)

    screen.send(news(2))

    #expect(fetches(screen).count == 1)
  }

  /// Lets the newest fetch be refused for 12 seconds.
  private func limited() throws -> Screen {
    var screen = try waiting()
    screen.send(.command(.refresh))
    guard case .fetch(let id, _, _)? = screen.takeEffect() else {
      Issue.record("no fetch")
      return screen
    }
    screen.send(.fetchFailed(id: id, reason: "limited", jitter: 0.5, retryAfterSeconds: 12))
    return screen
  }

  @Test func `a source that limits its answers is left alone as long as it says`() throws {
    var screen = try limited()

    screen.send(.command(.chooseRange(.hour)))
    screen.pass(until: Screen.now + 12_499)
    #expect(fetches(screen).isEmpty)
    #expect(screen.state.untilNextTick == .milliseconds(1))
    screen.pass(until: Screen.now + 12_500)

    #expect(fetches(screen).map(\.skipsCaches) == [false])
  }

  @Test func `the strip says for how long a source is left alone, and that a key asks now`() throws
  {
    var screen = try limited()
    #expect(
      screen.text(120, 40).contains("! LIMITED  ● LIVE  last 24 h")
        && screen.text(120, 40).contains(
          "limited by the server  frame 0 s old  retry in 13 s (r now)"
        )
    )
    screen.pass(seconds: 5)
    #expect(screen.text(60, 20).contains("retry in 8 s"))
    #expect(!screen.text(120, 40).contains("SOURCE DOWN"))

    screen.send(.command(.refresh))

    #expect(fetches(screen).map(\.skipsCaches) == [true])
  }

  @Test func `an answer ends a limit that the state of the data met, too`() throws {
    var screen = try waiting()
    screen.send(.dataStateFailed(reason: "limited", retryAfterSeconds: 30))
    #expect(screen.text(120, 40).contains("retry in 30 s (r now)"))

    screen.answers = true
    screen.send(.command(.refresh))

    #expect(!screen.state.fetching.isFailing)
    #expect(screen.state.fetching.limitedUntil == nil)
  }

  @Test func `a source that wants to rest is asked as often as it likes`() throws {
    var screen = try waiting()
    screen.send(.command(.refresh))
    guard case .fetch(let id, let request, _)? = screen.takeEffect() else {
      Issue.record("no fetch")
      return
    }
    var snapshot = Snapshot(
      request,
      screen.audience.answer(to: request.queries),
      asOf: Screen.now
    )
    snapshot.rest = .seconds(40)
    screen.send(.snapshotLoaded(id: id, snapshot))

    screen.send(news(2))
    screen.pass(seconds: 20)
    screen.pass(until: Screen.now + 39_999)
    #expect(fetches(screen).isEmpty)
    #expect(screen.text(160, 40).contains("next refresh in 1 s (r now)"))
    screen.pass(until: Screen.now + 40_000)

    #expect(fetches(screen).count == 1)
  }

  @Test(arguments: [(12, 0, 12_000), (12, 0.5, 12_500), (0, 0, 1000)] as [(Int, Double, Int64)])
  func `a wait is never shorter than the source says`(
    seconds: Int,
    jitter: Double,
    milliseconds: Int64
  ) {
    #expect(Fetching.wait(seconds: seconds, jitter: jitter) == milliseconds)
  }

  @Test(
    "waits double up to a minute, less up to half of it",
    arguments: [
      (1, 0, 500), (1, 0.999, 999), (2, 0, 1000), (3, 0.5, 3000), (6, 0, 16_000), (7, 0, 30_000),
      (50, 1, 60_000),
    ] as [(Int, Double, Int64)]
  )
  func backOff(failures: Int, jitter: Double, milliseconds: Int64) {
    #expect(Fetching.backOff(after: failures, jitter: jitter) == milliseconds)
  }
}
