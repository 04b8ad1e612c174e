import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Wall screen")
struct WallScreenTests {
  private func screen(_ symbols: Symbols.Family = .blocks) throws -> Screen {
    var screen = try Screen(symbols: symbols)
    screen.press(.character("K"))
    return screen
  }

  @Test(
    "digits are as large as the room allows",
    arguments: [
      (Size(width: 80, height: 21), 6, 1), (Size(width: 120, height: 36), 6, 2),
      (Size(width: 200, height: 56), 6, 3), (Size(width: 60, height: 8), 1, 1),
      (Size(width: 34, height: 30), 4, 1), (Size(width: 120, height: 17), 6, 1),
    ]
  )
  func grids(size: Size, count: Int, scale: Int) throws {
    let grid = try #require(WallTiles.Grid(in: size, of: 6))

    #expect(grid.count >= count && grid.scale == scale, "\(grid)")
  }

  @Test(arguments: [(80, 24), (120, 40), (200, 60), (132, 20)])
  func `big digits have their names, changes, mode and data age`(width: Int, height: Int) throws {
    let text = try screen().text(width, height)

    #expect(text.contains("█▀▀█") || text.contains("████████"))
    #expect(text.contains("● LIVE") && text.contains("data 0 s"))
    #expect(text.contains("Play rate") && (text.contains("▲") || text.contains("▼")))
  }

  @Test(arguments: [(1, 1), (10, 3), (20, 5), (25, 9), (40, 6)])
  func `where there is no room for big digits there are usual ones`(width: Int, height: Int) throws
  {
    let screen = try screen()
    let text = screen.text(width, height)

    #expect(!text.contains("▄▄▄█"))
    if width >= 20 { #expect(text.contains { $0.isNumber }) }
  }

  @Test func `in ASCII the numbers are text`() throws {
    let text = try screen(.ascii).text(120, 40)

    #expect(text.unicodeScalars.allSatisfy { $0.isASCII } && text.contains("Play rate"))
  }

  @Test func `a number whose digits are too wide is said in fewer`() {
    let measure = MetricCatalog.measure("watch-time", .average)!
    let tile = Tiles.Tile(
      question: TileQuestion("watch-time", .average, "Avg")!,
      result: Snapshot.Tile(measure: measure, value: 3_599, previous: nil, trend: [])
    )
    var canvas = Canvas(size: Size(width: 33, height: 9))
    canvas.draw(WallTiles(tiles: Tiles(tiles: [tile])), in: canvas.bounds)

    // 59 m, and no seconds.
    #expect(canvas.lines[1].hasPrefix("  █▀▀▀ █▀▀█"), "\(canvas.lines)")
  }

  @Test func `before its own answer, the wall has its numbers as far as they are known`() throws {
    var screen = try Screen()
    screen.send(.resized(width: 120, height: 40))
    screen.press(.character("h"))
    screen.answers = false
    screen.press(.character("K"), .down, .end, .home)
    let text = screen.text(120, 40)
    for name in ["Watching now", "Plays", "Error rate", "Avg watch time"] {
      #expect(text.contains(name))
    }
    #expect(WallTiles.Grid(in: Size(width: 80, height: 24), of: 0) == nil)
  }

  @Test func `numbers that don't fit are scrolled to`() throws {
    var screen = try screen()
    screen.send(.resized(width: 60, height: 11))
    let first = screen.text(60, 11)
    #expect(first.contains("Watching") && !first.contains("First frame"))

    screen.press(.down, .down, .down, .down)

    #expect(screen.text(60, 11).contains("First frame"))
    screen.press(.home)
    #expect(screen.text(60, 11) == first)
  }

  @Test func `the wall hides tabs and keys in full screen, and cycles`() throws {
    var screen = try screen()
    screen.press(.character("W"))
    #expect(!screen.text(120, 40).contains("Breakdown"))

    screen.state.cycleOptions = Cycle.Options(views: [.wall, .map], period: 20_000)
    screen.press(.character("C"))
    screen.pass(seconds: 20)

    #expect(screen.state.view == .map)
  }
}
