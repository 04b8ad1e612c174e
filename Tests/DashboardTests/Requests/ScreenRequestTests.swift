import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Screen request")
struct ScreenRequestTests {
  @Test("no question is asked twice, and none is refused", arguments: TimeRange.presets)
  func questions(range: TimeRange) throws {
    var screen = try Screen()
    screen.send(.command(.chooseRange(range)))

    let queries = screen.state.request.queries

    #expect(Set(queries).count == queries.count)
    for query in queries {
      guard case .timeseries(.minute) = query.shape else { continue }
      #expect((query.timeframe?.duration ?? 0) <= Milliseconds.hour)
    }
  }

  @Test func `every question has the filters and the zone`() throws {
    var screen = try Screen()
    screen.press(.tab, .enter)

    for query in screen.state.request.queries {
      #expect(query.filter == Filter([.init(.country, ["FR"])]))
      #expect(query.zone == "Europe/Paris")
    }
  }

  @Test func `without a comparison, nothing before the window is asked for`() throws {
    var screen = try Screen()
    screen.send(.command(.compare(nil)))
    let request = screen.state.request

    #expect(request.previous == nil)
    for query in request.queries {
      #expect((query.timeframe?.from ?? Screen.now) >= request.window.edges[0])
    }
  }

  @Test func `a sandbox is never asked for what it no longer keeps`() throws {
    var screen = try Screen(.sandbox)
    screen.send(.command(.chooseRange(.month)))
    let request = screen.state.request

    let edge = screen.state.source.retention.edge(at: screen.state.now)
    #expect(request.previous == nil)
    for query in request.queries {
      #expect((query.timeframe?.from ?? edge - 1) >= edge)
    }
  }

  @Test func `rankings count plays where shares of the metric make no sense`() throws {
    var screen = try Screen()
    screen.press(.character("m"), .down, .enter)

    #expect(screen.state.measure.title == "Play rate")
    #expect(screen.state.selection.additiveMeasure.title == "Plays")
  }
}
