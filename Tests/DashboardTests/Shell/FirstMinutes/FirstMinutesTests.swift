import AnalyticsSource
import CellCanvas
import PlaybackFacts
import QueryCore
import Testing
import Themes

@testable import Dashboard

@Suite("First minutes")
struct FirstMinutesTests {
  /// A dashboard of a source without facts.
  private func screen(
    collecting isCollecting: Bool = true,
    _ source: DashboardState.Source = .init(
      name: "local",
      options: ["--store", "/tmp/my plays.db"],
      collector: "http://127.0.0.1:8080"
    )
  ) throws -> Screen {
    var screen = try Screen(answers: false)
    screen.state = DashboardState(
      sources: [source],
      zone: .utc,
      now: Screen.now,
      themes: try [ThemeLibrary().theme(named: "dark")]
    )
    screen.audience = SampleAudience(now: Screen.now, scale: 0)
    let known = Timeframe(from: Screen.now - 60_000, to: Screen.now)
    screen.send(
      .dataStateRead(
        DataState(
          version: 0,
          newestReceipt: nil,
          collected: isCollecting ? .during(known) : .never
        )
      )
    )
    return screen
  }

  private static let played = Fact(
    .play,
    at: Screen.now,
    of: Playback(
      id: PlaybackID(rawValue: 0),
      viewer: ViewerID(rawValue: 0),
      mediaID: "vi4k0jvEUuaTdRAEjQ4Jfagz",
      country: "FR",
      deviceType: "phone",
      operatingSystem: "ios",
      browser: "safari"
    )
  )

  @Test func `an empty store says where pings are taken and how to send one`() throws {
    let text = try screen().text(80, 24)

    #expect(text.contains("● Waiting for the first ping"))
    #expect(text.contains("Players send pings to http://127.0.0.1:8080/watch"))
    #expect(text.contains("curl -A \"$ua\" http://127.0.0.1:8080/watch"))
    #expect(text.contains("Send one from another terminal (y copies it):"))
    #expect(!text.contains("Plays") && !text.contains("No collector"))
    #expect(try screen().state.firstPingCommand.allSatisfy { $0.count <= 76 })
  }

  @Test func `where nobody collects, the command that does is told`() throws {
    let text = try screen(collecting: false).text(80, 24)

    #expect(text.contains("No collector is running. Start one:"))
    #expect(text.contains("playhead serve --store '/tmp/my plays.db'"))
  }

  @Test func `a server elsewhere is sent pings at its own address`() throws {
    let screen = try screen(
      collecting: false,
      .init(
        name: "stats.example",
        address: "https://stats.example/v1",
        collector: "https://stats.example/v1"
      )
    )

    #expect(screen.text(80, 24).contains("https://stats.example/v1/watch"))
    #expect(!screen.text(80, 24).contains("playhead serve"))
  }

  @Test func `every screen of plays waits, that of health does not`() throws {
    var screen = try screen()
    for view in ScreenID.allCases {
      screen.send(.command(.show(view)))
      let isOfPlays = view.traits.time != .none

      #expect(screen.text(80, 24).contains("Waiting for the first ping") == isOfPlays)
    }
  }

  @Test func `the command is what is copied`() throws {
    var screen = try screen()
    screen.press(.character("y"))

    #expect(screen.takeEffect() == .export(.copy))
    let size = Size(width: 80, height: 24)
    let text = screen.state.text(of: .copy, size: size, depth: .mono)
    #expect(text.hasPrefix("now=$(date +%s)000; ") && text.hasSuffix("false}]}'\n"))
  }

  @Test(arguments: [(ScreenID.health, "what,value"), (.sources, "source,environment")])
  func `a screen that does not wait is copied itself`(view: ScreenID, heading: String) throws {
    var screen = try screen()
    screen.send(.command(.show(view)))

    let size = Size(width: 80, height: 24)
    #expect(screen.state.text(of: .copy, size: size, depth: .mono).hasPrefix(heading))
  }

  @Test func `the first ping is named, and the screen takes over`() throws {
    var screen = try screen()
    #expect(screen.effects.contains(.observe(.facts)))
    screen.send(.mediaListed(MediaNames(SampleAudience.mediaItems)))
    screen.send(.factsPassed(RecentFacts(cursor: 0, facts: [])))
    screen.send(.dataStateRead(DataState(version: 1, newestReceipt: Screen.now)))
    #expect(screen.text(80, 24).contains("First ping collected"))

    screen.send(.factsPassed(RecentFacts(cursor: 1, facts: [Self.played])))

    #expect(
      screen.state.notice == "first ping: 12:05:32 · FR France · phone safari · The long walk"
    )
    #expect(screen.state.firstMinutes == nil && screen.effects.last == .observe(nil))
    #expect(screen.text(80, 24).contains("Play rate"))
  }

  @Test func `where nothing is told of the ping, the screen takes over after three seconds`() throws
  {
    var screen = try screen()
    screen.send(.dataStateRead(DataState(version: 1, newestReceipt: Screen.now)))
    screen.pass(seconds: 2)
    #expect(screen.state.firstMinutes != nil)

    screen.pass(seconds: 1)

    #expect(screen.state.firstMinutes == nil)
    #expect(screen.state.notice == "the first ping was collected")
  }

  @Test func `a source that does not say whether it ever had facts is not waited for`() throws {
    var screen = try Screen()
    screen.send(.dataStateRead(DataState(version: 1, newestReceipt: nil)))

    #expect(screen.state.firstMinutes == nil)
  }

  @Test func `any size draws it`() throws {
    let screen = try screen(collecting: false)
    for width in [1, 5, 20, 40, 79, 80, 200] {
      for height in [1, 2, 5, 10, 24, 60] { _ = screen.text(width, height) }
    }
    #expect(screen.text(40, 10).contains("Waiting for the first ping"))
    #expect(screen.text(40, 12).contains("y copies a command that sends one"))
  }

  @Test func `a range without facts says so, and of when the newest are`() throws {
    var audience = SampleAudience(now: Screen.now - 3 * Milliseconds.day)
    audience.collected = .during(
      Timeframe(from: Screen.now - 40 * Milliseconds.day, to: Screen.now)
    )
    var screen = try Screen(audience: audience)
    #expect(
      screen.text(80, 24)
        .contains("no facts in this range  newest data Fri 10 May 14:05  R range")
    )
    screen.press(.character("4"))
    #expect(!screen.text(80, 24).contains("in this range"))

    #expect(screen.state.take(filter: "device=fridge", replacing: nil) == nil)
    screen.send(.command(.refresh))
    #expect(screen.text(80, 24).contains("no facts pass the filters in this range"))
  }
}
