public import PlaybackFacts
public import QueryCore

extension ScreenRequest {
  /// The same without what not every source can count; nil where that is everything it asks, or nothing.
  fileprivate func withoutHistograms(_ refusal: HistogramRefusal) -> ScreenRequest? {
    var rest = self
    rest.histogramRefusal = refusal
    let count = rest.queries.count
    return count > 0 && count < queries.count ? rest : nil
  }
}

/// That a source counted no histogram, so that it is not asked for the same one with every answer.
struct HistogramRefusal: Hashable, Sendable {
  /// Why it counted none this time; nil where it never does.
  let reason: String?
  /// When it said so.
  let time: Timestamp

  /// A refusal that is about one question may be over after so long.
  private static let memory = 5 * Milliseconds.minute

  /// What a failure says of histograms, if the other questions do have answers; nil where it says nothing of them.
  init?(_ error: QueryError, at time: Timestamp) {
    switch error {
    case .notProvided, .invalidAttribute: reason = nil
    case .unavailable(let reason, _): self.reason = reason
    case .invalidParameter, .limited, .tooManyWaiting: return nil
    }
    self.time = time
  }

  /// Whether the source would say it again to the questions of then, or to others where they are not the same.
  func holds(at now: Timestamp, isSame: Bool) -> Bool {
    reason == nil || isSame && (0..<Self.memory).contains(now - time)
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
      let answer = try await answer(request.queries, skippingCaches: request.skipsCaches)
      return Snapshot(request, answer, asOf: asOf)
    } catch {
      guard let refusal = HistogramRefusal(error, at: asOf),
        let rest = request.withoutHistograms(refusal)
      else { throw error }
      let answer = try await answer(rest.queries, skippingCaches: request.skipsCaches)
      return Snapshot(rest, answer, asOf: asOf)
    }
  }
}
