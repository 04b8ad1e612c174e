public import PlaybackFacts
public import QueryCore

extension ScreenRequest {
  /// The same without what not every source can count; nil where that is everything it asks, or nothing.
  fileprivate var withoutHistograms: ScreenRequest? {
    var rest = self
    rest.asksHistograms = false
    let count = rest.queries.count
    return count > 0 && count < queries.count ? rest : nil
  }
}

extension QueryAnswering {
  /// What a screen shows of this source: all that was asked, but for histograms where it has none.
  ///
  /// - Throws: ``QueryCore/QueryError`` where a question has no answer.
  public func snapshot(
    of request: ScreenRequest,
    asOf: Timestamp
  ) async throws(QueryError) -> Snapshot {
    do {
      let answer = try await answer(request.queries, anew: request.skipsCaches)
      return Snapshot(request, answer, asOf: asOf)
    } catch {
      switch error {
      case .notTold, .invalidAttribute:
        guard let rest = request.withoutHistograms else { throw error }
        let answer = try await answer(rest.queries, anew: request.skipsCaches)
        return Snapshot(rest, answer, asOf: asOf)
      case .invalidParameter, .limited, .tooManyWaiting, .unavailable: throw error
      }
    }
  }
}
