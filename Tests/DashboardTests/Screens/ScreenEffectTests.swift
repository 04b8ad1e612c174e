import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("What screens want of the shell")
struct ScreenEffectTests {
  @Test func `filters are added once, and the cursor begins again`() throws {
    var screen = try Screen()
    screen.press(.tab, .down)
    let clauses = [Filter.Clause(.country, ["DE"]), Filter.Clause(.deviceType, ["tv"])]

    #expect(screen.state.apply([.filter(clauses)]).isEmpty)
    #expect(screen.state.filters == clauses && screen.state.focus.selectedRow == nil)
    _ = screen.state.apply([.filter(clauses)])

    #expect(screen.state.filters == clauses)
    #expect(screen.state.notice == "that filter is there already")
  }

  @Test func `a range of the past is shown as one that was shifted to`() throws {
    var screen = try Screen()
    let end = Screen.now.floored(to: Milliseconds.hour)

    _ = screen.state.apply([.show(.hour, upTo: end)])

    #expect(screen.state.mode == .history(end: end) && screen.state.range == .hour)
    #expect(screen.state.memory.range == TimeRange.day.title)
  }

  @Test func `a command does what it does by its key`() throws {
    var screen = try Screen()

    #expect(screen.state.apply([.command(.toggleMouse)]) == [.reportMouse(true)])
    _ = screen.state.apply([.command(.show(.map)), .notice("look")])

    #expect(screen.state.view == .map && screen.state.notice == "look")
  }

  @Test func `a row is selected by its id, and one that is not there deselects`() throws {
    var screen = try Screen()
    screen.press(.character("b"))

    _ = screen.state.apply([.selectRow("ES")])
    #expect(screen.state.rowUnderCursor?.id == "ES")
    _ = screen.state.apply([.selectRow("nowhere")])

    #expect(screen.state.focus.selectedRow == nil)
  }

  @Test func `a click on a country puts the cursor on its row`() throws {
    var screen = try Screen()
    screen.send(.resized(width: 160, height: 40))
    screen.press(.character("w"))
    let layout = ShellLayout(screen.state, in: Size(width: 160, height: 40).bounds)
    let world = try #require(layout.place(of: .world)?.area)
    let area = WorldPanel.mapArea(in: world)
    let cells = (area.y..<area.maxY).flatMap { y in (area.x..<area.maxX).map { (x: $0, y: y) } }
    let brazil = try #require(
      cells.first { WorldMap.country(atX: $0.x, y: $0.y, in: area) == "BR" }
    )

    screen.send(.clicked(x: brazil.x, y: brazil.y))
    #expect(screen.state.rowUnderCursor?.id == "BR")
    let sea = try #require(cells.first { WorldMap.country(atX: $0.x, y: $0.y, in: area) == nil })
    screen.send(.clicked(x: sea.x, y: sea.y))

    #expect(screen.state.rowUnderCursor?.id == "BR")
  }

  @Test func `a command of another screen does nothing`() throws {
    var screen = try Screen()
    let before = screen.state.memory

    screen.send(.command(.screen(.toggleSplit)))

    #expect(screen.state.memory == before && screen.effects.isEmpty)
  }
}
