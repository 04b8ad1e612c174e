import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("The screen as a command line")
struct CommandLineTests {
  @Test func `a key copies it`() throws {
    var screen = try Screen()

    screen.press(.character("Y"))

    #expect(screen.takeEffect() == .export(.commandLine))
    let text = screen.state.text(of: .commandLine, size: Size(width: 80, height: 24), depth: .mono)
    #expect(
      text == "playhead dash --view overview --range 24h --filter none --bots all --metric play"
        + " --dimension country --compare previous --tz Europe/Paris"
    )
  }

  @Test func `filters, metric, comparison and the options of the source are in it`() throws {
    var state = DashboardState(
      sources: [.init(name: "local", options: ["--store", "/tmp/my store.db"])],
      zone: .utc,
      now: Screen.now,
      themes: []
    )
    #expect(state.take(filter: "country=FR,DE browser!=chrome", replacing: nil) == nil)
    _ = state.update(.command(.show(.breakdown)))
    _ = state.update(.command(.compare(nil)))
    _ = state.update(.command(.chooseDimension(.browser)))
    _ = state.update(.command(.nextBots))

    #expect(
      state.commandLine == "playhead dash --view breakdown --range 24h --filter country=DE,FR"
        + " --filter 'browser!=chrome' --bots exclude --metric play --dimension browser"
        + " --columns none --compare none --tz UTC --store '/tmp/my store.db'"
    )
  }

  @Test func `a range of the past, or one that grows, is in it as it is typed`() throws {
    var screen = try Screen()
    screen.press(.left)
    #expect(
      screen.state.commandLine?.contains(
        " --range 2024-05-12T03:00:00+02:00..2024-05-13T03:00:00+02:00 "
      ) == true,
      "\(screen.state.commandLine ?? "")"
    )
    #expect(screen.state.take(range: "since 9:00") == nil)
    #expect(
      screen.state.commandLine?.contains(" --range 'since 2024-05-13T09:00:00+02:00' ") == true
    )
  }

  @Test(arguments: [
    "24h", "7d", "90m", "1y", "today", "since 9:00", "yesterday", "last week", "9:00-11:00",
    "monday", "2024-04-01..2024-04-20", "-24h..-12h", "last month",
  ])
  func `what it says of the time opens the same time`(text: String) throws {
    var screen = try Screen()
    #expect(screen.state.take(range: text) == nil)
    let line = try #require(screen.state.commandLine)
    let tail = try #require(line.split(separator: " --range ").last)
    let typed = try #require(tail.split(separator: " --filter").first)
    var other = try Screen()

    #expect(other.state.take(range: String(typed.filter { $0 != "\u{27}" })) == nil)

    #expect(other.state.place == screen.state.place, "\(typed)")
  }

  @Test func `the columns of Breakdown are in it, and come back`() throws {
    var screen = try Screen()
    screen.press(.character("b"), .character("x"))
    screen.type("device")
    screen.press(.enter)
    #expect(screen.state.commandLine?.contains(" --columns device-type ") == true)

    var other = try Screen()
    other.state.take(columns: "device-type")
    other.press(.character("b"))
    #expect(other.state.commandLine == screen.state.commandLine)
    other.state.take(columns: "none")

    #expect(other.state.commandLine?.contains(" --columns none ") == true)
  }

  @Test func `a source that only one command makes is opened by that command`() throws {
    var screen = try Screen(
      sources: [.init(name: "demo", options: nil, opening: ["demo", "--seed", "7"])]
    )

    screen.press(.character("Y"))

    #expect(screen.takeEffect() == .export(.commandLine))
    let line = try #require(screen.state.commandLine)
    #expect(line.hasPrefix("playhead demo --view overview ") && line.hasSuffix(" --seed 7"))
    // A question to it is still nothing that a command line can ask.
    screen.press(.character("i"), .character("y"))
    #expect(screen.state.notice == "only this program can ask demo", "\(screen.effects)")
  }

  @Test func `where no command line can ask the source, that is said`() throws {
    var state = DashboardState(
      sources: [.init(name: "demo", options: nil)],
      zone: .utc,
      now: Screen.now,
      themes: []
    )

    let effects = state.update(.command(.export(.commandLine)))

    #expect(!effects.contains(.export(.commandLine)))
    #expect(state.notice == "only this program can ask demo")
  }

  @Test func `titles of filters are found once it is known what media items are called`() throws {
    var screen = try Screen()
    screen.send(.mediaListed(MediaNames()))
    screen.state.take(filters: ["title=Keynote, part 1", "country=FR"])
    screen.send(.mediaListed(MediaNames()))
    #expect(screen.state.filters.contains { $0.values == ["Keynote", "part 1"] })

    screen.send(.mediaListed(MediaNames(SampleAudience.mediaItems)))

    let media = try #require(screen.state.filters.first { $0.dimension == .mediaID })
    #expect(media.values.count == 1 && media.values[0].hasPrefix("vi"), "\(media)")
    // Only those of the start: an id that nothing knows stays one.
    #expect(screen.state.take(filter: "mediaId=keynote", replacing: nil) == nil)
    screen.state.filters = [Filter.Clause(.mediaID, ["keynote"])]
    screen.send(.mediaListed(MediaNames(SampleAudience.mediaItems)))

    #expect(screen.state.filters.map(\.values) == [["keynote"]])
  }

  @Test func `options come before what was remembered`() throws {
    var screen = try Screen()
    screen.press(.tab, .enter)
    var other = try Screen()
    other.state.restore(screen.state.memory)
    #expect(other.state.filters == [.init(.country, ["FR"])])

    other.state.take(filters: ["none"], metric: "end", dimension: "browser", comparison: "week")

    #expect(other.state.filters.isEmpty && other.state.measure.seriesName == "end")
    #expect(other.state.dimension == .browser && other.state.comparison == .weekBefore)
    other.state.take(filters: ["country=France", "device!=tv"], comparison: "none")
    #expect(
      other.state.filters
        == [.init(.country, ["FR"]), .init(.deviceType, ["tv"], isNegated: true)]
    )
    #expect(other.state.comparison == nil)
  }
}
