import Foundation
import CellCanvas
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@testable import Dashboard

@Suite("Any screen")
struct ScreenFuzzTests {
  /// Screens in every state that looks different.
  private func screens() throws -> [Screen] {
    var screens = [try Screen(answers: false)]
    let keys: [[Key]] = [
      [], [.character("?")], [.character("m"), .end], [.character("z")], [.left, .left],
      [.tab, .down, .down], [.tab, .enter, .tab, .enter],
      [.tab, .tab, .tab, .character("z"), .end],
      [.character("1")], [.character("2"), .character("g")], [.character("6"), .down, .down],
      [.character("p"), .character("c"), .character("g"), .character("g")],
    ]
    for keys in keys {
      var screen = try Screen()
      for key in keys { screen.press(key) }
      screens.append(screen)
      screen.fail("refused by \u{1B}[2J a host with a long name that fills the row and goes on")
      screens.append(screen)
    }
    screens.append(try Screen(.sandbox, audience: SampleAudience(now: Screen.now, scale: 0)))
    screens.append(try Screen(audience: SampleAudience(now: Screen.now, scale: 1e12)))
    return screens
  }

  @Test func `every state draws something at every size`() throws {
    let small = [(1, 1), (2, 1), (1, 2), (3, 3), (12, 4), (80, 24)]
    let large = [(250, 80), (250, 1), (1, 80), (40, 60), (61, 17), (120, 40), (200, 60), (33, 9)]
    for (index, screen) in try screens().enumerated() {
      for (width, height) in small + [large[index % large.count]] {
        let canvas = screen.canvas(width, height)
        let isBlank = canvas.lines.allSatisfy { $0.allSatisfy { $0 == " " } }
        #expect(canvas.lines.count == height && !isBlank, "\(width)×\(height)")
      }
    }
  }

  /// A sentence that should hold of every state, and does not.
  private func brokenRule(of state: DashboardState, isFetching: Bool) -> String? {
    let wait = state.untilNextTick
    if isFetching != (state.fetching.inFlight != nil) { return "a fetch is on its way or is not" }
    if wait <= .zero || wait > .seconds(1) { return "it ticks every second" }
    if Set(state.filters).count != state.filters.count { return "no filter is there twice" }
    if !state.view.panels.contains(state.focus.panel) { return "the focus is on the screen" }
    let curves = state.subject.questions.curves
    if Set(curves.map(\.measure)).count != curves.count { return "no curve is there twice" }
    guard let selected = state.rowUnderCursor else { return nil }
    guard state.hasRows else { return "a cursor is in rows" }
    let rows = state.rowIDs
    if Set(rows).count != rows.count { return "no row is there twice" }
    return rows[min(selected.index, rows.count - 1)] == selected.id ? nil : "a held row is shown"
  }

  @Test func `no state lets control characters through`() throws {
    for screen in try screens() {
      let text = screen.text(250, 80)
      #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" })
      #expect(!text.unicodeScalars.contains { (0x7F...0x9F).contains($0.value) })
      #expect(!text.unicodeScalars.contains("\u{202E}"))
    }
  }

  @Test func `a frame is a function of the state`() throws {
    for screen in try screens() {
      #expect(screen.canvas(100, 30) == screen.canvas(100, 30))
    }
  }

  /// How many keys are pressed for each seed; a night may press more.
  private static let keyCount =
    ProcessInfo.processInfo.environment["PLAYHEAD_RANDOM_KEYS"].flatMap { Int($0) } ?? 20_000

  @Test(arguments: [42, 43, 44, 45] as [UInt64])
  func `random keys break nothing`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var state = try Screen(answers: false).state
    var outstanding = state.fetching.inFlight.map { (id: $0.id, request: $0.request) }
    let keys = KeyMap.standard.bindings.flatMap(\.keys) + [.character("X"), .function(5)]
    let audience = Answers()
    for step in 0..<Self.keyCount {
      var messages: [DashboardMessage] = []
      switch Int.random(in: 0..<60, using: &random) {
      case 0:
        let time = state.now + Int64.random(in: -2000...20_000, using: &random)
        let passed = Int64.random(in: 0...40_000, using: &random)
        messages = [.ticked(time, uptime: state.uptime + .milliseconds(passed))]
      case 1: messages = [.dataStateRead(.init(version: UInt64(step), newestReceipt: state.now))]
      case 2: messages = [.dataStateFailed(reason: "gone")]
      case 3:
        guard let (id, request) = outstanding else { continue }
        let answer = audience.answer(to: request, of: step)
        messages = [.snapshotLoaded(id: id, Snapshot(request, answer, asOf: state.now))]
        outstanding = nil
      case 6:
        guard let (id, _) = outstanding else { continue }
        messages = [.fetchFailed(id: id, reason: "refused", jitter: 0.5)]
        outstanding = nil
      case 7...10:
        let x = Int.random(in: -1...81, using: &random)
        let y = Int.random(in: -1...25, using: &random)
        messages = [.clicked(x: x, y: y), .dragged(x: x + 3, y: y), .released(x: x + 3, y: y)]
        if step % 2 == 0 { messages = [.pointed(x: x, y: y), .wheeled(3, x: x, y: y)] }
      case 11:
        let none = DataState(version: UInt64(step), newestReceipt: nil, collected: .never)
        messages = [.dataStateRead(none)]
      default:
        let key = keys[Int.random(in: 0..<keys.count, using: &random)]
        messages = state.keyMap.messages(for: .key(key), in: state)
      }
      for effect in messages.flatMap({ state.update($0) }) {
        switch effect {
        case .fetch(let id, let request, _): outstanding = (id, request)
        case .cancelFetch: outstanding = nil
        case .observe, .useSource, .repaint, .reportMouse, .export, .quit: break
        }
      }
      if step % 5 == 0, let broken = brokenRule(of: state, isFetching: outstanding != nil) {
        Issue.record("after \(step) steps: \(broken)")
        return
      }
      if step % 2000 == 0 {
        var canvas = Canvas(size: Size(width: step / 1000 + 1, height: step / 3125 + 1))
        state.render(into: &canvas)
      }
    }
  }
}

/// Cheap answers that differ with every step.
private struct Answers {
  func answer(to request: ScreenRequest, of step: Int) -> QueryAnswer {
    let results = request.queries.map { query in
      switch query.shape {
      case .number:
        return QueryResult(query: query, rows: .number(.integer(Int64(step))), itemsTotal: 1)
      case .timeseries:
        let point = QueryResult.Point(
          emittedAt: request.window.edges[step % request.window.count],
          offsetSeconds: 0,
          value: .integer(3)
        )
        return QueryResult(query: query, rows: .timeseries([point]), itemsTotal: 1)
      case .buckets:
        let buckets = (0..<step % 7).map { index in
          QueryResult.Bucket(value: .integer(9), dimensionValue: "v\((index + step) % 9)")
        }
        return QueryResult(query: query, rows: .buckets(buckets), itemsTotal: buckets.count)
      case .histogram:
        let bin = QueryResult.Bin(bounds: 800..<816, value: .integer(Int64(step)))
        return QueryResult(query: query, rows: .histogram([bin]), itemsTotal: 1)
      }
    }
    return QueryAnswer(
      state: DataState(version: UInt64(step), newestReceipt: nil),
      results: results
    )
  }
}
