import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Comparison")
struct ComparisonTests {
  @Test(arguments: [
    ("play", 112.0, 100.0, 0.12, Comparison.Verdict.good), ("play", 75, 100, -0.25, .bad),
    ("error", 3, 2, 0.5, .bad), ("error", 0, 2, -1, .good),
    ("impression-time-average", 443, 412, 31.0 / 412, .bad), ("play", 5, 5, 0, .neutral),
  ])
  func `counts and times change by a share`(
    name: String,
    now: Double,
    before: Double,
    share: Double,
    verdict: Comparison.Verdict
  ) throws {
    let comparison = try #require(
      Comparison(of: .named(name), now: .decimal(now), before: .decimal(before))
    )

    guard case .relative(let amount) = comparison.change else {
      Issue.record("not a share")
      return
    }
    #expect(abs(amount - share) < 1e-12)
    #expect(comparison.verdict == verdict)
  }

  @Test(arguments: [
    ("play-rate", 0.621, 0.629, -0.8, Comparison.Verdict.bad),
    ("error-rate", 0.02, 0.05, -3, .good),
    ("stall-time-rate", 0.5, 0.25, 25, .bad), ("end-rate", 0.41, 0.41, 0, .neutral),
  ])
  func `ratios change by points`(
    name: String,
    now: Double,
    before: Double,
    points: Double,
    verdict: Comparison.Verdict
  ) throws {
    let comparison = try #require(
      Comparison(of: .named(name), now: .decimal(now), before: .decimal(before))
    )

    guard case .points = comparison.change else {
      Issue.record("not in points")
      return
    }
    #expect(abs(comparison.change.amount - points) < 1e-9)
    #expect(comparison.verdict == verdict)
  }

  @Test func `where neither is better, a change is neutral`() throws {
    let measure = try #require(MetricCatalog.measure("impression-time", .sum))

    let comparison = Comparison(of: measure, now: .integer(20), before: .integer(10))

    #expect(comparison?.verdict == .neutral)
  }

  @Test func `there is nothing to compare with 0`() throws {
    #expect(Comparison(of: try .named("play"), now: .integer(5), before: .integer(0)) == nil)
    let average = try #require(MetricCatalog.measure("watch-time", .average))
    #expect(Comparison(of: average, now: .decimal(5), before: .decimal(0)) == nil)
  }

  @Test func `a ratio differs from 0 by points`() throws {
    let comparison = Comparison(
      of: try .named("error-rate"),
      now: .decimal(0.016),
      before: .decimal(0)
    )

    #expect(comparison?.change == .points(1.6))
    #expect(comparison?.verdict == .bad)
  }

  @Test func `whole days are compared with as many whole days, though clocks changed`() throws {
    let newYork = try #require(Zone("America/New_York"))
    let days = timeframe("2026-10-28T04:00:00Z", "2026-11-27T05:00:00Z")

    #expect(
      ComparedPeriod.previous.timeframe(before: days, in: newYork)
        == timeframe("2026-09-28T04:00:00Z", "2026-10-28T04:00:00Z")
    )
  }

  @Test func `a week that clocks make longer is compared with the one before`() throws {
    let paris = try #require(Zone("Europe/Paris"))
    let week = timeframe("2026-10-18T22:00:00Z", "2026-10-25T23:00:00Z")

    #expect(
      ComparedPeriod.weekBefore.timeframe(before: week, in: paris)
        == timeframe("2026-10-11T22:00:00Z", "2026-10-18T22:00:00Z")
    )
  }

  @Test func `the timeframe before is as long and ends where the other begins`() {
    let now = timeframe("2024-05-28T11:00:00Z", "2024-05-29T12:30:00Z")

    #expect(
      Comparison.timeframe(before: now, since: at("2023-01-01T00:00:00Z"))
        == timeframe("2024-05-27T09:30:00Z", "2024-05-28T11:00:00Z")
    )
  }

  @Test func `a timeframe that is older than the retention is none`() {
    let now = timeframe("2024-05-28T00:00:00Z", "2024-05-29T00:00:00Z")

    #expect(Comparison.timeframe(before: now, since: at("2024-05-27T00:00:00Z")) != nil)
    #expect(Comparison.timeframe(before: now, since: at("2024-05-27T00:00:01Z")) == nil)
  }
}
