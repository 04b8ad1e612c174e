import PlaybackFacts
import TestSupport
import Testing

@testable import QueryCore

@Suite("Query plan")
struct QueryPlanTests {
  let day = timeframe("2024-05-28T00:00:00Z", "2024-05-29T00:00:00Z")

  @Test func `questions that read other sums of the same groups are one sum query`() throws {
    let questions = try ["play", "play-rate", "watch-time-average"].map { name in
      Query(try .named(name), .buckets(.country), in: day)
    }
    let plan = try QueryPlan(questions)

    #expect(
      plan.sumQueries == [
        SumQuery(
          span: .timeframe(day),
          grouping: .dimension(.country),
          sums: [.plays, .impressions, .watchedMilliseconds, .starts],
          leading: Set(questions.compactMap(\.leading))
        )
      ]
    )
    #expect(plan.sumQueries[0].leading.map(\.count) == [25, 25, 25])
  }

  @Test func `all rows are asked for where one question needs them`() throws {
    for order in [
      nil, Query.Order(.dimensionValue, isAscending: true),
      Query.Order(.change, isAscending: false),
    ] {
      let plays = Query(try .named("play"), .buckets(.country), in: day)
      let other = Query(try .named("play-rate"), .buckets(.country), in: day, order: order)
      let isLeading = try QueryPlan([plays, other]).sumQueries.map(\.leading.isEmpty)
      #expect(isLeading == [order != nil])
      #expect(try QueryPlan([other, plays]).sumQueries.map(\.leading.isEmpty) == isLeading)
    }
    let unique = Query(try .named("view"), .buckets(.country), isUnique: true, in: day)
    #expect(unique.leading == nil)
  }

  @Test func `other groups, filters and times are sum queries of their own`() throws {
    let french = Filter([Filter.Clause(.country, ["FR"])])
    let plan = try QueryPlan([
      Query(.named("play"), in: day),
      Query(.named("play"), in: day, filter: french),
      Query(.named("play"), .buckets(.country), in: day),
      Query(.named("play"), .timeseries(.hour), in: day),
      Query(.named("play"), .timeseries(.hour), in: day, zone: "Asia/Kathmandu"),
    ])

    #expect(plan.sumQueries.count == 5)
  }

  @Test func `zones that cut alike share a sum query`() throws {
    let plan = try QueryPlan([
      Query(.named("play"), .timeseries(.hour), in: day),
      Query(.named("play"), .timeseries(.hour), in: day, zone: "Europe/Paris"),
    ])

    #expect(plan.sumQueries.count == 1)
  }

  @Test func `totals ask for all time`() throws {
    let plan = try QueryPlan([Query(.named("play-total"), .buckets(.mediaID), in: nil)])

    #expect(plan.sumQueries.map(\.span) == [.allTime])
  }

  @Test func `a zone that there is not is refused`() throws {
    let query = Query(try .named("play"), .timeseries(.day), in: day, zone: "Mars/Base")

    #expect(
      throws: QueryError.invalidParameter(
        name: "timezone",
        detail: "This value must be the name of a time zone such as Europe/Paris."
      )
    ) {
      try QueryPlan([query])
    }
  }

  @Test func `an answer in another shape is no answer`() throws {
    let plan = try QueryPlan([Query(.named("play"), in: day)])
    let state = DataState(version: 1, newestReceipt: nil)

    #expect(throws: QueryError.self) {
      try plan.rows(of: SumAnswer(state: state, rows: [.byValue([:])]))
    }
    #expect(throws: QueryError.self) { try plan.rows(of: SumAnswer(state: state, rows: [])) }
  }
}
