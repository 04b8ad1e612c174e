import AnalyticsSource
import PlaybackFacts
import QueryCore

@testable import Dashboard

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

  /// A playback on a phone.
  static func playback(_ country: String) -> Playback {
    Playback(
      id: PlaybackID(rawValue: 0),
      viewer: ViewerID(rawValue: 0),
      mediaID: "vi4k0jvEUuaTdRAEjQ4Jfagz",
      country: country,
      deviceType: "phone",
      operatingSystem: "ios",
      browser: "safari"
    )
  }

  /// The same after so many times two seconds: with 118 pings a second more or less, of which one now and then is
  /// refused.
  static func health(_ step: Int) -> SourceHealth {
    var health = Self.health
    let pings = (0..<step).reduce(0) { $0 + 236 + 40 * ($1 % 7 - 3) }
    health.ledger?.acceptedPings += pings
    health.ledger?.acceptedEvents += 3 * pings
    health.ledger?.duplicateEvents += step / 5 * 12
    health.ledger?.refusedPings[0].count += step / 9
    health.ledger?.facts += 7 * pings
    health.store?.bytes += 60_000 * step
    health.store?.facts += 7 * pings
    return health
  }

  static func process(_ step: Int) -> ProcessUse {
    ProcessUse(cpuShare: 0.002 + 0.001 * Double(step % 5), memoryBytes: 24_300_000 + 9000 * step)
  }

  static let sources = [
    DashboardState.Source(name: "local", retention: Retention(.production)),
    DashboardState.Source(
      name: "edge-paris",
      retention: Retention(.production),
      address: "https://paris.example:8443"
    ),
    DashboardState.Source(
      name: "edge-tokyo",
      retention: Retention(.production),
      address: "https://tokyo.example:8443"
    ),
    DashboardState.Source(
      name: "staging",
      retention: Retention(.sandbox),
      address: "http://10.0.0.7:8080"
    ),
    DashboardState.Source(name: "archive", retention: Retention(.production)),
  ]

  /// What each source answers, one of which fails after it has answered, and one that never did.
  static let sourceMessages: [DashboardMessage] = {
    func reading(
      _ watching: Double,
      age: Int64,
      _ milliseconds: Int,
      collected: DataState.Collected = .untold,
      _ environment: StoreEnvironment = .production
    ) -> SourceReading {
      SourceReading(
        data: DataState(
          version: 1,
          newestReceipt: Screen.now - age,
          collected: collected,
          retention: Retention(environment)
        ),
        watching: watching,
        duration: .milliseconds(milliseconds)
      )
    }
    let past = Timeframe(from: Screen.now - 90 * Milliseconds.day, to: Screen.now - 7_500_000)
    return [
      .sourceRead(0, reading(3412, age: 400, 3)),
      .sourceRead(1, reading(1288, age: 1200, 41)),
      .sourceRead(2, reading(640, age: 900, 212)),
      .sourceFailed(2, reason: "connection refused"),
      .sourceFailed(3, reason: "no answer in 5 s"),
      .sourceRead(4, reading(0, age: 7_500_000, 2, collected: .during(past))),
    ]
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
        span: Timeframe(from: Screen.now - 30 * Milliseconds.day, to: Screen.now),
        freeDiskBytes: 81_230_000_000
      )
    )
  }()
}
