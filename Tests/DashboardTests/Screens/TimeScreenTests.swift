import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Time screen")
struct TimeScreenTests {
  @Test func `curves of values come with what the first answer shows`() throws {
    var screen = try Screen()
    screen.press(.character("t"), .character("d"))
    screen.type("device")
    screen.press(.enter)

    let curves = try #require(screen.state.snapshot?.curves)
    #expect(curves.compactMap(\.value) == ["phone", "computer", "tablet", "tv", "console"])
    #expect(screen.text(120, 40).contains("Plays by device by hour"))
  }

  @Test func `curves without colours are told apart by their dashes`() throws {
    var screen = try Screen()
    screen.press(.character("t"), .character("x"))

    try Golden.expect(screen.text(100, 30), is: "curves100x30")
  }

  @Test func `the cursor reads an interval, its value before and the change`() throws {
    var screen = try Screen()
    screen.press(.character("t"), .character(","), .character(","))

    let text = screen.text(140, 30)
    #expect(text.contains("Mon 13 May 14:00") || text.contains("Mon 13 May 13:00"), "\(text)")
    #expect(text.contains("before"))
    screen.press(.escape)
    #expect(screen.state.cursor == nil)
  }

  @Test func `zooming in about the cursor and out again`() throws {
    var screen = try Screen()
    for _ in 0..<12 { screen.press(.character(",")) }
    screen.press(.character("+"))
    #expect(screen.state.range == TimeRange(12, .hour))
    guard case .history = screen.state.mode else {
      Issue.record("\(screen.state.mode)")
      return
    }
    screen.press(.character("-"))
    #expect(screen.state.range == .day)
    screen.press(.character("l"))

    #expect(screen.state.mode == .live)
  }

  @Test func `curves of a ratio are of what is played most`() throws {
    var screen = try Screen()
    screen.press(.character("t"), .character("m"))
    screen.type("play rate")
    screen.press(.enter, .character("x"))

    let rows = try #require(screen.state.snapshot?.ranking(of: .curves)?.rows)
    let plays = rows.compactMap(\.value)
    #expect(plays == plays.sorted(by: >) && (plays.first ?? 0) > 1)
    let curves = try #require(screen.state.snapshot?.curves)
    #expect(curves.map(\.value) == rows.prefix(curves.count).map(\.dimensionValue))
    #expect(curves.allSatisfy { $0.measure.title == "Play rate" })
    let lines = screen.canvas(120, 40).lines
    #expect(lines.contains { $0.contains("without a curve") && $0.contains(" plays") })
  }

  @Test func `curves of one unit share the axis, of another have a scale of their own`() throws {
    var screen = try Screen()
    let named = Dictionary(
      Measure.chartable.map { ($0.title, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    screen.press(.character("t"))
    screen.send(.command(.screen(.toggleOverlay(try #require(named["Impressions"])))))
    #expect(screen.text(120, 40).contains(" k ⠁"))

    screen.send(.command(.screen(.toggleOverlay(try #require(named["Avg watch time"])))))

    // Below each other, each with the range that its shape covers.
    let rows = screen.text(120, 40).split(separator: "\n").filter { $0.contains("0–") }
    #expect(rows.count == 3)
    #expect(rows.last?.contains("Avg watch time") == true)
  }

  @Test func `what has no curve of its own is counted below the curves`() throws {
    var screen = try Screen()
    screen.press(.character("t"), .character("x"))

    #expect(screen.text(120, 40).contains("13 others, without a curve"))
    #expect(screen.text(120, 40).contains("of 129.8 k in all"))
  }

  @Test func `on the chart, arrows go through the metrics and round`() throws {
    var screen = try Screen()
    let first = screen.state.measure

    for _ in Measure.chartable { screen.press(.down) }
    #expect(screen.state.measure == first)
    screen.press(.up, .down)

    #expect(screen.state.measure == first)
  }
}
