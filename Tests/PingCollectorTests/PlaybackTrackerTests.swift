import PlaybackFacts
import Testing

@testable import PingCollector

@Suite("Playback tracker")
struct PlaybackTrackerTests: PlayedEvents {
  @Test func `a playback that is loaded and paused does not play`() {
    let facts = Self.facts([
      Self.event(.loaded, 0, position: 0, isPaused: true),
      Self.event(.pause, 5, position: 5),
    ])

    #expect(lines(facts) == ["impression at 0"])
  }

  @Test func `waiting before the start is no stall, not even in the interval that ends with it`() {
    let facts = Self.facts([
      Self.event(.play, 0, position: 0), Self.event(.timeUpdate, 5, position: 0),
      Self.event(.timeUpdate, 10, position: 3), Self.event(.timeUpdate, 15, position: 6),
    ])

    #expect(total(.watch, facts) == 6000)
    #expect(total(.stall, facts) == 2000)
  }

  @Test(arguments: [
    (5.0, "impression at 3"), (3, "impression 0 at 3"), (1, "impression 2000 at 3"),
    (-117, "impression 120000 at 3"), (-117.001, "impression at 3"),
  ])
  func `the impression takes from the source set before it`(setAt: Double, line: String) {
    let facts = Self.facts([
      Self.event(.sourceSet, setAt), Self.event(.loaded, 3, isPaused: true),
    ])

    #expect(lines(facts) == [line])
  }

  @Test func `a clock that is set right between source set and loaded spoils no impression`() {
    var tracker = PlaybackTracker(.sample())
    let wrong = 20 * 86_400.0
    _ = Self.apply([Self.event(.sourceSet, -wrong)], sent: -wrong, received: 0, to: &tracker)

    let loaded = Self.event(.loaded, 2, isPaused: true)
    let result = Self.apply([loaded], sent: 2, received: 2, to: &tracker)

    #expect(lines(result.facts) == ["impression at 2"])
  }

  static let errors: [(code: Int64?, lines: [String])] = [
    (nil, ["error 0 at 1"]), (0, ["error 0 at 1"]), (1, []), (2, ["error 2 at 1"]),
    (4, ["error 4 at 1"]), (65_535, ["error 65535 at 1"]), (65_536, ["error 0 at 1"]),
    (-7, ["error 0 at 1"]),
  ]

  @Test(arguments: errors)
  func `an error counts unless the user wished it`(code: Int64?, expected: [String]) {
    let facts = Self.facts([Self.event(.error, 1, code: code)])

    #expect(lines(facts) == expected)
  }
}
