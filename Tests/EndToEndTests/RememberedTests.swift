import ArgumentParser
import CellCanvas
import Dashboard
import Foundation
import PlaybackFacts
import QueryCore
import Testing

@testable import playhead

@Suite("What the dashboard remembers", .timeLimit(.minutes(10)))
struct RememberedTests {
  private static let text = """
    {"view":"time","range":"7d","measure":"end","dimension":"browser","comparison":"week",
     "theme":"light","symbols":"braille","zone":"Asia/Tokyo","isKiosk":false,"savedFilters":{},
     "filters":[{"dimension":"country","values":["FR"],"isNegated":false}]}
    """
  private static var memory: DashboardMemory {
    get throws { try JSONDecoder().decode(DashboardMemory.self, from: Data(text.utf8)) }
  }

  /// A dashboard that remembers, opened by some words on a command line.
  private func opened(
    _ words: [String],
    hasUnicode: Bool = true,
    variables: [String: String] = [:]
  ) throws -> DashboardState {
    let options = try ScreenOptions.parse(words)
    let settings = Settings(
      options: options.settings.compactMapValues(\.self),
      variables: variables
    )
    let source = DashboardState.Source(name: "local")
    let screen = DashboardScreen([source], settings, options) { _ in throw QueryError.notProvided }
    return try screen.state(hasUnicode: hasUnicode, remembered: Self.memory)
  }

  @Test(arguments: [
    [], ["--theme", "nord"], ["--graph", "ascii"], ["--color", "8"], ["--kiosk"],
    ["--tz", "Europe/Paris"], ["--bots", "exclude"], ["--cycle", "20s"], ["--view", "map"],
    ["--range", "1h"], ["--range", "yesterday"], ["--range", "since yesterday"],
    ["--filter", "none"], ["--filter", "country=DE"], ["--metric", "play"],
    ["--dimension", "country"], ["--compare", "none"],
  ])
  func `what an option says once is not remembered`(words: [String]) throws {
    var state = try opened(words)
    #expect(try state.memory == Self.memory)

    let later = state.now + 90_000
    _ = state.update(.ticked(later, uptime: .seconds(90)))
    _ = state.update(.ticked(later + 90_000, uptime: .seconds(180)))

    #expect(try state.memory == Self.memory)
  }

  @Test func `what a terminal imposes is not remembered`() throws {
    #expect(try opened([], hasUnicode: false).memory == Self.memory)
  }

  @Test func `what is chosen by key is remembered, and nothing else`() throws {
    var state = try opened(["--theme", "nord", "--kiosk", "--view", "map"])

    _ = state.update(.command(.chooseRange(.day)))

    #expect(try state.memory != Self.memory)
    var other = try opened([])
    _ = other.update(.command(.chooseRange(.day)))
    #expect(state.memory == other.memory)
  }

  @Test func `the settings file comes before what was remembered, which comes before defaults`()
    async throws
  {
    try await World.with { world in
      try world.write(
        "theme = \"gruvbox\"\ntimezone = \"Europe/Berlin\"\ngraph = \"block\"\n",
        to: "config/playhead/config.toml"
      )
      let state = try opened([], variables: ["XDG_CONFIG_HOME": world.path("config")])
      #expect(state.zone.name == "Europe/Berlin")
      #expect(try state.memory == Self.memory)
      #expect(try opened([]).zone.name == "Asia/Tokyo")
    }
  }

  @Test func `config says what is remembered, and where the settings file says something else`()
    async throws
  {
    try await World.with { world in
      try world.write(Self.text, to: "state/playhead/dashboard.json")
      try world.write("theme = \"nord\"\n", to: "config/playhead/config.toml")

      let lines = try await world.output("config").split(separator: "\n").map {
        $0.split(separator: " ").prefix(3).joined(separator: " ")
      }

      #expect(lines.contains("graph braille remembered"))
      #expect(lines.contains("timezone Asia/Tokyo remembered"))
      #expect(lines.contains("theme nord \(world.path("config/playhead/config.toml"))"))
    }
  }
}
