import AnalyticsSource
import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Health screen")
struct HealthScreenTests {
  private func report(_ health: SourceHealth? = SampleObservation.health) -> HealthReport {
    HealthReport(
      health: health,
      sourceName: "edge-1",
      retention: Retention(),
      zone: .utc,
      now: Screen.now
    )
  }

  private func text(_ view: some View, _ width: Int = 100, _ height: Int = 40) -> String {
    var canvas = Canvas(size: Size(width: width, height: height))
    canvas.draw(view, in: canvas.bounds)
    return canvas.lines.joined(separator: "\n")
  }

  /// A history of readings, two seconds apart, with so many pings of which some are refused.
  private func history(_ pings: [(accepted: Int, refused: Int)]) -> HealthHistory {
    var history = HealthHistory()
    for (step, ping) in pings.enumerated() {
      var health = SampleObservation.health
      health.ledger?.acceptedPings = ping.accepted
      health.ledger?.refusedPings = [.init(name: "not-json", count: ping.refused)]
      history.note(reading(step * 2, health))
    }
    return history
  }

  private func reading(_ seconds: Int, _ health: SourceHealth?) -> HealthHistory.Reading {
    HealthHistory.Reading(
      time: Screen.now + Int64(seconds) * 1000,
      uptime: .seconds(seconds),
      health: health,
      process: nil
    )
  }

  private let accepted: (SourceHealth) -> Int? = { $0.ledger?.acceptedPings }

  // MARK: - Verdict

