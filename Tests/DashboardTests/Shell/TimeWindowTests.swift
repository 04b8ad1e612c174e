import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Time window")
struct TimeWindowTests {
  private func zone(_ name: String) throws -> Zone { try #require(Zone(name)) }

  private func time(_ atom: String) throws -> Timestamp { try #require(Timestamp(atom: atom)) }

  @Test(
    "a range ends with the interval that is open, and begins whole intervals before",
    arguments: [
      (.hour, "2024-05-13T11:06:00", "2024-05-13T12:06:00", 60),
      (.sixHours, "2024-05-13T06:06:00", "2024-05-13T12:06:00", 360),
      (.day, "2024-05-12T13:00:00", "2024-05-13T13:00:00", 24),
      (.week, "2024-05-06T13:00:00", "2024-05-13T13:00:00", 168),
      (.month, "2024-04-13T22:00:00", "2024-05-13T22:00:00", 30),
      (.year, "2023-05-14T22:00:00", "2024-05-13T22:00:00", 365),
    ] as [(TimeRange, String, String, Int)]
  )
  func edges(range: TimeRange, from: String, to: String, count: Int) throws {
    let now = try time("2024-05-13T12:05:32")

    let window = TimeWindow(range, upTo: now, in: try zone("Europe/Paris"))

    #expect(window.timeframe == Timeframe(from: try time(from), to: try time(to)))
    #expect(window.count == count)
    #expect(window.index(of: now) == count - 1)
  }

  @Test func `it stays the same until an interval is over`() throws {
    let paris = try zone("Europe/Paris")
    let first = TimeWindow(.day, upTo: try time("2024-05-13T12:00:00.001"), in: paris)

    #expect(TimeWindow(.day, upTo: try time("2024-05-13T12:59:59.999"), in: paris) == first)
    #expect(TimeWindow(.day, upTo: try time("2024-05-13T13:00:00.001"), in: paris) != first)
  }

  @Test func `hours begin at full hours of the zone`() throws {
    let window = TimeWindow(
      .day,
      upTo: try time("2024-05-13T12:05:32"),
      in: try zone("Asia/Kathmandu")
    )

    #expect(window.end == (try time("2024-05-13T12:15:00")))
  }

  @Test func `days follow the zone when the clocks change`() throws {
    let paris = try zone("Europe/Paris")

    let window = TimeWindow(.month, upTo: try time("2024-04-10T12:00:00"), in: paris)

    #expect(window.count == 30)
    #expect(window.edges[0] == (try time("2024-03-11T23:00:00")))
    #expect(window.end == (try time("2024-04-10T22:00:00")))
  }

  @Test func `a pause cuts what is asked for, not the intervals`() throws {
    let pause = try time("2024-05-13T12:05:32")

    let window = TimeWindow(.day, upTo: pause, in: .utc, isCut: true)

    #expect(window.timeframe.to == pause)
    #expect(window.count == 24)
  }

  @Test func `numbers are compared with as much of the period before`() throws {
    let window = TimeWindow(.day, upTo: try time("2024-05-13T12:05:32"), in: .utc)
    let previous = window.compared(.previous, of: .day, in: .utc)

    let comparable = window.comparable(in: previous, at: try time("2024-05-13T12:05:32"))

    #expect(previous.end == window.edges[0])
    #expect(comparable.from == previous.edges[0])
    #expect(comparable.to == (try time("2024-05-12T12:06:00")))
    #expect(window.comparable(in: previous, at: window.end) == previous.timeframe)
  }

  @Test func `up to six hours are compared to the slot`() throws {
    let now = try time("2024-05-13T12:05:32")
    let window = TimeWindow(.sixHours, upTo: now, in: .utc)
    let previous = window.compared(.previous, of: .sixHours, in: .utc)

    let comparable = window.comparable(in: previous, at: now)

    #expect(comparable.duration % Milliseconds.minute != 0)
    #expect(comparable.duration % Milliseconds.slot == 0)
  }

  @Test func `minutes are asked for in pieces of an hour at most`() throws {
    let window = TimeWindow(.sixHours, upTo: try time("2024-05-13T12:05:32"), in: .utc)

    #expect(window.pieces.count == 6)
    #expect(window.pieces.allSatisfy { $0.duration == Milliseconds.hour })
    #expect(window.pieces.first?.from == window.timeframe.from)
    #expect(window.pieces.last?.to == window.timeframe.to)
  }

  @Test func `wider intervals begin with a whole one`() throws {
    let window = TimeWindow(.sixHours, upTo: try time("2024-05-13T12:05:32"), in: .utc)

    let coarse = window.coarser(.hour, in: .utc)

    #expect(coarse.edges[0] == (try time("2024-05-13T06:00:00")))
    #expect(coarse.count == 7)
    #expect(coarse.timeframe.to == window.timeframe.to)
  }

  @Test func `it moves by halves of its length`() throws {
    let window = TimeWindow(.day, upTo: try time("2024-05-13T12:05:32"), in: .utc)

    #expect(window.end(movedByHalves: -1, in: .utc) == (try time("2024-05-13T01:00:00")))
    #expect(window.end(movedByHalves: 1, in: .utc) == (try time("2024-05-14T01:00:00")))
  }

  @Test func `the same weekdays are compared a week, or whole weeks, earlier`() throws {
    let now = try time("2024-05-13T12:05:32")
    let day = TimeWindow(.day, upTo: now, in: .utc)
    let month = TimeWindow(.month, upTo: now, in: .utc)

    #expect(day.end - day.compared(.weekBefore, of: .day, in: .utc).end == 7 * Milliseconds.day)
    #expect(
      month.end - month.compared(.weekBefore, of: .month, in: .utc).end == 35 * Milliseconds.day
    )
  }

  @Test func `a week in which clocks change is compared with the week before it`() throws {
    let paris = try #require(Zone("Europe/Paris"))
    // Monday 19 October to Sunday 25 October 2026, which has 25 hours.
    let window = TimeWindow(TimeRange(169, .hour), upTo: try time("2026-10-25T23:00:00"), in: paris)
    #expect(window.edges[0] == (try time("2026-10-18T22:00:00")))

    let before = window.compared(.weekBefore, of: TimeRange(169, .hour), in: paris)

    #expect(before.edges[0] == (try time("2026-10-11T22:00:00")))
    #expect(before.end == (try time("2026-10-18T22:00:00")))
  }

  @Test func `last year is compared by its dates, also over a leap day`() throws {
    let window = TimeWindow(.month, upTo: try time("2024-03-10T12:00:00"), in: .utc)

    let before = window.compared(.yearBefore, of: .month, in: .utc)

    #expect(before.end == (try time("2023-03-11T00:00:00")))
    #expect(before.count == window.count)
  }

  @Test func `today begins at midnight and is compared with yesterday`() throws {
    let paris = try #require(Zone("Europe/Paris"))
    let window = TimeWindow(.today, upTo: try time("2024-05-13T12:05:32"), in: paris)

    #expect(window.edges[0] == (try time("2024-05-12T22:00:00")))
    #expect(window.count == 15)
    let before = window.compared(.previous, of: .today, in: paris)
    #expect(before.edges[0] == (try time("2024-05-11T22:00:00")))
    #expect(before.count == 15)
  }

  @Test func `clocks that change do not move the hours that are compared`() throws {
    // Clocks in Paris were put forward on 31 March 2024.
    let paris = try #require(Zone("Europe/Paris"))
    let window = TimeWindow(.day, upTo: try time("2024-04-03T10:00:00"), in: paris)

    let before = window.compared(.weekBefore, of: .day, in: paris)

    #expect(paris.civil(before.end).hour == paris.civil(window.end).hour)
  }
}
