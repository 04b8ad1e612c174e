import AnalyticsSource
import PlaybackFacts
import QueryCore

/// What passes by and how a source fares, the same in every run.
enum SampleObservation {
  static let facts: RecentFacts = {
    let kinds: [(FactKind, Int64?)] = [
      (.impression, 412), (.play, nil), (.start, nil), (.watch, 20_000), (.stall, 1_250),
      (.view, 5), (.end, nil), (.error, 2),
    ]
    let values = [
      ("FR", "phone", "ios", "safari", "vi4k0jvEUuaTdRAEjQ4Jfagz"),
      ("DE", "computer", "windows", "firefox", "vi2kQBbLbVrlFVRd2gQVEx4k"),
      ("unknown", "tv", "linux", "unknown", "li4pqNqGUkhKfWcBGpZVLRY5"),
    ]
    let facts = (0..<40).map { index -> Fact in
      let (country, device, system, browser, media) = values[index % values.count]
      let playback = Playback(
        id: PlaybackID(rawValue: 0),
        viewer: ViewerID(rawValue: 0),
        mediaID: media,
        country: country,
        deviceType: device,
        operatingSystem: system,
        browser: browser
      )
      let (kind, value) = kinds[index % kinds.count]
      return Fact(kind, at: Screen.now - Int64(40 - index) * 700, value: value, of: playback)
    }
    return RecentFacts(cursor: 40, facts: facts)
  }()

  static let health: SourceHealth = {
    var ledger = SourceHealth.Ledger()
    ledger.since = Screen.now - 30 * Milliseconds.day
    ledger.acceptedPings = 1_204_331
    ledger.refusedPings = [.init(name: "not-json", count: 12), .init(name: "too-large", count: 0)]
    ledger.acceptedEvents = 3_901_022
    ledger.duplicateEvents = 40_210
    ledger.lateEvents = 812
    ledger.refusedEvents = [.init(name: "too-old", count: 77_001)]
    ledger.otherPlaybacks = [
      .init(name: "media-id", count: 0), .init(name: "referrer", count: 2_310),
    ]
    ledger.facts = 9_112_004
    return SourceHealth(
      ledger: ledger,
      store: .init(
        bytes: 31_402_112,
        logBytes: 4_120_032,
        facts: 9_112_004,
        bytesPerFact: 3.42,
        dailyBytes: 1_038_000,
        dailyFacts: 303_700,
        forecastBytes: 378_870_000,
        span: Timeframe(from: Screen.now - 30 * Milliseconds.day, to: Screen.now)
      )
    )
  }()
}
