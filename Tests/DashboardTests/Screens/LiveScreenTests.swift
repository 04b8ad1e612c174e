import AnalyticsSource
import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Live screen")
struct LiveScreenTests {
  @Test func `facts that are looked at anew are those of the source`() {
    var observed = Observed()
    let facts = SampleObservation.facts.facts
    observed.pass(RecentFacts(cursor: 1, facts: facts))
    observed.pass(RecentFacts(cursor: 2, facts: Array(facts.prefix(1)), skipped: 2))
    #expect(observed.facts.count == facts.count + 1 && observed.passed == 3)

    observed.restart()
    observed.pass(RecentFacts(cursor: 2, facts: facts))

    #expect(observed.facts == facts && observed.passed == 0)
  }

  @Test func `Live in the past tells nothing of now`() throws {
    var screen = try Screen()
    screen.press(.character("v"), .left, .left)

    let text = screen.text(120, 40)
    #expect(screen.state.isInPast && !text.contains(" now ") && !text.contains("Watching"))
    #expect(text.contains("Peak viewers") && text.contains(" at 13:"), "\(text)")
  }
}
