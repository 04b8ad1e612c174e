import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Row under the cursor")
struct RowCursorTests {
  @Test func `Tab goes round the panels, and back`() throws {
    var screen = try Screen()
    var seen: [ScreenPanel] = []

    for _ in 0..<4 {
      screen.press(.tab)
      seen.append(screen.state.focus.panel)
    }
    screen.press(.backTab)

    #expect(seen == [.countries, .devices, .topMedia, .chart])
    #expect(screen.state.focus.panel == .topMedia)
  }

  @Test func `the cursor stops at the first and the last row`() throws {
    var screen = try Screen()
    screen.press(.tab, .tab, .up)
    #expect(screen.state.focus.selectedRow == .init(id: "phone", index: 0, dimension: .deviceType))

    screen.press(.end, .down)

    #expect(
      screen.state.focus.selectedRow == .init(id: "unknown", index: 5, dimension: .deviceType)
    )
  }

  @Test func `a cursor that nobody moved is on the first row, whichever that is`() throws {
    var screen = try Screen()
    screen.press(.character("b"))
    let first = try #require(screen.state.rowUnderCursor)

    screen.press(.character("s"), .character("S"))

    let row = try #require(screen.state.rowUnderCursor)
    #expect(screen.state.focus.selectedRow == nil)
    #expect(row.index == 0 && row.id != first.id)
    #expect(row.id == screen.state.rowIDs.first)
  }

  @Test func `a held row goes where another question ranks it`() throws {
    var screen = try Screen()
    screen.press(.character("b"), .down, .down)
    let selected = try #require(screen.state.focus.selectedRow)

    screen.send(.command(.chooseMeasure(Measure.chartable[1])))

    let rows = try #require(screen.state.snapshot?.ranking(of: .breakdown)).rows.map(
      \.dimensionValue
    )
    #expect(screen.state.focus.selectedRow?.index == rows.firstIndex(of: selected.id))
    #expect(screen.state.rowIDs == rows)
  }

  @Test func `a row of the old dimension is never a value of the new one`() throws {
    var screen = try Screen()
    screen.press(.character("b"), .down)
    screen.answers = false
    screen.send(.command(.chooseDimension(.browser)))
    screen.press(.down, .down)
    let country = try #require(screen.state.focus.selectedRow)
    #expect(country.dimension == .country)

    var asked = screen
    asked.press(.enter)
    #expect(asked.state.filters == [.init(.country, [country.id])])

    screen.answers = true
    guard case .fetch(let id, let request, _)? = screen.takeEffect() else {
      return #expect(Bool(false), "the new dimension is asked for")
    }
    let answer = screen.audience.answer(to: request.queries)
    screen.send(.snapshotLoaded(id: id, Snapshot(request, answer, asOf: screen.state.now)))
    #expect(!screen.state.rowIDs.contains(country.id))
    #expect(screen.state.focus.selectedRow == nil)
  }

  @Test func `the row under the cursor stays where it is while ranks change`() throws {
    var screen = try Screen()
    screen.press(.tab, .down, .down, .down)
    let selected = try #require(screen.state.focus.selectedRow)

    for _ in 0..<30 {
      screen.audience.now = screen.audience.now + 3 * Milliseconds.hour
      screen.pass(seconds: 10_800)
      let rows = screen.rows(of: .countries)
      #expect(rows[selected.index].dimensionValue == selected.id)
      #expect(Set(rows.map(\.dimensionValue)).count == rows.count)
    }
  }

  @Test func `a held row that is gone from a whole list is 0`() throws {
    var screen = try Screen()
    screen.press(.tab, .tab, .end)

    screen.audience.scale = 0
    screen.send(.command(.refresh))

    #expect(screen.rows(of: .devices).map(\.dimensionValue) == ["unknown"])
    #expect(screen.rows(of: .devices).first?.value == 0)
  }

  @Test func `rows are not sorted by a change that is not shown`() throws {
    var screen = try Screen()
    screen.press(.character("b"))
    screen.state.comparison = nil
    screen.press(.character("s"), .character("s"), .character("s"))

    #expect(screen.state.screen.sort?.column == .value)
  }
}
