import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Overview screen")
struct OverviewScreenTests {
  @Test(
    "a screen looks as it should",
    arguments: [
      (80, 24, [], "overview80x24"),
      (120, 40, [.tab, .down, .down], "overview120x40"),
      (200, 60, [], "overview200x60"),
      (80, 24, [.left, .left], "history80x24"),
      (60, 15, [.tab, .tab, .tab, .character("z")], "zoomed60x15"),
      (40, 10, [], "small40x10"),
      (80, 24, [.character("?")], "keys80x24"),
      (80, 24, [.character("g"), .character("g")], "ascii80x24"),
      (100, 30, [.character("2"), .character("g")], "braille100x30"),
    ] as [(Int, Int, [Key], String)]
  )
  func golden(width: Int, height: Int, keys: [Key], expected: String) throws {
    var screen = try Screen()
    for key in keys { screen.press(key) }

    try Golden.expect(screen.text(width, height), is: expected)
  }

  @Test func `a sandbox in a pause says so`() throws {
    var screen = try Screen(.sandbox)

    screen.press(.tab, .enter, .character("p"))
    screen.pass(seconds: 61)

    try Golden.expect(screen.text(80, 24), is: "sandboxPaused80x24")
  }

  @Test func `a source that fails leaves the last frame, dimmed, with its age`() throws {
    var screen = try Screen()

    screen.pass(seconds: 61)
    screen.fail("connection refused by 10.1.2.3:8080")

    try Golden.expect(screen.text(80, 24), is: "failing80x24")
    let canvas = screen.canvas(80, 24)
    for x in 0..<80 {
      for y in 3..<23 { #expect(canvas[x: x, y: y]?.style.role == .dim) }
    }
    #expect(canvas[x: 2, y: 2]?.style == .bad)
    #expect(canvas.lines[0].hasPrefix("! SOURCE DOWN 0 s  last 24 h"))
    #expect(canvas.lines[1].contains("[o Overview]"))
    #expect(canvas.lines[2].contains("frame 0 s old  retry in 1 s (r now)"))
  }

  @Test(
    "changes of tiles keep unit and mark at every width",
    arguments: [80, 100, 119, 120, 121, 132, 134, 140, 160, 200]
  )
  func changes(width: Int) throws {
    var screen = try Screen()
    screen.press(.left, .left)
    let snapshot = try #require(screen.state.snapshot)
    let tiles = snapshot.tiles.map { tile in
      let value = tile.measure.unit == .ratio ? 0.5 : 300_000.0
      // Worse by 13.4 points, or by half.
      let isWorseUp = !["play", "impression", "watch-time", "end"].contains(tile.measure.metric)
      let previous = value == 0.5 ? 0.5 + (isWorseUp ? -0.134 : 0.134) : value * 1.155
      return Snapshot.Tile(
        measure: tile.measure,
        value: value,
        previous: previous,
        trend: tile.trend
      )
    }
    screen.state.snapshot?.tiles = tiles

    let rows = screen.canvas(width, 40).lines[2..<6].joined(separator: "\n")

    #expect(!rows.contains("…"), "\(rows)")
    #expect(rows.contains("▼ 13.4 %!") && rows.contains("▼ 13.4 pt!"), "\(rows)")
  }

  @Test(arguments: [120, 160, 200])
  func `a share of all is written out`(width: Int) throws {
    var screen = try Screen()
    let snapshot = try #require(screen.state.snapshot)
    let rankings = snapshot.rankings.map { ranking in
      Snapshot.Ranking(
        panel: ranking.panel,
        dimension: ranking.dimension,
        measure: ranking.measure,
        rows: Array(ranking.rows.prefix(1)),
        count: 1,
        total: ranking.rows.first?.value ?? 0
      )
    }
    screen.state.snapshot?.rankings = rankings

    let text = screen.text(width, 40)

    #expect(text.ranges(of: "100.0 %").count == 3, "\(text)")
  }

  @Test func `a time of another year tells its year`() throws {
    var screen = try Screen()

    screen.press(.character("6"))
    #expect(screen.text(120, 40).contains("since Mon 15 May 2023 00:00"))
    #expect(screen.text(80, 24).contains("since 15 May 2023"))
    screen.press(.character("5"))
    #expect(screen.text(120, 40).contains("since Sun 14 Apr 00:00"))
  }

  @Test(arguments: [80, 100, 120])
  func `where a range begins is told at every usual width`(width: Int) throws {
    #expect(try Screen().text(width, 24).contains("since Sun 15:00"))
  }

  @Test func `before the first answer every number is unknown`() throws {
    try Golden.expect(try Screen(answers: false).text(80, 24), is: "nothingYet80x24")
  }

  @Test func `where nothing was measured, counts are 0 and rates have no value`() throws {
    let screen = try Screen(audience: SampleAudience(now: Screen.now, scale: 0))

    try Golden.expect(screen.text(80, 24), is: "noData80x24")
  }

  @Test func `roles say what is loud and what is quiet`() throws {
    var screen = try Screen()
    screen.press(.tab, .down)
    let canvas = screen.canvas(80, 24)

    func role(_ x: Int, _ y: Int) -> Role? { canvas[x: x, y: y]?.style.role }
    #expect(role(2, 0) == .accent, "mode")
    #expect(role(2, 2) == .dim, "label of a tile")
    #expect(role(2, 3) == .title, "value of a tile")
    #expect(role(2, 4) == .good, "more plays")
    #expect(role(15, 4) == .warn, "a lower play rate")
    #expect(role(67, 4) == .good, "a shorter time to the first frame")
    #expect(role(2, 7) == .title, "title of the chart")
    #expect(role(0, 17) == .accent, "sign of the focus")
    #expect(canvas[x: 2, y: 19]?.style == .selection, "row under the cursor")
  }

  @Test func `without colours, what colours say is still there`() throws {
    var screen = try Screen()
    screen.press(.tab, .down)

    let ansi = screen.state.frame(Size(width: 80, height: 24), .ansi, depth: .mono)

    #expect(!ansi.contains("[0;3") && !ansi.contains("38;5"))
    #expect(ansi.contains("▲ ") && ansi.contains("▼ ") && ansi.contains("▸"))
    #expect(ansi.contains("\u{1B}[0;7m"))
  }

  @Test func `a slow link is said, without seconds that would be old`() throws {
    var screen = try Screen()
    #expect(screen.text(120, 40).contains("14:05:32"))

    screen.send(.framePaceChanged(.seconds(5)))
    let top = screen.text(120, 40).prefix { $0 != "\n" }
    #expect(
      top.contains("slow link, every 5 s") && top.contains("14:05") && !top.contains("14:05:")
    )
    #expect(screen.text(60, 15).contains("every 5 s"))

    screen.send(.framePaceChanged(nil))
    #expect(!screen.text(120, 40).contains("every 5 s"))
    #expect(screen.text(120, 40).contains("14:05:32"))
  }

