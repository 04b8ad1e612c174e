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
        ", is for Overview, Time, Item, Live, Movers and Heatmap: read the value of an interval; "
          + "for Map: half a range earlier, where arrows choose a column"
      ),
      (
        "o", .character("a"),
        "a is for Time: draw another metric over it; "
          + "for Live: show or hide heartbeats among the events"
      ),
      ("h", .left, "this screen has no range of time"),
      ("@", .right, "this screen has no range of time"),
      ("@", .character("+"), "this screen has no range of time"),
      ("v", .character("-"), "this screen always shows 1 h"),
      ("@", .character(" "), "there is nothing to mark or to pause here"),
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
    #expect(screen.state.mode == .live)
    #expect(screen.state.overlay == nil)
  }

  @Test func `the key bar offers nothing that the panel has no use for`() throws {
    var screen = try Screen()
    #expect(screen.text(160, 24).contains("Enter filter") == false)

    screen.press(.tab)

    #expect(screen.text(160, 24).contains("Enter filter"))
  }

  @Test func `Enter is offered where a panel without rows does something by it`() throws {
    var screen = try Screen()
    screen.send(.resized(width: 120, height: 40))
    screen.press(.character("u"))
    #expect(screen.text(160, 40).contains("Enter filter"))

    screen.press(.character("e"), .enter)
    while screen.state.focus.panel != .itemWatched { screen.press(.tab) }
    #expect(!screen.text(200, 40).contains("Enter"))
  }

  @Test func `the keys that read an interval do so on Live`() throws {
    var screen = try Screen()
    screen.press(.character("v"), .character(","))

    #expect(screen.state.cursor != nil && screen.state.notice == nil)
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
