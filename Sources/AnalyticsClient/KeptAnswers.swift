import PlaybackFacts
import QueryCore

/// Answers that are still what the server would say, so that it need not be asked.
struct KeptAnswers {
  private struct Entry {
    let version: UInt64
    let result: QueryResult
  }

  private var entries: [Query: Entry] = [:]
  /// Of all entries.
  private var rowCount = 0

  /// More than the questions of the largest screen.
  private static let limit = 200
  /// More than the rows of the largest screen, a few times ten thousand; some ten megabytes.
  private static let rowLimit = 100_000

  /// The answer to a question, if it is of a version.
  func result(of query: Query, version: UInt64) -> QueryResult? {
    guard let entry = entries[query], entry.version == version else { return nil }
    return entry.result
  }

  /// Keeps an answer that was asked for when the data had a version.
  mutating func keep(_ result: QueryResult, version: UInt64) {
    let isFull = entries.count >= Self.limit || rowCount + result.rows.count > Self.rowLimit
    if isFull, entries[result.query] == nil { (entries, rowCount) = ([:], 0) }
    let former = entries.updateValue(Entry(version: version, result: result), forKey: result.query)
    rowCount += result.rows.count - (former?.result.rows.count ?? 0)
  }
}

extension Query {
  /// How often the hosted API has news of the answer, in milliseconds.
  var hostedRefresh: Int64 {
    let metric = MetricCatalog.metrics.first { $0.name == measure.metric }
    switch metric?.level {
    case .core: return 15 * Milliseconds.minute
    case .extended, .playhead, nil: return 5 * Milliseconds.second
    }
  }
}
