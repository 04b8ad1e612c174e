import PlaybackFacts
import Testing

@Suite("Dimension")
struct DimensionTests {
  @Test(arguments: [
    (Dimension.country, "fr", "FR"), (.country, "UNKNOWN", "unknown"), (.continent, "eu", "EU"),
    (.mediaType, "Live-Stream", "live-stream"), (.browser, "FireFox", "firefox"),
    (.deviceType, "TV", "tv"), (.operatingSystem, "Mac OSX", "mac osx"), (.mediaID, "viAb", "viAb"),
    (.referrer, "https://A.b/C", "https://A.b/C"), (.tag, "News", "News"),
  ])
  func `values are kept in one spelling`(dimension: Dimension, written: String, kept: String) {
    #expect(dimension.canonical(written) == kept)
  }

  @Test func `a playback says its values`() {
    let playback = Playback(
      id: PlaybackID("p"),
      viewer: ViewerID("v"),
      mediaID: "li1",
      country: "NZ",
      deviceType: "phone",
      operatingSystem: "ios",
      browser: "safari",
      referrer: "https://a.b/"
    )

    #expect(
      Dimension.allCases.filter { $0 != .tag }.map { playback[$0] } == [
        "li1", "live-stream", "AZ", "NZ", "phone", "ios", "safari", "https://a.b/",
      ]
    )
  }

  @Test func `what can't be told is unknown`() {
    let playback = Playback(id: PlaybackID("p"), viewer: ViewerID("v"), mediaID: "vi1")

    #expect(
      Dimension.allCases.filter { $0 != .tag }.map { playback[$0] } == [
        "vi1", "video", "unknown", "unknown", "unknown", "unknown", "unknown", "",
      ]
    )
  }

  @Test func `bots are told from people, and are nothing to break down by`() {
    func playback(isBot: Bool) -> Playback {
      Playback(id: PlaybackID("p"), viewer: ViewerID("v"), mediaID: "vi1", isBot: isBot)
    }

    #expect(playback(isBot: true)[.bots] == Dimension.bot)
    #expect(playback(isBot: false)[.bots] == Dimension.person)
    #expect(playback(isBot: true) != playback(isBot: false))
    #expect(!Dimension.allCases.contains(.bots))
  }

  @Test func `names are told apart`() {
    #expect(Set(Dimension.allCases.map(\.breakdownName)).count == Dimension.allCases.count)
    #expect(Set(Dimension.allCases.map(\.filterName)).count == Dimension.allCases.count)
    for kind in FactKind.allCases { #expect(FactKind(name: kind.name) == kind) }
    #expect(FactKind(name: "Play") == nil)
  }
}
