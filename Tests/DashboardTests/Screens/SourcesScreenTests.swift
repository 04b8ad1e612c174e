import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Sources screen")
struct SourcesScreenTests {
  private func screen() throws -> Screen {
    var screen = try Screen(sources: SampleObservation.sources)
    screen.press(.character("@"))
    for message in SampleObservation.sourceMessages { screen.send(message) }
    return screen
  }

  private func line(_ name: String, _ screen: Screen) -> String {
    screen.text(140, 30).split(separator: "\n").map(String.init).last { $0.contains(name) } ?? ""
  }

  @Test func `every source has its state, the age of its data and who watches`() throws {
    var screen = try screen()
    screen.pass(seconds: 9)

    #expect(line("local", screen).contains("shown"))
    #expect(line("edge-paris", screen).contains("● OK collecting"))
    #expect(
      line("edge-paris", screen).contains("1 288") && line("edge-paris", screen).contains("10 s")
    )
    #expect(line("archive", screen).contains("! no collector is running"))
  }

  @Test func `nothing is cut where there is room`() throws {
    let screen = try screen()

    let lines = screen.text(120, 30).split(separator: "\n").dropFirst(2).dropLast()

    #expect(lines.contains { $0.contains("store on this machine") })
    #expect(!lines.contains { $0.contains("…") }, "\(lines)")
  }

  @Test func `a source that fails says since when, and its number is unknown`() throws {
    var screen = try screen()
    screen.pass(seconds: 192)

    #expect(line("edge-tokyo", screen).contains("! DOWN 3 m 12 s connection refused"))
    #expect(!line("edge-tokyo", screen).contains("640"))
    #expect(line("staging", screen).contains("! DOWN 3 m 12 s no answer in 5 s"))

    screen.send(SampleObservation.sourceMessages[2])
    #expect(line("edge-tokyo", screen).contains("640"))
  }

  @Test func `why the source under the cursor fails is said whole`() throws {
    var screen = try Screen(sources: SampleObservation.sources)
    screen.press(.character("@"))
    let reason = "http://10.0.0.7:8080 can't be reached: no route to host, asked for four seconds"
    screen.send(.sourceFailed(3, reason: reason))
    screen.press(.down, .down, .down)

    #expect(screen.text(90, 20).split(separator: "\n").contains { $0.hasSuffix("four seconds") })
    screen.press(.up)
    #expect(!screen.text(90, 20).contains("four seconds"))
  }

  @Test func `the environment of a source is what it says itself`() throws {
    var screen = try screen()
    // The settings are about the first source; of others they only repeat it.
    #expect(line("local", screen).contains("production"))
    #expect(line("edge-paris", screen).contains("production"))
    #expect(!line("staging", screen).contains("sandbox"), "\(line("staging", screen))")
    let reading = SourceReading(
      data: DataState(version: 1, newestReceipt: Screen.now, retention: Retention(.sandbox)),
      watching: 7,
      duration: .milliseconds(3)
    )
    screen.send(.sourceRead(3, reading))

    #expect(line("staging", screen).contains("sandbox"))
    let table = screen.state.screen.table(of: .sources, screen.state.context)
    #expect(table.csv.contains("staging,sandbox,ok"))
  }

  @Test func `a source that was asked too often is not down`() throws {
    var screen = try screen()
    let limit = QueryError.limited(retryAfterSeconds: 30)
    screen.send(.sourceFailed(1, reason: "\(limit)", retryAfterSeconds: 30))

    let line = line("edge-paris", screen)
    #expect(
      line.contains("! LIMITED rate limit of the server") && !line.contains("DOWN"),
      "\(line)"
    )
    screen.send(.sourceFailed(1, reason: "refused"))
    #expect(self.line("edge-paris", screen).contains("! DOWN"))
  }

  @Test func `what was known before nobody looked is not taken for now`() throws {
    var screen = try screen()
    screen.press(.character("o"))
    screen.pass(seconds: 3600)
    screen.press(.character("@"))
    #expect(line("edge-tokyo", screen).contains("asking"))

    screen.send(.sourceFailed(2, reason: "connection refused"))
    screen.pass(seconds: 3)

    #expect(line("edge-tokyo", screen).contains("! DOWN 3 s "))
  }

  @Test func `a source that was not asked yet claims nothing`() throws {
    var screen = try Screen(sources: SampleObservation.sources)
    screen.press(.character("@"))

    #expect(line("local", screen).contains("asking") && line("local", screen).contains("?"))
  }

  @Test func `Enter turns to the source under the cursor`() throws {
    var screen = try screen()
    screen.press(.down, .down, .up, .enter)

    #expect(screen.state.sourceIndex == 1 && screen.state.view == .overview)
    #expect(screen.effects.contains(.useSource(1)))

    screen.press(.character("@"))
    #expect(line("edge-paris", screen).contains("shown"))
  }

  @Test func `the first click selects, the second one turns to it`() throws {
    var screen = try screen()
    screen.send(.resized(width: 140, height: 30))
    let layout = ShellLayout(screen.state, in: Size(width: 140, height: 30).bounds)
    let area = try #require(layout.place(of: .sources)?.area)

    screen.send(.clicked(x: 10, y: area.y + 3))
    #expect(screen.state.sourceIndex == 0)
    screen.send(.clicked(x: 10, y: area.y + 3))

    #expect(screen.state.sourceIndex == 2)
  }

  @Test func `the wheel moves the cursor`() throws {
    var screen = try screen()
    screen.send(.resized(width: 140, height: 30))
    screen.send(.wheeled(1, x: 10, y: 12))
    screen.press(.enter)

    #expect(screen.state.sourceIndex == 1)
  }

  @Test func `marks and pointer are of the source before`() throws {
    var screen = try screen()
    screen.press(.character("b"), .character(" "))
    #expect(!screen.state.focus.marks.isEmpty)
    screen.send(.command(.useSource(1)))

    #expect(screen.state.focus.marks.isEmpty)
  }

  @Test func `sources are watched while they are looked at`() throws {
    var screen = try screen()
    screen.press(.character("o"))

    let observed = screen.effects.compactMap { effect -> Observation?? in
      if case .observe(let observation) = effect { observation } else { nil }
    }
    #expect(observed == [.sources, nil])
  }

  @Test func `other sources stay bright where the shown one fails`() throws {
    var screen = try Screen(sources: SampleObservation.sources)
    screen.fail()
    screen.press(.character("@"))
    for message in SampleObservation.sourceMessages { screen.send(message) }
    let canvas = screen.canvas(140, 30)

    let row = try #require(canvas.lines.firstIndex { $0.contains("edge-paris") })
    let roles = (0..<140).compactMap { canvas[x: $0, y: row]?.style.role }
    #expect(roles.contains(.good))
  }

  @Test func `one source alone says how there can be more`() throws {
    var screen = try Screen()
    screen.press(.character("@"))

    #expect(screen.text(120, 30).contains("[sources] in the settings file"))
  }

  @Test(arguments: [(1, 1), (20, 5), (40, 10), (300, 60)])
  func `every size draws something`(width: Int, height: Int) throws {
    let text = try screen().text(width, height)

    if width >= 20 { #expect(text.contains("local")) }
  }
}
