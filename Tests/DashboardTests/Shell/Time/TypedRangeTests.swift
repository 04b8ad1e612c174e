import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Typed ranges")
struct TypedRangeTests {
  private func parse(_ text: String, _ zone: String = "UTC") throws -> TypedRange {
    try TypedRange(text, now: Screen.now, zone: #require(Zone(zone)))
  }

  private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(atom: text)) }

  @Test(
    "so much up to now",
    arguments: [
      ("24h", TimeRange.day), ("-24h", .day), ("7d", .week), (" 30 d ", .month), ("1y", .year),
      ("1h", .hour), ("90m", TimeRange(90, .minute)), ("2w", TimeRange(336, .hour)),
      ("today", .today), ("TODAY", .today),
    ] as [(String, TimeRange)]
  )
  func last(text: String, range: TimeRange) throws {
    #expect(try parse(text) == TypedRange(range: range))
  }

  @Test func `days are whole, the last one included`() throws {
    let meaning = try parse("2024-05-01..2024-05-07", "Europe/Paris")

    #expect(meaning.range == TimeRange(168, .hour))
    #expect(meaning.end == (try time("2024-05-08T00:00:00+02:00")))
    #expect(try parse("2024-05-01") == TypedRange(range: .day, end: time("2024-05-02T00:00:00")))
    #expect(try parse("yesterday").end == (try time("2024-05-13T00:00:00")))
  }

  @Test func `a day on which clocks change has 23 hours`() throws {
    #expect(try parse("2024-03-31", "Europe/Paris").range == TimeRange(23, .hour))
  }

  @Test func `times of day are those of the zone`() throws {
    let meaning = try parse("2024-05-01T14:00..15:30", "Asia/Kathmandu")

    #expect(meaning.end == (try time("2024-05-01T15:30:00+05:45")))
    #expect(meaning.range == TimeRange(90, .minute))
  }

  @Test func `a time of day alone is the half hour around the last one`() throws {
    // It is 12:05 in UTC.
    #expect(try parse("11:05").end == (try time("2024-05-13T11:20:00")))
    #expect(try parse("14:05").end == (try time("2024-05-12T14:20:00")))
    #expect(try parse("11:05").range == TimeRange(30, .minute))
  }

  @Test(
    "a day with a time of day is the half hour around it",
    arguments: [
      "2024-05-12T14:05", "2024-05-12 14:05", "2024-05-12_14:05:30", "yesterday 14:05",
      "Yesterday  14:05:59",
    ]
  )
  func moment(text: String) throws {
    #expect(
      try parse(text).range == TimeRange(30, .minute)
        && parse(text).end == time("2024-05-12T14:20:00")
    )
  }

  @Test func `a span may be between two distances from now`() throws {
    // It is 12:05:32.
    let meaning = try parse("-24h..-12h")

    #expect(meaning.end == (try time("2024-05-13T01:00:00")))
    #expect(meaning.range == TimeRange(12, .hour))
    #expect(try parse("-2h..now") == TypedRange(range: TimeRange(120, .minute)))
    #expect(try parse("yesterday .. today").range == TimeRange(48, .hour))
  }

  @Test(arguments: ["23:30..00:30", "yesterday 23:30 .. 00:30", "2024-05-12 23:30..00:30"])
  func `a span may go over midnight`(text: String) throws {
    #expect(try parse(text) == TypedRange(range: .hour, end: time("2024-05-13T00:30:00")))
  }

  @Test(arguments: [
    ("today..", TimeRange(13, .hour), "2024-05-13T00:00:00"),
    ("2024-05-12..", TimeRange(37, .hour), "2024-05-12T00:00:00"),
    ("11:05..", TimeRange(61, .minute), "2024-05-13T11:05:00"),
  ])
  func `a span up to now has its first interval`(
    text: String,
    range: TimeRange,
    start: String
  ) throws {
    #expect(try parse(text) == TypedRange(range: range, start: time(start)))
  }

  @Test func `a span up to now keeps its beginning and grows`() throws {
    var screen = try Screen()
    #expect(screen.state.take(range: "14:00..") == nil)
    let start = screen.state.request.window.edges[0]
    #expect(screen.state.range == TimeRange(6, .minute))

    screen.pass(seconds: 120)
    #expect(screen.state.range == TimeRange(8, .minute))
    #expect(screen.state.request.window.edges[0] == start)

    screen.press(.character("3"))
    screen.pass(seconds: 3600)
    #expect(screen.state.range == .day)
  }

  @Test func `the cursor begins at the instant that was asked for`() throws {
    var screen = try Screen()
    #expect(screen.state.take(range: "11:05") == nil)

    #expect(screen.state.cursor == (try time("2024-05-13T11:05:00+02:00")))
    #expect(screen.state.take(range: "9:00-11:00") == nil)
    #expect(screen.state.cursor == nil)
  }

  @Test(arguments: [
    ("1h30m", "shows the last 90 m, up to now, by minute"),
    ("today", "shows today, up to now, by hour"),
    ("since 9:00", "shows since Mon 13 May 09:00, up to now, by minute"),
    ("9:00-11:00", "shows Mon 13 May 09:00 to Mon 13 May 11:00, by minute"),
    ("nov 1 2023", "shows Wed 1 Nov 2023 00:00 to Thu 2 Nov 2023 00:00, by hour"),
    ("soon", nil), ("", nil),
  ])
  func `what Enter would show is told while one types`(text: String, preview: String?) throws {
    let state = try Screen().state

    #expect(state.preview(of: Prompt(.range, text: text)) == preview)
  }

  @Test(arguments: ScreenID.allCases)
  func `what Enter would show is the same on every screen`(view: ScreenID) throws {
    var screen = try Screen()
    screen.send(.command(.show(view)))

    #expect(
      screen.state.preview(of: Prompt(.range, text: "9:00-11:00"))
        == "shows Mon 13 May 09:00 to Mon 13 May 11:00, by minute"
    )
  }

  @Test func `what is no range is told in a sentence that quotes it`() throws {
    var screen = try Screen()

    #expect(screen.state.take(range: "Soon")?.hasPrefix("'Soon' is no range such as") == true)
    #expect(screen.state.take(range: "2024-05-14T10:00..11:00") == "that time has not come yet")
    #expect(screen.state.take(range: "2014-05-01") == "that time is older than the retention")
  }
}
