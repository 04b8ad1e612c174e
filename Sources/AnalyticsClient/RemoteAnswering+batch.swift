import AnalyticsAPI
import NIOHTTP1
import PlaybackFacts
import QueryCore
import Synchronization

/// What a server of this kind has beyond the API that all servers have; it says so with its state, as links.
enum Offer: String, CaseIterable {
  /// ``AnalyticsAPI/QueryBatch``.
  case batch
  /// ``AnalyticsAPI/QueryCore/DataState/eventsPath``.
  case events

  /// Those that the fields of an answer name.
  static func all(in headers: HTTPHeaders) -> Set<Offer> {
    let links = headers[canonicalForm: "Link"].joined(separator: ",")
    return Set(allCases.filter { links.contains("rel=\"\($0.rawValue)\"") })
  }
}

extension RemoteAnswering {
  /// Asks numbered questions in as few requests as possible, and stops at the first that has no answer.
  ///
  /// What fits into one request is answered over the same data. Where later requests, for further pages, show
  /// later data, the state is that of the first.
  func askTogether(
    _ queries: [(Int, Query)]
  ) async throws(QueryError) -> (state: DataState, answers: [Int: QueryResult]) {
    var open = queries.map { (index: $0, answer: PagedAnswer(to: $1)) }
    var whole: [Int: QueryResult] = [:]
    var first: DataState?
    while !open.isEmpty {
      let parts = Self.fitting(open.compactMap(\.answer.next))
      let batch = QueryBatch(paths: parts.map(\.path))
      let answer = try await post(QueryBatch.path, batch.json(), weight: batch.weight)
      let read = try read(answer) { body throws(AnswerError) in try BatchAnswer(parts, json: body) }
      first = first ?? read.state
      for (position, item) in read.items.enumerated() {
        switch item {
        case .result(let page): open[position].answer.add(page)
        case .problem(let status, let problem): throw refusal(status, problem)
        }
      }
      for (index, answer) in open where answer.next == nil { whole[index] = answer.result }
      open.removeAll { $0.answer.next == nil }
    }
    guard let first else {
      throw .unavailable(reason: "No question was asked.")
    }
    return (first, whole)
  }

  /// As many of the first questions as one request may ask, at least one.
  private static func fitting(_ queries: [Query]) -> [Query] {
    // Half of what servers read of a body: some escapes take more room there than here.
    let mostBytes = 32 << 10
    var bytes = 0
    let count = queries.prefix(QueryBatch.largestCount).prefix { query in
      bytes += query.path.utf8.count + 3
      return bytes <= mostBytes
    }.count
    return Array(queries.prefix(max(1, count)))
  }
}