  @Test func `ASCII graphs make the whole frame ASCII, but for names`() throws {
    var screen = try Screen(symbols: .ascii)
    screen.press(.character("c"))

    for character in screen.text(200, 60).unicodeScalars { #expect(character.isASCII) }
  }

  @Test func `texts of data never act on the terminal`() throws {
    let text = try Screen().text(200, 60)

    #expect(text.contains("Café ·[31mrouge·"))
  }

  @Test func `numbers as JSON`() throws {
    let json = try Screen().state.frame(Size(width: 80, height: 24), .json)

    #expect(
      json.hasPrefix(
        "{\"source\":\"local\",\"environment\":\"production\",\"view\":\"overview\",\"mode\":\"live\","
      )
    )
    #expect(json.contains("\"timeframe\":{\"from\":\"2024-05-12T13:00:00+00:00\",\"to\":"))
    #expect(
      json.contains("{\"metric\":\"play\",\"aggregation\":\"count\",\"unit\":\"count\",\"value\":")
    )
    #expect(json.contains("\"breakdown\":\"media-id\""))
    #expect(json.hasSuffix("]}\n"))
  }

  @Test func `JSON of what is unknown is null`() throws {
    let json = try Screen(answers: false).state.frame(Size(width: 1, height: 1), .json)

    #expect(json.contains("\"asOf\":null"))
    #expect(json.contains("\"curves\":[]"))
    #expect(json.contains("\"tiles\":[]"))
  }
}