  @Test func `the verdict comes first, with the numbers that say most`() {
    var report = report()
    report.history = history([(1000, 0), (1236, 0), (1472, 0)])
    report.queries = HealthReport.Queries(count: 3, p50: 2, p95: 3)

    let line = text(report).split(separator: "\n")[0]

    #expect(
      line.hasPrefix(
        "  ● OK collecting · 118 pings/s · 0 refused · p95 3 ms · disk 31.4 MB, +1.0 MB/day"
      ),
      "\(line)"
    )
  }

  @Test func `a state that is not well says why`() {
    #expect(HealthVerdict.state(of: report(nil)) == .unknown("not read yet"))
    var report = report()
    #expect(HealthVerdict.state(of: report) == .collecting)

    report.queries.p95 = 4000
    #expect(HealthVerdict.state(of: report) == .degraded("queries are slow"))
    report.history = history([(1000, 0), (1090, 10)])
    #expect(HealthVerdict.state(of: report) == .degraded("10.0 % of pings refused: not-json"))
    report.queries.fault = "locked"
    #expect(HealthVerdict.state(of: report) == .degraded("queries fail: locked"))
    report.idleSince = "Mon 13:02"
    #expect(HealthVerdict.state(of: report) == .down("no collector since Mon 13:02"))
    report.fault = "connection refused"
    #expect(HealthVerdict.state(of: report) == .unknown("connection refused"))
    report.fault = nil
    report.idleSince = nil
    report.health?.ledger = nil

    #expect(HealthVerdict.state(of: report) == .down("no collector is running"))
    #expect(text(report).hasPrefix("  ! DOWN no collector is running"))
  }

  @Test func `a verdict is about the last minutes, whatever was long ago`() {
    var history = HealthHistory()
    func note(_ seconds: Int, _ accepted: Int, _ refused: Int) {
      var health = SampleObservation.health
      health.ledger?.acceptedPings = accepted
      health.ledger?.refusedPings = [.init(name: "not-json", count: refused)]
      history.note(reading(seconds, health))
    }
    for step in 0...3600 { note(step * 2, step * 100, 0) }
    #expect(history.growth(accepted) ?? 0 > 14_000 && history.growth(accepted) ?? 0 <= 15_000)

    // Five in a hundred of the newest minutes are far below one of all hours.
    for step in 1...60 { note(7200 + step * 2, 360_000 + step * 95, step * 5) }
    var report = report()
    report.history = history
    guard case .degraded(let reason) = HealthVerdict.state(of: report) else {
      Issue.record("\(HealthVerdict.state(of: report))")
      return
    }
    #expect(reason.contains("of pings refused: not-json"))
    for step in 1...160 { note(7320 + step * 2, 365_700 + step * 100, 300) }
    report.history = history

    #expect(HealthVerdict.state(of: report) == .collecting)
  }

  private func report(freeDisk: Int?) -> HealthReport {
    var health = SampleObservation.health
    health.store?.freeDiskBytes = freeDisk
    return report(health)
  }

  @Test func `the disk has a forecast beside what it has free`() {
    // A megabyte a day; 347 more until the retention is full.
    #expect(text(report(freeDisk: 81_230_000_000)).contains("disk free"))
    #expect(text(report(freeDisk: 81_230_000_000)).contains("not at this rate"))
    #expect(text(report(freeDisk: 300_000_000)).contains("in 289 d at this rate"))
    #expect(HealthVerdict.state(of: report(freeDisk: 300_000_000)) == .collecting)
    let unknown = text(report(freeDisk: nil))
    #expect(!unknown.contains("at this rate"))
    #expect(HealthVerdict.state(of: report(freeDisk: nil)) == .collecting)
  }

  @Test func `a disk that is soon full is a fault before it is`() {
    let full = HealthVerdict.state(of: report(freeDisk: 150_000_000))
    #expect(full == .degraded("disk has 150 MB left"))
    var growing = report(freeDisk: 3_000_000_000)
    growing.health?.store?.dailyBytes = 1_000_000_000
    growing.health?.store?.forecastBytes = 365_000_000_000
    #expect(HealthVerdict.state(of: growing) == .degraded("disk full in 3 d"))
    growing.health?.store?.dailyBytes = 400_000_000
    #expect(HealthVerdict.state(of: growing) == .collecting)
  }

  @Test func `few pings refused are no fault`() {
    var report = report()
    report.history = history([(1000, 0), (2000, 5)])

    #expect(HealthVerdict.state(of: report) == .collecting)
    #expect(text(report).split(separator: "\n")[0].contains("5 refused"))
  }

  @Test(arguments: [1, 20, 40, 60, 200])
  func `in a narrow place the last numbers go first, and the word stays`(width: Int) {
    var report = report()
    report.history = history([(1000, 0), (1236, 0)])

    let line = text(report, width, 3).split(separator: "\n")[0]

    if width >= 20 { #expect(line.contains("● OK collecting")) }
    if width == 60 { #expect(line.contains("118 pings/s") && !line.contains("disk")) }
  }

  @Test func `a collector that is silent for minutes is down`() throws {
    var screen = try Screen()
    screen.send(.command(.show(.health)))
    screen.send(.healthRead(SampleObservation.health, nil))
    let past = Timeframe(from: Screen.now - Milliseconds.day, to: Screen.now - Milliseconds.hour)
    screen.send(
      .dataStateRead(
        DataState(version: 2, newestReceipt: past.to, collected: .during(past))
      )
    )

    #expect(screen.text(120, 40).contains("! DOWN no collector since"))
  }

  // MARK: - History

  @Test func `rates are per second, and a collector that began anew has none`() {
    let history = history([(1000, 0), (1236, 0), (10, 0), (30, 0)])

    #expect(history.rates(accepted) == [118, nil, 10])
    // What it lost when it began anew is not known.
    #expect(history.growth(accepted) == 236 + 20)
    #expect(history.since == Screen.now)
  }

  @Test func `a time in which nobody looked is a gap`() {
    var history = HealthHistory()
    for seconds in [0, 2, 4, 300, 302] {
      var health = SampleObservation.health
      health.ledger?.acceptedPings = 10 * seconds
      history.note(reading(seconds, health))
    }

    #expect(history.rates(accepted) == [10, 10, nil, 10])
    let levels = history.levels { $0.health?.store.map { Double($0.bytes) } }
    #expect(levels.map { $0 == nil } == [false, false, false, true, false, false])
    #expect(history.currentRate(accepted) == 10)
  }

  @Test func `a day of readings stays bounded, and reaches hours back`() {
    var history = HealthHistory()
    for step in 0..<43_200 {
      var health = SampleObservation.health
      health.ledger?.acceptedPings = 200 * step
      history.note(reading(step * 2, health))
      #expect(history.readings.count <= HealthHistory.limit)
    }

    let hours = (history.readings.last!.uptime - history.readings[0].uptime) / .seconds(3600)
    #expect(hours > 2)
    #expect(history.rates(accepted).allSatisfy { $0 == 100 })
    #expect(history.currentRate(accepted) == 100)
  }

  @Test func `another source begins a history of its own`() throws {
    var screen = try Screen(sources: SampleObservation.sources)
    screen.send(.command(.show(.health)))
    screen.send(.healthRead(SampleObservation.health, nil))
    #expect(screen.state.observed.history.since != nil)

    screen.send(.command(.useSource(1)))

    #expect(screen.state.observed.history.since == nil)
  }

  // MARK: - Numbers

  @Test func `what is not known is named, and what went wrong`() {
    var report = report(nil)
    report.fault = "connection refused"
    #expect(text(report).contains("? connection refused"))

    report.health = SampleObservation.health
    report.queries = HealthReport.Queries(count: 3, p50: 12, p95: 340, failures: 2)
    let known = text(report)

    #expect(known.contains("the last 3") && known.contains("12 ms") && known.contains("340 ms"))
    #expect(known.contains("! 2") && known.contains("edge-1"))
    #expect(known.contains("retention reached") && known.contains("in 335 d"))
  }

  @Test func `numbers that grow have their rate and a shape`() {
    var report = report()
    for step in 0..<60 {
      report.history.note(reading(step * 2, SampleObservation.health(step)))
    }
    report.health = SampleObservation.health(59)

    let line = text(report, 120, 40).split(separator: "\n").first { $0.contains("pings accepted") }

    #expect(text(report, 120, 40).contains("sparklines: seen here since"))
    #expect(line?.contains(" /s") == true)
    #expect(line?.unicodeScalars.contains { (0x2801...0x28FF).contains($0.value) } == true)
  }

  @Test func `the wheel scrolls what does not fit`() throws {
    var screen = try Screen()
    screen.send(.resized(width: 80, height: 12))
    screen.press(.character("h"))
    screen.send(.healthRead(SampleObservation.health, nil))
    let before = screen.text(80, 12)
    screen.send(.wheeled(3, x: 10, y: 6))

    #expect(screen.text(80, 12) != before)
  }

  @Test(arguments: [(1, 1), (20, 5), (40, 10), (72, 12), (80, 24), (200, 60), (300, 20)])
  func `every size shows the verdict`(width: Int, height: Int) {
    var report = report()
    report.history = history([(1000, 0), (1236, 0)])

    let text = text(report, width, height)

    if width >= 20 { #expect(text.contains("OK")) }
  }
}
