import AnalyticsAPI
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Pagination")
struct PaginationTests {
  private func pagination(page: Int, of items: Int, size: Int = 10) throws -> Pagination {
    let query = Query(
      try .named("play"),
      .buckets(.country),
      in: timeframe("2024-05-28T11:15:07Z", "2024-05-29T11:15:07Z"),
      page: Query.Page(number: page, size: size)
    )
    let count = max(0, min(size, items - (page - 1) * size))
    let row = QueryResult.Bucket(value: .integer(1), dimensionValue: "FR")
    let rows = Array(repeating: row, count: count)
    let result = QueryResult(query: query, rows: .buckets(rows), itemsTotal: items)
    return try #require(Pagination(of: result))
  }

  @Test(arguments: [
    (1, 0, 0, 1, ["self 1", "first 1", "last 1"]), (1, 10, 10, 1, ["self 1", "first 1", "last 1"]),
    (1, 11, 10, 2, ["self 1", "first 1", "last 2", "next 2"]),
    (2, 35, 10, 4, ["self 2", "first 1", "last 4", "previous 1", "next 3"]),
    (4, 35, 5, 4, ["self 4", "first 1", "last 4", "previous 3"]),
    (9, 35, 0, 4, ["self 9", "first 1", "last 4", "previous 4"]),
  ])
  func `pages are counted and linked`(
    page: Int,
    items: Int,
    onPage: Int,
    pages: Int,
    links: [String]
  ) throws {
    let pagination = try pagination(page: page, of: items)

    #expect(pagination.currentPage == page)
    #expect(pagination.currentPageItems == onPage)
    #expect(pagination.pageSize == 10)
    #expect(pagination.pagesTotal == pages)
    #expect(pagination.itemsTotal == items)
    let shown = try pagination.links.map { link in
      let query = try #require(QueryRequest(path: link.path)).parameters
      let number = try #require(query.first { $0.name == "currentPage" }).value
      return "\(link.relation.rawValue) \(number)"
    }
    #expect(shown == links)
  }

  @Test func `links name the timeframe and the page, also where they are the default`() throws {
    let pagination = try pagination(page: 1, of: 3, size: 25)

    #expect(
      pagination.links.first?.path == "/data/buckets/play/country"
        + "?from=2024-05-28T11:15:07%2B00:00&to=2024-05-29T11:15:07%2B00:00"
        + "&currentPage=1&pageSize=25"
    )
  }

  @Test func `a number has no pages`() throws {
    let query = Query(
      try .named("play"),
      in: timeframe("2024-05-28T00:00:00Z", "2024-05-29T00:00:00Z")
    )

    #expect(
      Pagination(of: QueryResult(query: query, rows: .number(.integer(1)), itemsTotal: 1)) == nil
    )
  }
}
