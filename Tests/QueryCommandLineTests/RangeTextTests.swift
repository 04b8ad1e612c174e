import PlaybackFacts
import QueryCommandLine
import QueryCore
import TestSupport
import Testing

/// It is Monday, 13 May 2024, 12:05:32 in UTC, 14:05 in Paris.
@Suite("Ranges as people type them")
struct RangeTextTests {
  private static let now = Timestamp(atom: "2024-05-13T12:05:32Z")

  private func parse(_ text: String, _ zone: String = "UTC") throws -> RangeText.Meaning {
    try RangeText(now: #require(Self.now), zone: #require(Zone(zone))).parse(text)
  }

  private func time(_ text: String) throws -> Timestamp { try #require(Timestamp(atom: text)) }

  private static let minute = Milliseconds.minute
  private static let hour = Milliseconds.hour
  private static let day = Milliseconds.day

  @Test(
    arguments: [
      ("24h", 24 * hour), ("-24h", 24 * hour), ("now-6h", 6 * hour), ("now - 6 h", 6 * hour),
      ("1h30m", 90 * minute), ("90 min", 90 * minute),
      ("last 3 days", 3 * day), ("past hour", hour), ("last day", day), ("1M", 30 * day),
      ("1m", minute), ("2M", 60 * day), ("1 month", 30 * day), ("1y", 365 * day),
      (" 2 W ", 14 * day), ("-2h..now", 2 * hour), ("since 2h", 2 * hour), ("now-1d..", day),
    ] as [(String, Int64)]
  )
  func `the last so much`(text: String, length: Int64) throws {
    #expect(try parse(text) == .last(length))
  }

  @Test(
    arguments: [
      ("yesterday", "2024-05-12", "2024-05-13"), ("sunday", "2024-05-12", "2024-05-13"),
      ("Sun", "2024-05-12", "2024-05-13"), ("last monday", "2024-05-06", "2024-05-07"),
      ("3 days ago", "2024-05-10", "2024-05-11"), ("1 week ago", "2024-05-06", "2024-05-07"),
      ("nov 1", "2023-11-01", "2023-11-02"), ("1 November 2022", "2022-11-01", "2022-11-02"),
      ("Nov 1, 2022", "2022-11-01", "2022-11-02"), ("may 1st", "2024-05-01", "2024-05-02"),
      ("feb 29", "2024-02-29", "2024-03-01"), ("2024-05-01", "2024-05-01", "2024-05-02"),
      ("last week", "2024-05-06", "2024-05-13"), ("last month", "2024-04-01", "2024-05-01"),
      ("last year", "2023-01-01", "2024-01-01"), ("2023-11", "2023-11-01", "2023-12-01"),
      ("november", "2023-11-01", "2023-12-01"), ("dec 2022", "2022-12-01", "2023-01-01"),
      ("2023", "2023-01-01", "2024-01-01"), ("6 months ago", "2023-11-01", "2023-12-01"),
      ("2024-05-01..2024-05-07", "2024-05-01", "2024-05-08"),
      ("nov 1 - nov 3", "2023-11-01", "2023-11-04"), ("nov 1-nov 3", "2023-11-01", "2023-11-04"),
      ("from saturday to sunday", "2024-05-11", "2024-05-13"),
      ("2024-05-01 – 2024-05-02", "2024-05-01", "2024-05-03"),
    ] as [(String, String, String)]
  )
  func `whole days`(text: String, from: String, to: String) throws {
    #expect(
      try parse(text) == .between(time("\(from)T00:00:00"), time("\(to)T00:00:00"))
    )
  }

  @Test(
    arguments: [
      ("2h ago", "2024-05-13T10:05:32"), ("11:05", "2024-05-13T11:05:00"),
      ("14:05", "2024-05-12T14:05:00"), ("2pm", "2024-05-12T14:00:00"),
      ("9:30 am", "2024-05-13T09:30:00"), ("12am", "2024-05-13T00:00:00"),
      ("yesterday 14:05", "2024-05-12T14:05:00"), ("monday 9:00", "2024-05-13T09:00:00"),
      ("nov 1 14:05:59", "2023-11-01T14:05:00"), ("2024-05-12T14:05", "2024-05-12T14:05:00"),
      ("2024-05-12_14:05:30", "2024-05-12T14:05:00"),
      ("2024-05-12T14:05:30+02:00", "2024-05-12T12:05:30"),
      ("2024-05-12T14:05Z", "2024-05-12T14:05:00"),
      ("2024-05-12t14:05:30-07:00", "2024-05-12T21:05:30"),
    ] as [(String, String)]
  )
  func `around an instant`(text: String, instant: String) throws {
    #expect(try parse(text) == .around(time(instant)))
  }

  @Test(
    arguments: [
      ("since 9:00", "2024-05-13T09:00:00"), ("since monday", "2024-05-13T00:00:00"),
      ("since yesterday", "2024-05-12T00:00:00"), ("nov 1..", "2023-11-01T00:00:00"),
      ("this month", "2024-05-01T00:00:00"), ("this year", "2024-01-01T00:00:00"),
      ("2024", "2024-01-01T00:00:00"), ("may", "2024-05-01T00:00:00"),
      ("11:05..now", "2024-05-13T11:05:00"), ("from 9am to now", "2024-05-13T09:00:00"),
      ("this hour", "2024-05-13T12:00:00"), ("since 2h ago", "2024-05-13T10:05:32"),
    ] as [(String, String)]
  )
  func `from then up to now`(text: String, start: String) throws {
    #expect(try parse(text) == .since(time(start)))
  }

  @Test(
    arguments: [
      ("9:00-11:00", "2024-05-13T09:00:00", "2024-05-13T11:00:00"),
      ("9am to 11am", "2024-05-13T09:00:00", "2024-05-13T11:00:00"),
      ("11:00-14:00", "2024-05-13T11:00:00", "2024-05-13T14:00:00"),
      ("23:30..00:30", "2024-05-12T23:30:00", "2024-05-13T00:30:00"),
      ("yesterday 23:30 .. 00:30", "2024-05-12T23:30:00", "2024-05-13T00:30:00"),
      ("2024-05-01T14:00..15:30", "2024-05-01T14:00:00", "2024-05-01T15:30:00"),
      ("monday 9:00 to monday 10:00", "2024-05-13T09:00:00", "2024-05-13T10:00:00"),
      ("3h ago - 1h ago", "2024-05-13T09:05:32", "2024-05-13T11:05:32"),
    ] as [(String, String, String)]
  )
  func `from one time to another`(text: String, from: String, to: String) throws {
    #expect(try parse(text) == .between(time(from), time(to)))
  }

  @Test func `today goes on, and a span may lie between two distances from now`() throws {
    #expect(try parse("TODAY") == .today)
    #expect(try parse("monday") == .today)
    #expect(try parse("-24h..-12h") == .ago(24 * Self.hour, 12 * Self.hour))
    // A week that begins today.
    #expect(try parse("this week") == .today)
  }

  @Test func `days and times of day are those of the zone`() throws {
    #expect(
      try parse("yesterday", "Asia/Kathmandu")
        == .between(time("2024-05-12T00:00:00+05:45"), time("2024-05-13T00:00:00+05:45"))
    )
    #expect(try parse("14:05", "Europe/Paris") == .around(time("2024-05-13T12:05:00")))
    #expect(
      try parse("2024-03-31", "Europe/Paris")
        == .between(time("2024-03-31T00:00:00+01:00"), time("2024-04-01T00:00:00+02:00"))
    )
  }

  @Test(
    arguments: [
      ("", "type a range"), ("soon", "'soon' is no range"), ("Soon..now", "'Soon..now' is no"),
      ("2024-02-30", "'2024-02-30' is"), ("2024-05-07..2024-05-01", "a range must begin"),
      ("10:00..09:00", "a range must begin"), ("10:00..10:00", "a range must begin"),
      ("-1h..-2h", "a range must begin"), ("-0h", "'-0h' is no range"), ("25:00", "'25:00' is"),
      ("99999999999999999999d", "'9999"), ("2024-05-01..xyz", "'2024-05-01..xyz' is no range"),
      ("2024-06-01", "'2024-06-01' has not come yet"), ("since 2025-01-01", "a range must begin"),
      ("13pm", "'13pm' is no"), ("mon 31", "'mon 31' is no"), ("..", "'..' is no"),
      ("-", "'-' is no"),
    ] as [(String, String)]
  )
  func `what is no range is quoted`(text: String, sentence: String) {
    let fault = #expect(throws: RangeText.Fault.self) { try parse(text) }
    #expect(fault?.description.hasPrefix(sentence) == true, "\(String(describing: fault))")
  }

  @Test func `as a timeframe it ends now at the latest`() throws {
    let now = try #require(Self.now)
    func timeframe(_ text: String) throws -> Timeframe {
      try parse(text).timeframe(now: now, zone: .utc)
    }

    #expect(try timeframe("1h") == Timeframe(from: now - Self.hour, to: now))
    #expect(try timeframe("11:00-14:00") == Timeframe(from: time("2024-05-13T11:00:00"), to: now))
    #expect(
      try timeframe("yesterday 14:05")
        == Timeframe(from: time("2024-05-12T13:50:00"), to: time("2024-05-12T14:20:00"))
    )
    #expect(try timeframe("today") == Timeframe(from: time("2024-05-13T00:00:00"), to: now))
    #expect(
      try timeframe("-3h..-2h") == Timeframe(from: now - 3 * Self.hour, to: now - 2 * Self.hour)
    )
  }

  @Test func `no text ends the program`() throws {
    let pieces = [
      "last", "since", "from", "to", "ago", "now", "-", "..", " ", ":", "t", "+02:00", "z", "mon",
      "nov", "2024", "2024-05-01", "14:05", "1", "99", "5300000", "M", "d", "mo", "y", "weeks",
      "pm",
      "24:00", "é", "０", "\u{301}",
    ]
    var generator = SeededGenerator(seed: 1)
    let now = try #require(Self.now)
    for _ in 0..<20_000 {
      let text = (0..<Int.random(in: 1...6, using: &generator))
        .map { _ in pieces.randomElement(using: &generator) ?? "" }.joined()
      let zone = Zone(["UTC", "Asia/Kathmandu"].randomElement(using: &generator) ?? "UTC") ?? .utc
      do throws(RangeText.Fault) {
        let timeframe = try RangeText(now: now, zone: zone).parse(text)
          .timeframe(now: now, zone: zone)
        #expect(timeframe.from <= timeframe.to, "\(text)")
      } catch {
        #expect(!error.description.isEmpty)
      }
    }
  }
}
