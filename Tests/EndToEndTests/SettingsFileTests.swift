import TestSupport
import Testing

@testable import playhead

@Suite("Settings file")
struct SettingsFileTests {
  private static let text = #"""
    theme = "nord"   # as everywhere
    timezone = "Europe/Paris"
    read-limit = 1_000
    known-media = true

    [keys]
    pause = ["space", "f5"]
    quit = 'Q'

    [sources]
    archive = "/srv/playhead/old.db"
    hosted = { address = "https://example.org", api-key = "k" }
    cluster = { clickhouse = "http://10.0.0.1:8123" }
    """#

  @Test func `all kinds of settings are read`() {
    let file = SettingsFile("config.toml", text: Self.text)

    #expect(file.faults == [])
    #expect(file.values[.theme] == "nord")
    #expect(file.values[.readLimit] == "1000")
    #expect(file.values[.knownMedia] == "true")
    #expect(file.keys == ["pause": ["space", "f5"], "quit": ["Q"]])
    #expect(file.sources["hosted"] == .init(place: "https://example.org", apiKey: "k"))
    #expect(file.sources["cluster"] == .init(place: "http://10.0.0.1:8123", isClickHouse: true))
    #expect(file.sources["hosted"]?.setting == .remote)
    #expect(file.sources["cluster"]?.setting == .clickhouse)
    #expect(file.sources["archive"]?.setting == .store)
  }

  @Test func `a broken file says where it is broken`() {
    let file = SettingsFile("config.toml", text: "theme = 'nord'\n[[[")

    #expect(file.values.isEmpty)
    #expect(file.faults == ["config.toml:2:3: a name should be here"])
  }

  @Test(arguments: UInt64(1)...10)
  func `a damaged file is read as far as it can be, or refused`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var isRead = false
    var isRefused = false
    for _ in 0..<100 {
      let file = SettingsFile("config.toml", text: generator.damaged(Self.text))
      #expect(file.faults.allSatisfy { $0.hasPrefix("config.toml:") })
      if file.faults.isEmpty { isRead = true } else { isRefused = true }
    }
    #expect(isRead && isRefused)
  }
}
