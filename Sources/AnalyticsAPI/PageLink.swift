import QueryCore

/// Where another page of an answer is.
struct PageLink: Hashable {
  /// `self`, `first`, `previous`, `next` or `last`.
  let relation: String
  /// The path with its parameters; dates are those that the question was resolved to.
  let path: String
}

extension QueryResult {
  /// The pages that there are, seen from this one.
  var pageLinks: [PageLink] {
    let current = query.page.number
    var links = [link("self", to: current), link("first", to: 1)]
    if current > 1 { links.append(link("previous", to: min(current - 1, pagesTotal))) }
    if current < pagesTotal { links.append(link("next", to: current + 1)) }
    links.append(link("last", to: pagesTotal))
    return links
  }

  private func link(_ relation: String, to page: Int) -> PageLink {
    var query = query
    query.page.number = page
    return PageLink(relation: relation, path: QueryRequest(query, namesPage: true).path)
  }
}
