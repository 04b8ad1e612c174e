public import QueryCore

/// Where a page of an answer stands among all of them, and where the others are.
public struct Pagination: Hashable, Sendable {
  /// What a linked page is to this one.
  public enum Relation: String, CaseIterable, Hashable, Sendable {
    case `self`, first, last, previous, next
  }

  /// Where a page is.
  public struct Link: Hashable, Sendable {
    /// What the page is to this one.
    public let relation: Relation
    /// The page's path with its query string, which names the timeframe that was resolved.
    public let path: String
  }

  /// The number of this page, ≥ 1.
  public let currentPage: Int
  /// How many rows this page has.
  public let currentPageItems: Int
  /// How many rows a page has at most.
  public let pageSize: Int
  /// How many pages there are, ≥ 1.
  public let pagesTotal: Int
  /// How many rows there are on all pages.
  public let itemsTotal: Int
  /// The pages: this one, the first and the last; then the previous and the next where they exist.
  public let links: [Link]

  /// Describes the page of an answer; nil for a number or a histogram, which have none.
  public init?(of result: QueryResult) {
    let count: Int
    switch result.rows {
    case .number, .histogram: return nil
    case .buckets(let rows): count = rows.count
    case .timeseries(let rows): count = rows.count
    }
    self.init(result.query.page, items: count, itemsTotal: result.itemsTotal) { number in
      var query = result.query
      query.page.number = number
      return QueryRequest(query, namesPage: true).path
    }
  }

  /// Describes a page of anything.
  ///
  /// - Parameters:
  ///   - page: Which page.
  ///   - items: How many rows it has.
  ///   - itemsTotal: How many rows there are on all pages.
  ///   - path: The path of the page of a number.
  package init(_ page: Query.Page, items: Int, itemsTotal: Int, path: (Int) -> String) {
    currentPage = page.number
    currentPageItems = items
    pageSize = page.size
    pagesTotal = page.pagesTotal(of: itemsTotal)
    self.itemsTotal = itemsTotal
    var pages: [(Relation, Int)] = [(.self, currentPage), (.first, 1), (.last, pagesTotal)]
    // From a page past the end, the way back leads to the last one.
    if currentPage > 1 { pages.append((.previous, min(currentPage - 1, pagesTotal))) }
    if currentPage < pagesTotal { pages.append((.next, currentPage + 1)) }
    links = pages.map { Link(relation: $0, path: path($1)) }
  }
}
