import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Every screen")
struct EveryScreenTests {
  private static let sizes = [
    Size(width: 80, height: 24), Size(width: 120, height: 40), Size(width: 200, height: 60),
  ]

  /// A screen with all that it can show.
  private func screen(
    _ view: ScreenID,
    _ symbols: Symbols.Family = .blocks,
    _ size: Size = sizes[0]
  ) throws -> Screen {
    var screen = try Screen(
      symbols: symbols,
      sources: view == .sources ? SampleObservation.sources : nil
    )
    screen.send(.resized(width: size.width, height: size.height))
    screen.send(.command(.show(view == .item ? .media : view)))
    if view == .item { screen.press(.enter) }
    if view == .time {
      screen.press(.character("a"))
      screen.type("impressions")
      screen.press(.enter, .character(","), .character(","), .character(","))
    }
    screen.send(.factsPassed(SampleObservation.facts))
    if view == .health {
      for step in 0..<60 {
        if step > 0 { screen.pass(seconds: 2) }
        screen.send(.healthRead(SampleObservation.health(step), SampleObservation.process(step)))
      }
    }
    for (index, message) in SampleObservation.sourceMessages.enumerated() where view == .sources {
      if index == 3 { screen.pass(seconds: 12) }
      screen.send(message)
    }
    return screen
  }

  @Test("looks as it should in colours", arguments: ScreenID.allCases, sizes)
  func colours(view: ScreenID, size: Size) throws {
    let screen = try screen(view, .blocks, size)
    let canvas = screen.canvas(size.width, size.height)
    try Golden.expect(
      canvas.annotated(screen.state.palette(.twoHundredFiftySix)),
      is: "\(view)-\(size.width)x\(size.height)-256"
    )
  }

  @Test("looks as it should without colours", arguments: ScreenID.allCases, sizes)
  func mono(view: ScreenID, size: Size) throws {
    let screen = try screen(view, .blocks, size)
    let canvas = screen.canvas(size.width, size.height, hasColor: false)
    try Golden.expect(
      canvas.annotated(screen.state.palette(.mono)),
      is: "\(view)-\(size.width)x\(size.height)-mono"
    )
  }

  @Test("looks as it should in ASCII", arguments: ScreenID.allCases, sizes)
  func ascii(view: ScreenID, size: Size) throws {
    let text = try screen(view, .ascii, size).text(size.width, size.height)

    try Golden.expect(text, is: "\(view)-\(size.width)x\(size.height)-ascii")
    #expect(text.unicodeScalars.allSatisfy { $0.isASCII })
  }

  @Test(arguments: ScreenID.allCases)
  func `a screen is turned to by its key and says so`(view: ScreenID) throws {
    var screen = try Screen()
    let key = try #require(KeyMap.standard.label(of: .show(view))?.first)

    screen.press(.character(key))

    #expect(screen.state.view == view)
    #expect(screen.text(80, 24).contains("[\(key) \(view.title)]"))
  }

  @Test func `brackets go round the screens`() throws {
    var screen = try Screen()

    for _ in ScreenID.allCases { screen.press(.character("]")) }
    #expect(screen.state.view == .overview)
    screen.press(.character("["))

    #expect(screen.state.view == ScreenID.allCases.last)
  }

  @Test func `only the screens that need it look at more than answers`() throws {
    var screen = try Screen()
    screen.press(.character("v"), .character("h"), .character("o"))

    let observed = screen.effects.compactMap { effect -> Observation?? in
      if case .observe(let observation) = effect { observation } else { nil }
    }
    #expect(observed == [.facts, .health, nil])
  }

  @Test func `health that does not fit is scrolled`() throws {
    var screen = try self.screen(.health)
    screen.send(.resized(width: 60, height: 15))
    #expect(screen.text(60, 15).contains("▼") && !screen.text(60, 15).contains("memory"))

    screen.press(.end)
    screen.press(.pageDown, .pageDown, .pageDown, .down, .down, .down, .down)
    #expect(screen.text(60, 15).contains("memory") && !screen.text(60, 15).contains("more line"))
    for _ in 0..<40 { screen.press(.up) }
    #expect(screen.text(60, 15).contains("Collector"))
  }
}
