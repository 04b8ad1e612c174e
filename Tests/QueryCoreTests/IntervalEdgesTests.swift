import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Interval edges")
struct IntervalEdgesTests {
  /// The edges as the clocks of a zone show them.
  private func shown(_ interval: Interval, _ from: String, _ to: String, _ name: String) throws
    -> [String]
  {
    let zone = try #require(Zone(name))
    let edges = IntervalEdges(interval, of: timeframe(from, to), in: zone)
    return edges.times.map { $0.atom(offsetSeconds: zone.offsetSeconds(at: $0)) }
  }

  @Test func `hours are cut in UTC, around a timeframe that begins and ends inside them`() throws {
    let edges = try shown(.hour, "2024-05-29T07:10:00Z", "2024-05-29T09:00:00.001Z", "UTC")

    #expect(
      edges == [
        "2024-05-29T07:00:00+00:00", "2024-05-29T08:00:00+00:00", "2024-05-29T09:00:00+00:00",
        "2024-05-29T10:00:00+00:00",
      ]
    )
  }

  @Test func `a timeframe on the edges has no interval beyond them`() throws {
    let edges = try shown(.minute, "2024-05-29T07:00:00Z", "2024-05-29T07:02:00Z", "UTC")

    #expect(
      edges == [
        "2024-05-29T07:00:00+00:00", "2024-05-29T07:01:00+00:00", "2024-05-29T07:02:00+00:00",
      ]
    )
  }

  @Test(arguments: Interval.allCases)
  func `an empty timeframe has one interval`(interval: Interval) {
    let edges = IntervalEdges(
      interval,
      of: timeframe("2024-05-29T07:10:20Z", "2024-05-29T07:10:20Z")
    )

    #expect(edges.count == 1)
    #expect(edges.times[0] <= at("2024-05-29T07:10:20Z"))
  }

  /// What the clocks of a zone show at the edges around a change.
  struct Change: Sendable, CustomTestStringConvertible {
    let zone: String
    let interval: Interval
    let from: String
    let to: String
    let edges: [String]

    var testDescription: String { "\(zone) by \(interval.rawValue) from \(from)" }
  }

  @Test(arguments: [
    Change(
      zone: "Europe/Paris",
      interval: .hour,
      from: "2024-03-31T00:30:00Z",
      to: "2024-03-31T02:00:00Z",
      edges: [
        "2024-03-31T01:00:00+01:00", "2024-03-31T03:00:00+02:00", "2024-03-31T04:00:00+02:00",
      ]
    ),
    Change(
      zone: "Europe/Paris",
      interval: .hour,
      from: "2024-10-26T23:30:00Z",
      to: "2024-10-27T02:00:00Z",
      edges: [
        "2024-10-27T01:00:00+02:00", "2024-10-27T02:00:00+02:00", "2024-10-27T02:00:00+01:00",
        "2024-10-27T03:00:00+01:00",
      ]
    ),
    Change(
      zone: "Europe/Paris",
      interval: .day,
      from: "2024-03-30T23:00:00Z",
      to: "2024-04-01T22:00:00Z",
      edges: [
        "2024-03-31T00:00:00+01:00", "2024-04-01T00:00:00+02:00", "2024-04-02T00:00:00+02:00",
      ]
    ),
    Change(
      zone: "America/New_York",
      interval: .hour,
      from: "2024-03-10T06:00:00Z",
      to: "2024-03-10T08:00:00Z",
      edges: [
        "2024-03-10T01:00:00-05:00", "2024-03-10T03:00:00-04:00", "2024-03-10T04:00:00-04:00",
      ]
    ),
    Change(
      zone: "America/New_York",
      interval: .day,
      from: "2024-11-03T12:00:00Z",
      to: "2024-11-04T05:00:00.001Z",
      edges: [
        "2024-11-03T00:00:00-04:00", "2024-11-04T00:00:00-05:00", "2024-11-05T00:00:00-05:00",
      ]
    ),
    Change(
      zone: "Asia/Kathmandu",
      interval: .hour,
      from: "2024-05-29T07:00:00Z",
      to: "2024-05-29T08:15:00Z",
      edges: [
        "2024-05-29T12:00:00+05:45", "2024-05-29T13:00:00+05:45", "2024-05-29T14:00:00+05:45",
      ]
    ),
    Change(
      zone: "Asia/Kathmandu",
      interval: .day,
      from: "2024-05-29T18:15:00Z",
      to: "2024-05-30T18:15:00Z",
      edges: ["2024-05-30T00:00:00+05:45", "2024-05-31T00:00:00+05:45"]
    ),
    Change(
      zone: "Australia/Lord_Howe",
      interval: .hour,
      from: "2024-04-06T14:00:00Z",
      to: "2024-04-06T16:00:00Z",
      edges: [
        "2024-04-07T01:00:00+11:00", "2024-04-07T01:30:00+10:30", "2024-04-07T02:00:00+10:30",
        "2024-04-07T03:00:00+10:30",
      ]
    ),
    Change(
      zone: "Australia/Lord_Howe",
      interval: .hour,
      from: "2024-10-05T15:00:00Z",
      to: "2024-10-05T16:30:00Z",
      edges: [
        "2024-10-06T01:00:00+10:30", "2024-10-06T02:30:00+11:00", "2024-10-06T03:00:00+11:00",
        "2024-10-06T04:00:00+11:00",
      ]
    ),
    Change(
      zone: "America/Sao_Paulo",
      interval: .day,
      from: "2018-11-03T12:00:00Z",
      to: "2018-11-04T12:00:00Z",
      edges: [
        "2018-11-03T00:00:00-03:00", "2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00",
      ]
    ),
    Change(
      zone: "America/Sao_Paulo",
      interval: .hour,
      from: "2018-11-04T02:00:00Z",
      to: "2018-11-04T04:00:00Z",
      edges: [
        "2018-11-03T23:00:00-03:00", "2018-11-04T01:00:00-02:00", "2018-11-04T02:00:00-02:00",
      ]
    ),
    Change(
      zone: "America/Sao_Paulo",
      interval: .day,
      from: "2018-02-17T12:00:00Z",
      to: "2018-02-18T12:00:00Z",
      edges: [
        "2018-02-17T00:00:00-02:00", "2018-02-18T00:00:00-03:00", "2018-02-19T00:00:00-03:00",
      ]
    ),
    Change(
      zone: "Pacific/Apia",
      interval: .day,
      from: "2011-12-29T12:00:00Z",
      to: "2011-12-30T12:00:00Z",
      edges: [
        "2011-12-29T00:00:00-10:00", "2011-12-31T00:00:00+14:00", "2012-01-01T00:00:00+14:00",
      ]
    ),
  ])
  func `clocks are followed through their changes`(change: Change) throws {
    let edges = try shown(change.interval, change.from, change.to, change.zone)

    #expect(edges == change.edges)
  }

  @Test func `an interval knows the offset at its start`() throws {
    let zone = try #require(Zone("Europe/Paris"))
    let edges = IntervalEdges(
      .day,
      of: timeframe("2024-03-30T23:00:00Z", "2024-04-01T22:00:00Z"),
      in: zone
    )

    #expect((0..<edges.count).map { edges.offsetSeconds(ofInterval: $0) } == [3600, 7200])
  }

  @Test(
    arguments: [
      "UTC", "Europe/Paris", "America/New_York", "America/St_Johns", "Asia/Kathmandu",
      "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca",
      "Pacific/Chatham", "Asia/Pyongyang",
    ],
    [UInt64(1), 2]
  )
  func `edges are those that a look at every minute finds`(name: String, seed: UInt64) throws {
    let zone = try #require(Zone(name))
    var builder = FactBuilder(seed: seed)
    // Around the changes of 2018, when all of these zones had one.
    let months = [
      "2018-02-17T02:00:00Z", "2018-03-11T06:30:00Z", "2018-03-25T01:00:00Z",
      "2018-03-31T15:00:00Z", "2018-05-04T15:00:00Z", "2018-10-06T15:30:00Z",
      "2018-10-28T01:00:00Z", "2018-11-04T03:00:00Z",
    ]
    for change in months {
      let around = Timeframe(
        from: at(change) - Milliseconds.day,
        to: at(change) + Milliseconds.day
      )
      let ends = [builder.instant(in: around), builder.instant(in: around)].sorted()
      let timeframe = Timeframe(from: ends[0], to: ends[1])
      for interval in [Interval.hour, .day] {
        let edges = IntervalEdges(interval, of: timeframe, in: zone)
        #expect(edges.times == naiveEdges(interval, of: timeframe, zone))
      }
    }
  }

  /// Looks at every minute of the days around.
  private func naiveEdges(_ interval: Interval, of timeframe: Timeframe, _ zone: Zone)
    -> [Timestamp]
  {
    var edges: [Timestamp] = []
    var time = timeframe.from.floored(to: Milliseconds.minute) - 2 * Milliseconds.day
    var offset = zone.offsetSeconds(at: time)
    var latestDay = CivilTime(time + Int64(offset) * 1000).date
    while edges.isEmpty || edges[edges.count - 1] < timeframe.to || edges.count < 2 {
      time = time + Milliseconds.minute
      let formerOffset = offset
      offset = zone.offsetSeconds(at: time)
      let shown = CivilTime(time + Int64(offset) * 1000)
      let isEdge =
        switch interval {
        case .minute: true
        case .hour: shown.minute == 0 || offset != formerOffset
        case .day: shown.date > latestDay
        }
      latestDay = max(latestDay, shown.date)
      if isEdge, time <= timeframe.from { edges = [] }
      if isEdge { edges.append(time) }
    }
    return edges
  }

  @Test func `a timeframe that never ends yields a bounded number of intervals`() {
    let edges = IntervalEdges(.hour, of: timeframe("2024-05-29T07:00:00Z", "9999-12-31T23:00:00Z"))

    #expect(edges.count <= 200_000)
    #expect(edges.times.last.map { $0 >= at("9999-12-31T23:00:00Z") } == true)
    #expect(edges.times[1] - edges.times[0] == Milliseconds.hour)
  }
}
