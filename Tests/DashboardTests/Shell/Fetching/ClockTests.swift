import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

/// Clocks are set by people and by servers, and machines sleep: neither may stall or mislead.
@Suite("Clock")
struct ClockTests {
  private static let jumps: [Int64] = [-7 * 24, -3, 3, 7 * 24].map { $0 * Milliseconds.hour }

  private func waiting() throws -> Screen {
    var screen = try Screen()
    screen.answers = false
    return screen
  }

  private func fetches(_ screen: Screen) -> [ScreenRequest] {
    screen.effects.compactMap { effect in
      guard case .fetch(_, let request, _) = effect else { return nil }
      return request
    }
  }

  @Test("a clock that was set asks at once, for its own time", arguments: jumps)
  func jump(milliseconds: Int64) throws {
    var screen = try waiting()

    screen.setClock(to: Screen.now + milliseconds)

    #expect(fetches(screen).map(\.slot) == [(Screen.now + milliseconds).floored(to: 20_000)])
  }

  @Test("an answer about the time before is not waited for", arguments: jumps)
  func flight(milliseconds: Int64) throws {
    var screen = try waiting()
    screen.send(.command(.refresh))
    let first = try #require(screen.state.fetching.inFlight)

    screen.setClock(to: Screen.now + milliseconds)

    #expect(fetches(screen).count == 2)
    let second = try #require(screen.state.fetching.inFlight)
    #expect(second.id != first.id)
  }

  @Test("it goes on ticking and asking as before", arguments: jumps)
  func goesOn(milliseconds: Int64) throws {
    var screen = try Screen()
    screen.setClock(to: Screen.now + milliseconds)
    #expect(screen.state.fetching.lastDuration == 0)
    screen.answers = false

    screen.send(.dataStateRead(DataState(version: 9, newestReceipt: nil)))
    #expect(screen.state.untilNextTick == .milliseconds(600))
    screen.pass(seconds: 1)

    #expect(fetches(screen).count == 1)
  }

  @Test("a source that fails is tried again when it would have been", arguments: jumps)
  func retries(milliseconds: Int64) throws {
    var screen = try waiting()
    screen.send(.command(.togglePause))
    screen.fail()
    let retryAt = try #require(screen.state.fetching.retryAt)

    screen.setClock(to: Screen.now + milliseconds)

    #expect(screen.state.fetching.retryAt == retryAt)
    #expect(screen.text(120, 40).contains("retry in 1 s (r now)"))
    #expect(screen.text(120, 40).contains("frame 0 s old"))
  }

  @Test("what is read in peace stays", arguments: jumps)
  func paused(milliseconds: Int64) throws {
    var screen = try waiting()
    screen.send(.command(.togglePause))

    screen.setClock(to: Screen.now + milliseconds)

    #expect(fetches(screen).isEmpty)
  }

  @Test func `a machine that has slept asks at once and drops what was on its way`() throws {
    var screen = try waiting()
    screen.send(.command(.refresh))

    screen.pass(seconds: 8 * 3600)

    #expect(fetches(screen).count == 2)
  }

  @Test func `a clock that is corrected a little asks nothing`() throws {
    var screen = try waiting()
    for step in [1500, -1500] as [Int64] { screen.setClock(to: screen.state.now + step) }

    #expect(screen.effects.isEmpty)
  }

  @Test("turning through screens goes on", arguments: jumps)
  func cycle(milliseconds: Int64) throws {
    var screen = try Screen()
    screen.send(.command(.toggleCycle))

    screen.setClock(to: Screen.now + milliseconds)
    #expect(screen.state.view == .overview)
    screen.pass(seconds: 20)

    #expect(screen.state.view == .time)
  }

  @Test func `a screen that comes late makes the next one no later`() throws {
    var screen = try Screen()
    screen.send(.command(.toggleCycle))

    screen.pass(until: screen.state.now + 20_500)
    #expect(screen.state.view == .time)
    screen.pass(until: screen.state.now + 19_500)
    #expect(screen.state.view == .media)
  }

  @Test func `data from the future is not called fresh`() throws {
    var screen = try waiting()

    screen.setClock(to: Screen.now - 3 * Milliseconds.hour)

    #expect(screen.text(160, 40).contains("clock behind data"))
  }
}
