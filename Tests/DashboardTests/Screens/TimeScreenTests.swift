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

  @Test func `the legend of several curves has their mark of the open interval, and no hatch`()
    throws
  {
    var screen = try Screen()
    screen.press(.character("t"))
    #expect(screen.text(120, 40).contains("▒ so far"))
    screen.press(.character("x"))

    #expect(screen.text(120, 40).contains("⠂⠐ so far"))
    #expect(!screen.text(120, 40).contains("▒ so far"))
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

  // MARK: - Percentiles

  private func firstFrames(_ metric: String = "first frame") throws -> Screen {
    var screen = try Screen()
    screen.press(.character("t"), .character("m"))
    screen.type(metric)
    screen.press(.enter)
    return screen
  }

  @Test func `the time to the first frame comes with its percentiles and a histogram`() throws {
    let screen = try firstFrames()
    let curves = try #require(screen.state.snapshot?.curves)

    #expect(
      curves.map(\.measure.aggregation) == [.average, .p95, .p75, .p50]
        && curves.allSatisfy { $0.measure.metric == "impression-time" }
    )
    let text = screen.text(120, 40)
    #expect(text.contains("Impressions by time to the first frame"), "\(text)")
    #expect(text.contains("p50 ") && text.contains("p75 ") && text.contains("p95 "), "\(text)")
    #expect(text.contains("First frame, p95"))
    let other = try Screen().text(120, 40)
    #expect(!other.contains("by time to the first frame"))
  }

  @Test func `a chosen percentile comes first, and once`() throws {
    let screen = try firstFrames("first frame, p95")

    let curves = try #require(screen.state.snapshot?.curves)
    #expect(curves.map(\.measure.aggregation) == [.p95, .p75, .p50])
  }

  @Test func `a metric that is drawn over it leaves out the percentiles`() throws {
    var screen = try firstFrames()
    screen.press(.character("a"))
    screen.type("impressions")
    screen.press(.enter)

    #expect(
      screen.state.snapshot?.curves.map(\.measure.metric) == ["impression-time", "impression"]
    )
    #expect(screen.state.snapshot?.request.questions.others == [])
  }

  @Test func `an explanation has the percentiles with how many are behind them`() throws {
    var screen = try firstFrames()
    screen.press(.character("i"))

    let frames = try #require(screen.state.snapshot?.explanation?.firstFrames)
    #expect(frames.times.count > 1000 && frames.percentiles.map(\.name) == ["p50", "p75", "p95"])
    let words = screen.text(120, 40).split { $0.isWhitespace }.joined(separator: " ")
    #expect(words.contains("percentiles p50 ") && words.contains("impressions whose time is known"))
    screen.press(.escape)
    screen.send(.command(.chooseMeasure(.plays)))
    screen.press(.character("i"))
    #expect(screen.state.snapshot?.explanation?.firstFrames == nil)
  }

  @Test func `the histogram has its buckets without holes`() {
    let bins = [800..<816, 832..<848].map {
      QueryResult.Bin(bounds: $0 as Range<Int64>, value: .integer(5))
    }

    let frames = FirstFrames(bins)

    #expect(frames.buckets.edges == [800, 816, 832, 848] && frames.buckets.counts == [5, 0, 5])
    #expect(frames.times.count == 10 && FirstFrames([QueryResult.Bin]()).buckets.edges == [])
  }
}
