import Glibc
import PlaybackFacts

/// What there is to watch apart from live events, and from where people come to it.
struct Catalogue: Sendable {
  private static let channels = 3

  /// Recordings and channels, the most popular ones first.
  let media: [SimulatedMedia]
  /// Addresses of pages; some players are on pages that don't tell.
  let referrers: [String]

  init(seed: UInt64, recordings: Int) {
    var generator = SeededGenerator(seed: seed, .media)
    var media = (0..<recordings).map { _ in SimulatedMedia.recording(&generator) }
    for channel in 0..<Self.channels {
      media.insert(.live(isChannel: true, &generator), at: min(media.count, 6 + 9 * channel))
    }
    self.media = media
    var pages = SeededGenerator(seed: seed, .referrers)
    referrers = (0..<40).map { _ in
      let site = Self.sites[pages.below(Self.sites.count)]
      return pages.chance(0.3) ? "" : "https://\(site)/\(Self.paths[pages.below(Self.paths.count)])"
    }
  }

  /// How popular each of the media is on a day.
  ///
  /// The n-th is watched about 1/n as much as the first (Zipf), and several times as much in the days
  /// after it was put on the front page again, which happens every four months.
  func popularity(on day: CivilDate) -> WeightedChoice {
    WeightedChoice(
      weights: media.indices.map { index in
        let sinceFeatured = (day.daysSince1970 + index * 37) % 120
        return (1 + 6 * exp(-Double(sinceFeatured) / 2.5)) / Double(index + 3)
      }
    )
  }

  private static let sites = [
    "www.example.com", "www.example.com", "news.example.com", "blog.example.org",
    "learn.example.org", "shop.example.net", "www.example.net",
  ]

  private static let paths = [
    "", "watch", "videos/latest", "articles/summer", "articles/how-it-works", "courses/intro",
    "events", "help/start", "search?q=video", "newsletter/12",
  ]
}
