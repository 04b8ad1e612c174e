import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Commands")
struct CommandTests {
  @Test(
    arguments: [
      ("o", Key.character("s"), "s is for Breakdown, Media and Map: sort by the next column"),
      (
        "h", .character(","),
        ", is for Overview, Time, Item, Movers and Heatmap: read the value of an interval"
      ),
      ("h", .enter, "there are no rows here"),
      ("v", .enter, "there are no rows here; Tab goes to the next panel"),
      ("v", .character("1"), "the last 1 h, on the screens of a range"),
    ] as [(Character, Key, String)]
  )
  func `a key without a meaning here says where it has one`(
    view: Character,
    key: Key,
    sentence: String
  ) throws {
    var screen = try Screen()
    screen.press(.character(view), key)

    #expect(screen.state.notice == sentence)
    #expect(screen.state.overlay == nil)
  }

  @Test func `the key bar offers nothing that the panel has no use for`() throws {
    var screen = try Screen()
    #expect(screen.text(160, 24).contains("Enter filter") == false)

    screen.press(.tab)

    #expect(screen.text(160, 24).contains("Enter filter"))
  }

  @Test func `the menu chooses the metric of the chart`() throws {
    var screen = try Screen()

    screen.press(.character("m"), .down, .down, .enter)

    #expect(screen.state.overlay == nil)
    #expect(screen.state.snapshot?.request.selection.measure == screen.state.measure)
    #expect(screen.state.measure.title == "Starts")
  }

  @Test func `Esc closes, zooms out, then lets go`() throws {
    var screen = try Screen()
    screen.press(.tab, .character("z"), .character("?"))

    screen.press(.escape)
    #expect(screen.state.overlay == nil)
    screen.press(.escape)
    #expect(!screen.state.focus.isZoomed)
    screen.press(.escape)
    #expect(screen.state.focus.panel == .chart && screen.state.focus.selectedRow == nil)
  }

  @Test func `q leaves the help first, then the program`() throws {
    var screen = try Screen()

    screen.press(.character("?"), .character("q"))
    #expect(screen.effects.isEmpty)
    screen.press(.character("q"))

    #expect(screen.effects == [.quit])
  }

  @Test func `Ctrl-C quits from anywhere`() throws {
    var screen = try Screen()

    screen.press(.character("?"), .control("c"))

    #expect(screen.effects == [.quit])
  }

  @Test func `Ctrl-L asks for the whole screen`() throws {
    var screen = try Screen()

    screen.press(.control("l"))

    #expect(screen.effects == [.repaint])
  }

  @Test func `themes are seen before they are chosen, symbols go round`() throws {
    var screen = try Screen()
    let dark = screen.state.palette(.twoHundredFiftySix)

    screen.press(.character("T"), .down)
    #expect(screen.state.palette(.twoHundredFiftySix) != dark, "seen at once")
    screen.press(.escape)
    #expect(screen.state.palette(.twoHundredFiftySix) == dark, "only looked at")
    screen.press(.character("T"), .down, .enter)
    #expect(screen.state.palette(.twoHundredFiftySix) != dark)
    #expect(screen.state.notice == "theme light")

    screen.press(.character("g"))
    #expect(screen.state.looks.symbolFamily == .braille)
    screen.press(.character("g"), .character("g"))
    #expect(screen.state.looks.symbolFamily == .blocks)
  }
}
