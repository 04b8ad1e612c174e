import AnalyticsSource
import QueryCore
import Synchronization
import Testing

@testable import playhead

@Suite("Reports about the clock")
struct ClockReportsTests {
  private let doubt = SourceHealth.ClockDoubt(offset: 3 * 86_400_000, steadyFor: 0)

  @Test func `are one warning for all stores, and one line when the last trusts it again`() {
    let lines = Mutex<[String]>([])
    let reports = ClockReports { line in lines.withLock { $0.append(line) } }

    for _ in 0..<2 {
      reports.note(nil, of: "production")
      reports.note(nil, of: "sandbox")
    }
    #expect(lines.withLock(\.self) == [])
    for _ in 0..<2 {
      reports.note(doubt, of: "production")
      reports.note(doubt, of: "sandbox")
    }
    #expect(lines.withLock(\.self) == [doubt.description])
    reports.note(nil, of: "production")
    #expect(lines.withLock(\.count) == 1)
    for _ in 0..<2 { reports.note(nil, of: "sandbox") }
    #expect(lines.withLock(\.count) == 2)
    #expect(lines.withLock(\.last)?.contains("trusted again") == true)
    reports.note(doubt, of: "sandbox")
    #expect(lines.withLock(\.last) == doubt.description)
  }
}
