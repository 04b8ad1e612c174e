import AnalyticsSource
import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Live screen")
struct LiveScreenTests {
  private static let size = Size(width: 120, height: 50)

  /// Live with its events under the keys.
  private func screen(sources: [DashboardState.Source]? = nil) throws -> Screen {
    var screen = try Screen(sources: sources)
    screen.send(.resized(width: Self.size.width, height: Self.size.height))
    screen.press(.character("v"))
    screen.send(.factsPassed(RecentFacts(cursor: 0, facts: [])))
    while screen.state.focus.panel != .facts { screen.press(.tab) }
    return screen
  }

  private func facts(_ kind: FactKind, _ seconds: [Int64], country: String = "FR") -> [Fact] {
    seconds.map {
      Fact(kind, at: Screen.now - $0 * 1000, value: nil, of: SampleObservation.playback(country))
    }
  }

  private func text(_ screen: Screen) -> String { screen.text(Self.size.width, Self.size.height) }

  /// The times of the events on the screen.
  private func times(_ screen: Screen) -> [String] {
    let lines = text(screen).split(separator: "\n").map(String.init)
    let start = lines.firstIndex { $0.contains("Events") } ?? lines.count
    return lines.dropFirst(start).compactMap { line in
      line.split(separator: " ").first.map(String.init).flatMap { $0.count == 8 ? $0 : nil }
    }
  }

  // MARK: - Observed

  @Test func `facts that are looked at anew are those of the source`() {
    var observed = Observed()
    let facts = SampleObservation.facts.facts
    observed.pass(RecentFacts(cursor: 1, facts: facts))
    observed.pass(RecentFacts(cursor: 2, facts: Array(facts.prefix(1)), skipped: 2))
    #expect(observed.facts.count == facts.count + 1 && observed.passed == 3)

    observed.restart()
    observed.pass(RecentFacts(cursor: 2, facts: facts))

    #expect(observed.facts == facts && observed.passed == 0)
  }

  @Test func `many heartbeats don't push out the few other events`() {
    var observed = Observed()
    observed.pass(RecentFacts(cursor: 1, facts: facts(.error, [9])))
    for step in 0..<10 {
      observed.pass(
        RecentFacts(cursor: UInt64(step), facts: facts(.watch, Array(repeating: 1, count: 300)))
      )
    }

    #expect(observed.facts.first?.kind == .error)
    #expect(observed.facts.count == Observed.limit + 1)
  }

  // MARK: - Rates

