import QueryCore

/// The answer to a question whose rows may lie on several pages, as it is put together.
struct PagedAnswer {
  private let query: Query
  /// What is to be asked next; nil where the answer is whole.
  private(set) var next: Query?
  /// How many of the first rows of the pages are not wanted.
  private var skipped = 0
  private var rows: QueryResult.Rows?
  private var compared: [MetricValue?]?
  private var itemsTotal = 0

  /// Begins the answer to a question.
  init(to query: Query) {
    self.query = query
    var part = query
    let largest = Query.Page.largestSize
    if query.shape != .number, query.shape != .histogram, query.page.size > largest {
      let first = (query.page.number - 1) * query.page.size
      part.page = Query.Page(number: first / largest + 1, size: largest)
      skipped = first % largest
    }
    next = part
  }

  /// Adds the answer to what was to be asked next.
  mutating func add(_ page: QueryResult) {
    guard var part = next else { return }
    itemsTotal = page.itemsTotal
    rows?.append(page.rows)
    rows = rows ?? page.rows
    compared = page.compared.map { (compared ?? []) + $0 }
    let end = (query.page.number - 1) * query.page.size + query.page.size
    let isWhole =
      part.page == query.page || query.shape == .histogram
      || part.page.number * part.page.size >= min(itemsTotal, end)
    part.page.number += 1
    next = isWhole ? nil : part
  }

  /// The answer, once it is whole.
  var result: QueryResult {
    QueryResult(
      query: query,
      rows: (rows ?? .none(of: query.shape)).slice(from: skipped, count: query.page.size),
      compared: compared.map {
        query.shape == .histogram ? $0 : $0.slice(from: skipped, count: query.page.size)
      },
      itemsTotal: itemsTotal
    )
  }
}
