import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Outdated screen")
struct OutdatedScreenTests {
  /// A screen after keys that the source has not answered yet.
  private func waiting(_ answered: [Key] = [], then keys: [Key]) throws -> Screen {
    var screen = try Screen()
    for key in answered { screen.press(key) }
    screen.answers = false
    for key in keys { screen.press(key) }
    return screen
  }

  private func strip(_ screen: Screen, _ width: Int = 140) -> String {
    String(screen.canvas(width, 30).lines[0])
  }

  @Test(
    "strip and numbers are of the same question, and what was chosen is said to load",
    arguments: [
      ([], [.character("2")], "last 24 h  loading last 6 h …  since Sun 15:00"),
      ([], [.left, .left], "Sun 15:00 – Mon 15:00  loading Sat 15:00 – Sun 15:00 …"),
      ([.left, .left], [.character("l")], "Sat 15:00 – Sun 15:00  loading last 24 h …"),
      ([], [.tab, .enter], "last 24 h  loading 1 filter …"),
      ([.tab, .enter], [.backspace], "loading no filter …  since Sun 15:00"),
      ([], [.down], "last 24 h  loading play rate …"),
      ([], [.character("c")], "loading vs a week earlier …  since Sun 15:00  vs previous 24 h"),
      ([.character("c")], [.character("c")], "last 24 h  loading vs a year earlier …"),
      ([.character("p")], [.character("1")], "24 h  loading 1 h …  since Sun 15:00"),
      ([.character("p")], [.tab, .enter], "24 h  loading 1 filter …  since Sun 15:00"),
    ] as [([Key], [Key], String)]
  )
  func strips(answered: [Key], keys: [Key], expected: String) throws {
    let screen = try waiting(answered, then: keys)

    #expect(strip(screen).contains(expected), "\(strip(screen))")
  }

  @Test func `numbers, titles and filters stay those of the answer, dimmed`() throws {
    let before = try Screen()
    var screen = try waiting(then: [.character("2"), .down, .character("c"), .tab, .enter])
    screen.pass(until: screen.state.now + 200)

    let (old, new) = (before.canvas(120, 30), screen.canvas(120, 30))
    #expect(
      Array(new.lines[3..<15])
        == Array(old.lines[3..<15]).map { line in
          line.replacing("▸ Plays by", with: "  Plays by")
        }
    )
    for x in 0..<120 {
      for y in 2..<29 { #expect(new[x: x, y: y]?.style.role == .dim) }
    }
    #expect(new.lines[15...].contains { $0.contains("FR France") })
  }

  @Test func `nothing is dimmed for an answer that comes at once`() throws {
    var screen = try waiting(then: [.down])

    #expect(screen.state.untilNextTick == .milliseconds(200))
    screen.pass(until: screen.state.now + 199)
    #expect(screen.canvas(120, 30)[x: 2, y: 4]?.style.role == .title)
    #expect(strip(screen).contains("loading play rate …"))
    screen.pass(until: screen.state.now + 1)
    #expect(screen.canvas(120, 30)[x: 2, y: 4]?.style.role == .dim)
    #expect(screen.state.untilNextTick == .milliseconds(400))
  }

  @Test func `health is nothing that could be outdated`() throws {
    let screen = try waiting(then: [.character("h")])

    #expect(!strip(screen).contains("loading"))
  }

  @Test func `at 80 columns the mark of loading stays`() throws {
    let text = strip(try waiting(then: [.character("2")]), 80)

    #expect(text.contains("last 24 h") && text.contains("loading last 6 h …"), "\(text)")
  }

  @Test func `the mark stays while the source fails and goes with the answer`() throws {
    var screen = try waiting(then: [.character("2")])
    screen.pass(seconds: 5)
    let inFlight = try #require(screen.state.fetching.inFlight)
    screen.send(.fetchFailed(id: inFlight.id, reason: "connection refused", jitter: 0.5))
    #expect(strip(screen).contains("last 24 h  loading last 6 h …"))

    screen.answers = true
    screen.send(.command(.refresh))

    #expect(strip(screen).contains("last 6 h  since Mon 08:06"))
    #expect(!strip(screen).contains("loading"))
    #expect(screen.canvas(120, 30)[x: 2, y: 4]?.style.role == .title)
  }

  @Test func `JSON tells the filters of its numbers`() throws {
    let json = try waiting(then: [.tab, .enter]).state.json

    #expect(json.contains("\"filters\":[]"))
  }
}
