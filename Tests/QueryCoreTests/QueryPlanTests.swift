import PlaybackFacts
import Testing

@testable import QueryCore

@Suite("Query plan")
struct QueryPlanTests {
  let day = timeframe("2024-05-28T00:00:00Z", "2024-05-29T00:00:00Z")

  @Test func `questions that read other sums of the same groups are one sum query`() throws {
    let plan = try QueryPlan([
      Query(.named("play"), .buckets(.country), in: day),
      Query(.named("play-rate"), .buckets(.country), in: day),
      Query(.named("watch-time-average"), .buckets(.country), in: day),
    ])

    #expect(
      plan.sumQueries == [
        SumQuery(
          span: .timeframe(day),
          grouping: .dimension(.country),
          sums: [.plays, .impressions, .watchedMilliseconds, .starts]
        )
      ]
    )
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
