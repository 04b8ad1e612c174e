import ArgumentParser
import CellCanvas
import Dashboard
import Foundation
import PlaybackFacts
import QueryCore
import Testing

@testable import playhead

@Suite("A screen as a command line", .timeLimit(.minutes(10)))
struct ScreenCommandLineTests {
  /// The dashboard that some words on a command line open.
  private func opened(_ words: [String], _ store: String) throws -> DashboardState {
    let options = try ScreenOptions.parse(words)
    let settings = Settings(options: options.settings.compactMapValues(\.self), variables: [:])
    let source = DashboardState.Source(name: "local", options: ["--store", store])
    let screen = DashboardScreen([source], settings, options) { _ in throw QueryError.notProvided }
    return try screen.state(hasUnicode: true, remembered: nil)
  }

  @Test(arguments: [
    [], ["--view", "breakdown", "--range", "7d", "--filter", "country=FR,DE"],
    ["--view", "time", "--range", "yesterday", "--metric", "end", "--compare", "week"],
    ["--view", "media", "--filter", "referrer=https://a.b/c?d=e f", "--bots", "only"],
    ["--filter", "media=it's, a title", "--filter", "os!=ios", "--compare", "none"],
    ["--view", "map", "--range", "last month", "--dimension", "browser"],
  ])
  func `it opens the same screen`(words: [String]) async throws {
    try await World.with { world in
      let store = world.path("a store.db")
      let line = try #require(try opened(words + ["--tz", "Asia/Kolkata"], store).commandLine)
      let printed = try await world.shell(
        line.replacing("playhead dash ", with: "printf '%s\\n' ", maxReplacements: 1)
      )
      var again = printed.output.split(separator: "\n").map(String.init)
      let place = try #require(again.firstIndex(of: "--store"))
      #expect(again[place...] == ["--store", store])
      again.removeSubrange(place...)

      #expect(try opened(again, store).commandLine == line)
    }
  }

  @Test func `its words are options of the dashboard`() async throws {
    try await World.with { world in
      try await world.fill()
      let frame = try await world.output(
        "dash",
        "--once",
        "--view",
        "breakdown",
        "--range",
        "7d",
        "--filter",
        "country=FR",
        "--metric",
        "end",
        "--dimension",
        "device-type",
        "--compare",
        "week",
        "--size",
        "160x40"
      )

      #expect(frame.contains("country FR") && frame.contains("vs a week earlier"))
    }
  }

  @Test(arguments: ["svg", "cast"])
  func `keys are pressed and what is shown is recorded`(ending: String) async throws {
    try await World.with { world in
      try await world.fill()
      let file = world.path("film.\(ending)")
      _ = try await world.output(
        "dash",
        "--record",
        file,
        "--keys",
        "0.5s b 0.5s",
        "--size",
        "80x24"
      )
      let text = try String(contentsOfFile: file, encoding: .utf8)

      #expect(text.contains("[b Breakdown]") || text.contains(">[b</text>"))
      #expect(text.contains("France") || text.contains(">France</text>"))
    }
  }

  @Test(arguments: [
    (["--record", "a.gif", "--keys", "b"], "--record 'a.gif' ends in neither .cast nor .svg"),
    (["--record", "a.svg"], "--record and --keys need each other"),
    (["--record", "a.svg", "--keys", "b foo"], "--keys: 'foo' is neither a key"),
  ])
  func `what can't be recorded is said`(words: [String], sentence: String) {
    #expect {
      try ScreenOptions.parse(words)
    } throws: {
      ScreenOptions.message(for: $0).contains(sentence)
    }
  }
}
