import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Zone")
struct ZoneTests {
  @Test(
    arguments: [
      "UTC", "Etc/UTC", "GMT", "CET", "EST5EDT", "Europe/Paris", "Asia/Katmandu", "US/Pacific",
      "America/Argentina/Buenos_Aires", "Etc/GMT+5",
    ])
  func `names of the IANA database are zones`(name: String) {
    #expect(Zone(name)?.name == name)
  }

  @Test(
    arguments: [
      "", "utc", "europe/paris", "Europe/Atlantis", "+02:00", "GMT+2", "UTC+3", "PST", "IST",
      "../etc/passwd", "Europe/Paris ",
    ])
  func `other names are not`(name: String) {
    #expect(Zone(name) == nil)
  }

  @Test(arguments: [
    ("UTC", "2024-07-01T00:00:00Z", 0), ("Europe/Paris", "2024-07-01T00:00:00Z", 7200),
    ("Europe/Paris", "2024-12-01T00:00:00Z", 3600),
    ("America/St_Johns", "2024-12-01T00:00:00Z", -12600),
    ("Asia/Kathmandu", "2024-12-01T00:00:00Z", 20700),
  ])
  func `clocks are ahead of UTC`(name: String, time: String, offset: Int) throws {
    #expect(try #require(Zone(name)).offsetSeconds(at: at(time)) == offset)
  }

  @Test func `all names to choose from are zones`() {
    #expect(Zone.names.first == "UTC" && Zone.names.count > 400)
    #expect(Zone.names.allSatisfy { Zone($0)?.name == $0 })
  }
}
