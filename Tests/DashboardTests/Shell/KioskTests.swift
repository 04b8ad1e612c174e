import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Screen on a wall")
struct KioskTests {
  @Test func `a kiosk has neither tabs nor keys`() throws {
    var screen = try Screen()
    screen.press(.character("W"))

    let text = screen.text(80, 24)
    #expect(!text.contains("Breakdown") && !text.contains("quit"))
    #expect(text.contains("● LIVE"))
  }

  @Test func `screens turn by themselves, but not under a hand`() throws {
    var screen = try Screen()
    screen.press(.character("C"))

    screen.pass(seconds: 19)
    #expect(screen.state.view == .overview)
    screen.press(.down)
    screen.pass(seconds: 19)
    #expect(screen.state.view == .overview)
    screen.pass(seconds: 1)
    #expect(screen.state.view == .time)
    for _ in 0..<4 { screen.pass(seconds: 20) }
    #expect(screen.state.view == .overview)
  }

  @Test func `a pause holds the turning of screens`() throws {
    var screen = try Screen()
    screen.press(.character("C"), .character("p"))

    screen.pass(seconds: 600)

    #expect(screen.state.view == .overview)
  }
}