  @Test(arguments: [true, false])
  func `a minute whose number is not known has none, whatever others have`(lastIsOpen: Bool) {
    let values: [Double?] = [5, 41, nil] + (lastIsOpen ? [9] : [])
    let rates = MinuteRates(
      rates: [MinuteRates.Rate(name: "Plays", values: values)],
      lastIsOpen: lastIsOpen
    )
    var canvas = Canvas(size: Size(width: 60, height: 6))
    canvas.draw(rates, in: canvas.bounds)

    let line = canvas.lines.first { $0.contains("Plays") } ?? ""
    #expect(
      line.contains("–") && !line.replacing("0–41", with: "").contains("41"),
      "\(canvas.lines)"
    )
  }

  // MARK: - Events

  @Test func `events are in the order of their times, not of their arrival`() throws {
    var screen = try screen()
    screen.send(.factsPassed(RecentFacts(cursor: 1, facts: facts(.play, [20, 50, 10]))))
    screen.send(.factsPassed(RecentFacts(cursor: 2, facts: facts(.end, [30, 5]))))

    let times = times(screen)

    #expect(times.count == 5 && times == times.sorted().reversed())
  }

  @Test func `heartbeats are hidden until a key asks for them`() throws {
    var screen = try screen()
    screen.send(
      .factsPassed(RecentFacts(cursor: 1, facts: facts(.watch, [3, 4]) + facts(.play, [5])))
    )
    #expect(times(screen).count == 1)
    #expect(text(screen).contains("heartbeats hidden, a shows"))

    screen.press(.character("a"))
    #expect(times(screen).count == 3 && text(screen).contains("with heartbeats, a hides"))
    screen.press(.character("a"))

    #expect(times(screen).count == 1)
  }

  @Test func `scrolled events stand still, and new ones are counted`() throws {
    var screen = try screen()
    screen.send(.factsPassed(RecentFacts(cursor: 1, facts: facts(.play, Array(60..<200)))))
    screen.press(.down, .down)
    let before = times(screen)

    screen.send(
      .factsPassed(RecentFacts(cursor: 2, facts: facts(.play, [1, 2, 3]) + facts(.watch, [1])))
    )
    #expect(times(screen) == before)
    #expect(text(screen).contains("held  3 new, Esc follows"))

    screen.press(.escape)
    #expect(times(screen) != before && !text(screen).contains("held"))
    #expect(times(screen).first == "14:05:31")
  }

  @Test func `scrolled back to the top, events follow again`() throws {
    var screen = try screen()
    screen.send(.factsPassed(RecentFacts(cursor: 1, facts: facts(.play, Array(60..<200)))))
    screen.press(.pageDown, .end, .home)
    screen.send(.factsPassed(RecentFacts(cursor: 2, facts: facts(.play, [1]))))

    #expect(times(screen).first == "14:05:31")
  }

  @Test func `more new events than are known are said to be more`() throws {
    var screen = try screen()
    screen.send(.factsPassed(RecentFacts(cursor: 1, facts: facts(.play, Array(60..<200)))))
    screen.press(.down)
    screen.send(.factsPassed(RecentFacts(cursor: 2, facts: facts(.play, [1]), skipped: 700)))

    #expect(text(screen).contains("1+ new"))
  }

  @Test func `held events are let go where they are not watched any more`() throws {
    var screen = try screen()
    screen.send(.factsPassed(RecentFacts(cursor: 1, facts: facts(.play, Array(60..<200)))))
    screen.press(.down, .character("o"), .character("v"))
    screen.send(.factsPassed(RecentFacts(cursor: 2, facts: facts(.play, [1]))))

    #expect(times(screen) == ["14:05:31"] && !text(screen).contains("held"))
  }

  @Test(arguments: [false, true])
  func `events of another source are not held under this one`(isPaused: Bool) throws {
    var screen = try screen(sources: SampleObservation.sources)
    screen.send(.factsPassed(RecentFacts(cursor: 1, facts: facts(.play, Array(60..<200)))))
    screen.press(.down)
    if isPaused { screen.press(.character("p")) }
    screen.send(.command(.useSource(1)))
    #expect(times(screen).isEmpty && !text(screen).contains("held"))
    screen.send(.command(.goLive))
    screen.send(.factsPassed(RecentFacts(cursor: 2, facts: facts(.play, [1]))))

    #expect(times(screen) == ["14:05:31"] && !text(screen).contains("held"))
  }

  @Test func `the wheel scrolls events`() throws {
    var screen = try screen()
    screen.send(.factsPassed(RecentFacts(cursor: 1, facts: facts(.play, Array(60..<200)))))
    let layout = ShellLayout(screen.state, in: Self.size.bounds)
    let area = try #require(layout.place(of: .facts)?.area)
    let before = times(screen)
    screen.press(.tab)
    screen.send(.wheeled(3, x: area.x + 4, y: area.y + 2))

    #expect(text(screen).contains("held"))
    #expect(times(screen).first == before[3])
  }

  @Test func `filters and the search hold for events`() throws {
    var screen = try screen()
    screen.send(
      .factsPassed(
        RecentFacts(cursor: 1, facts: facts(.play, [3]) + facts(.end, [4], country: "DE"))
      )
    )
    screen.press(.character("/"))
    screen.type("end")
    screen.press(.enter)
    #expect(times(screen).count == 1 && text(screen).contains("with 'end'"))

    screen.press(.escape)
    _ = screen.state.apply([.filter([Filter.Clause(.country, ["FR"])])])

    #expect(times(screen).count == 1 && text(screen).contains(" play "))
  }

  @Test func `the list says why it is empty`() {
    var list = EventList(facts: [], fault: "not told")
    #expect(Self.text(list).contains("? not told"))
    list = EventList(facts: SampleObservation.facts.facts, isInPast: true, liveKey: "l")
    let text = Self.text(list)
    #expect(text.contains("l goes back to LIVE") && !text.contains("hidden"))
  }

  private static func text(_ view: some View) -> String {
    var canvas = Canvas(size: Size(width: 70, height: 20))
    canvas.draw(view, in: canvas.bounds)
    return canvas.lines.joined(separator: "\n")
  }

  // MARK: - Numbers

  @Test func `what happens each minute has the number of the last whole one`() throws {
    let screen = try screen()
    let text = text(screen)

    #expect(text.contains("Each minute  last whole minute"))
    for name in ["Plays", "Ends", "Errors"] { #expect(text.contains("\(name) ")) }
    let question = MinuteRates.questions[0]
    let values = try #require(screen.state.snapshot).values(
      of: question,
      in: screen.state.request.window
    )
    #expect(values.count == 60 && values.allSatisfy { ($0 ?? 0) > 0 })
    let whole = try #require(values.dropLast().last ?? nil)
    #expect(text.contains(" \(Int(whole)) "))
  }

  @Test func `titles, devices and countries that are watched stand beside each other`() throws {
    let line = try text(screen()).split(separator: "\n").first { $0.contains("Device ") }

    #expect(line?.contains("Title ") == true && line?.contains("Country ") == true)
  }

  @Test func `Live in the past tells nothing of now`() throws {
    var screen = try Screen()
    screen.press(.character("v"), .left, .left)

    let text = screen.text(120, 40)
    #expect(screen.state.isInPast && !text.contains(" now ") && !text.contains("Watching"))
    #expect(text.contains("Peak viewers") && text.contains(" at 13:"), "\(text)")
  }
}
