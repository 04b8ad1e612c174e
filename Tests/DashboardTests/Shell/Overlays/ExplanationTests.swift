import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Explanation")
struct ExplanationTests {
  @Test func `what a number means, and how to ask for it`() throws {
    var screen = try Screen()
    screen.press(.tab, .enter, .character("m"))
    screen.type("play rate")
    // The chart shows it; the list that had the keys still counts plays.
    screen.press(.enter, .escape, .character("i"))

    let text = screen.text(120, 40)
    #expect(text.contains("÷"), "\(text)")
    #expect(text.contains("country FR"))
    #expect(text.contains("GET /data/metrics/play/rate?from="))
    #expect(text.contains("playhead query metrics play rate --from"))
  }

  @Test func `what was divided by nothing has no value`() throws {
    var screen = try Screen(audience: SampleAudience(now: Screen.now, scale: 0))
    screen.press(.character("m"))
    screen.type("play rate")
    screen.press(.enter, .character("i"))

    let lines = screen.canvas(120, 40).lines
    #expect(lines.contains { $0.contains("value") && $0.contains("–") && !$0.contains("0.0 %") })
  }

  @Test func `the live screen explains its own number, health none`() throws {
    var screen = try Screen()
    screen.press(.character("v"), .character("i"))
    #expect(screen.text(120, 40).contains("playhead query metrics ccv peak"))

    screen.press(.escape, .character("h"), .character("i"))
    #expect(screen.state.overlay == nil && screen.state.notice != nil)
  }

  @Test func `what is explained is of the panel with the focus`() throws {
    var screen = try Screen()
    screen.press(.character("v"), .tab, .character("i"))
    #expect(screen.state.explained?.reach == .now)
    #expect(screen.text(120, 40).contains("Watching now"))
    let moment = screen.state.explainedNumber.timeframe
    #expect(moment.map { $0.duration } == 2 * Milliseconds.slot)
    screen.press(.escape, .character("e"), .character("s"), .character("i"))
    #expect(screen.state.explained == MediaColumn.playRate.measure)
    screen.press(.escape, .character("o"))
    screen.state.measure = try #require(MetricCatalog.measure("play", .rate))
    screen.press(.tab, .character("i"))
    #expect(screen.state.explained == Measure.plays)
  }

  @Test func `on Movers it is the interval under the cursor that is explained`() throws {
    var screen = try Screen()
    screen.press(.character(","), .character(","), .character(","), .character("u"))
    screen.press(.character("i"))
    let cursor = try #require(screen.state.cursor)
    let request = try #require(screen.state.snapshot?.request)

    let shown = Timeframe(from: cursor, to: cursor + Milliseconds.hour)
    #expect(screen.state.explainedNumber.timeframe == shown)
    #expect(request.explanationQueries.allSatisfy { $0.timeframe == shown })
    #expect(screen.state.snapshot?.explanation?.value != nil)
    let compared = try #require(request.comparedTimeframe)
    let hour = TimeText.clock(screen.state.zone.civil(compared.from))
    let lines = screen.canvas(120, 40).lines
    #expect(lines.contains { $0.contains("compared with") && $0.contains(hour) }, "\(lines)")
  }

  @Test func `what has no answer yet can be explained on every screen`() throws {
    for view in ScreenID.allCases {
      var screen = try Screen(answers: false)
      screen.send(.command(.show(view)))
      screen.press(.character("i"), .left, .character("r"))

      #expect(!screen.text(120, 40).isEmpty)
    }
  }
}
