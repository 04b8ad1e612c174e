import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Retention")
struct RetentionTests {
  @Test(arguments: [
    (Retention(), "2024-05-29T11:15:06Z", "2023-05-30T00:00:00Z"),
    (
      Retention(milliseconds: 30 * Milliseconds.day), "2024-05-29T00:00:00Z", "2024-04-29T00:00:00Z"
    ),
    (Retention(milliseconds: Milliseconds.hour), "2024-05-29T00:15:00Z", "2024-05-28T00:00:00Z"),
    (Retention(.sandbox), "2024-05-29T11:15:06Z", "2024-05-28T11:00:00Z"),
    (Retention(.sandbox, milliseconds: 1), "2024-05-29T11:00:00Z", "2024-05-28T11:00:00Z"),
  ])
  func `the edge is the start of a UTC day, in the sandbox of an hour`(
    retention: Retention,
    now: String,
    edge: String
  ) {
    #expect(retention.edge(at: at(now)) == at(edge))
  }
}
