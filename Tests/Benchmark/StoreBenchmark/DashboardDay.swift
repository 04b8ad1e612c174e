import Dashboard
import FactStore
import Foundation
import PlaybackFacts
import QueryCore
import Synchronization
import Themes

/// How many answers a dashboard finds in the cache of results over a day, by a clock of its own.
///
/// ```
/// each second          a batch of facts of a hundred viewers; one in a hundred of them up to 48 h late
/// each minute          maintenance
/// each five minutes    another screen
/// each REFRESH s       all questions of the screen
/// ```
struct DashboardDay {
  let path: String
  let refreshSeconds: Int64
  let hours: Int64

  struct Report: Encodable {
    var refreshes = 0
    var questions = 0
    var found = 0
    var closedQuestions = 0
    var closedFound = 0
    /// Of the closed, those that were asked in the last five minutes: what was never asked can't be found.
    var closedAskedAgain = 0
    var closedAgainHitRate = 0.0
    var closedHitRate = 0.0
    var hitRate = 0.0
    var cpuMillisecondsPerRefresh = 0.0
  }

  func report() async throws -> Report {
    let start = StoreOptions.systemClock()
    let clock = Mutex(start)
    let store = try FactStore.open(at: path, options: StoreOptions(now: { clock.withLock { $0 } }))
    let engine = QueryEngine(backend: store)
    var state = DashboardState(
      sources: [.init(name: "local")],
      zone: .utc,
      now: start,
      themes: [try ThemeLibrary().theme(named: "dark")]
    )
    let screens: [Command] = [
      .show(.overview), .show(.live), .show(.breakdown), .show(.time), .show(.media), .show(.map),
    ]
    var generator = SystemRandomNumberGenerator()
    var report = Report()
    var cpu = 0.0
    var askedAt: [Query: Int64] = [:]
    for second in 0..<hours * 3600 {
      let now = start + second * Milliseconds.second
      clock.withLock { $0 = now }
      let isLate = Int.random(in: 0..<100, using: &generator) == 0
      let late = isLate ? Int64.random(in: 0..<48 * Milliseconds.hour, using: &generator) : 0
      try await store.commit(FactBatch.second(at: now, late: late))
      if second % 60 == 0 { try await store.maintain(now: now) }
      _ = state.update(.ticked(now, uptime: .seconds(second)))
      if second % 300 == 0 {
        _ = state.update(.command(screens[Int(second / 300) % screens.count]))
      }
      guard second % refreshSeconds == 0 else { continue }
      let before = cpuMilliseconds()
      let queries = state.request.queries
      let open = now.floored(to: Milliseconds.slot)
      let closed = queries.filter { $0.timeframe.map { $0.to <= open } ?? false }
      let rest = queries.filter { !closed.contains($0) }
      // Asked apart, to be counted apart.
      _ = try await engine.answer(rest)
      let others = await engine.lookups
      _ = try await engine.answer(closed)
      let all = await engine.lookups
      cpu += cpuMilliseconds() - before
      report.refreshes += 1
      report.closedQuestions += closed.count
      report.closedAskedAgain += closed.count { askedAt[$0].map { second - $0 <= 300 } ?? false }
      for query in closed { askedAt[query] = second }
      report.closedFound += all.found - others.found
      report.questions = all.asked
      report.found = all.found
    }
    try store.close()
    report.closedHitRate = Double(report.closedFound) / Double(max(1, report.closedQuestions))
    report.closedAgainHitRate =
      Double(report.closedFound) / Double(max(1, report.closedAskedAgain))
    report.hitRate = Double(report.found) / Double(max(1, report.questions))
    report.cpuMillisecondsPerRefresh = cpu / Double(max(1, report.refreshes))
    return report
  }
}

extension FactBatch {
  /// What a hundred viewers send in a second: 20 s watched each, of which five just began; the facts of one
  /// of them are so many milliseconds late.
  static func second(at time: Timestamp, late: Int64 = 0) -> FactBatch {
    var facts: [Fact] = []
    for viewer in 0..<100 {
      let playback = Playback(
        id: PlaybackID(rawValue: UInt64(viewer) + 1),
        viewer: ViewerID(rawValue: UInt64(viewer) + 1),
        mediaID: "vi\(viewer % 20)",
        country: ["FR", "DE", "US", "BR", "JP"][viewer % 5],
        deviceType: ["phone", "computer", "tv"][viewer % 3],
        operatingSystem: ["android", "windows", "tv"][viewer % 3],
        browser: "chrome"
      )
      let time = viewer == 0 ? time - late : time
      facts.append(Fact(.watch, at: time.floored(to: Milliseconds.slot), value: 10, of: playback))
      if viewer % 20 == 0 { facts.append(Fact(.play, at: time, of: playback)) }
    }
    return FactBatch(id: .random(in: 1 ... .max), receivedAt: time, facts: facts)
  }
}
