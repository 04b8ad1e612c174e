import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Mouse")
struct MouseTests {
  @Test func `a tab beside filters is where it is drawn`() throws {
    var screen = try Screen()
    #expect(
      screen.state.take(filter: "country=FR device=phone browser!=chrome", replacing: nil) == nil
    )
    screen.send(.resized(width: 130, height: 30))
    screen.send(.command(.refresh))
    let row = screen.text(130, 30).split(separator: "\n")[1]
    let column = try #require(row.firstRange(of: " e ")).lowerBound

    #expect(row.hasSuffix("browser not chrome ×"), "\(row)")
    screen.send(.clicked(x: row.distance(from: row.startIndex, to: column) + 1, y: 1))

    #expect(screen.state.view == .media)
  }

  @Test func `clicks choose tabs, rows and intervals`() throws {
    var screen = try Screen()
    screen.send(.resized(width: 120, height: 40))
    let lines = screen.canvas(120, 40).lines
    let row = try #require(lines.firstIndex { $0.contains("Spain") })

    screen.send(.clicked(x: 6, y: row))
    #expect(screen.state.focus.panel == .countries && screen.state.focus.selectedRow?.id == "ES")
    screen.send(.clicked(x: 6, y: row))
    #expect(screen.state.filters == [.init(.country, ["ES"])])
    let chart = try #require(lines.firstIndex { $0.contains("Plays by hour") })
    screen.send(.clicked(x: 60, y: chart + 4))
    #expect(screen.state.focus.panel == .chart && screen.state.cursor != nil)
    let tab = try #require(lines[1].firstRange(of: "Media"))
    let column = lines[1].distance(from: lines[1].startIndex, to: tab.lowerBound)
    screen.send(.clicked(x: column, y: 1))
    #expect(screen.state.view == .media)
    screen.send(.wheeled(3, x: 10, y: 12))
    #expect(screen.state.focus.selectedRow?.index == 3)
  }
}
