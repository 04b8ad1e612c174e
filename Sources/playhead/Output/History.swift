import AnalyticsSource
import AudienceSimulator
import Foundation
import PlaybackFacts

/// Writes what an audience has done into a store, with a progress bar.
struct History {
  private var history: AudienceHistory
  private let media: [MediaItem]

  init(
    _ audience: Audience,
    _ timeframe: Timeframe,
    facts: Int? = nil,
    isContinued: Bool = false
  ) {
    history = AudienceHistory(
      of: audience,
      during: timeframe,
      facts: facts,
      isContinued: isContinued
    )
    media = audience.mediaItems(in: timeframe)
  }

  /// Writes all of it, visible at once when it is complete, with the titles of what was watched.
  ///
  /// - Returns: how many facts it had, and the audience as it is at the end.
  /// - Throws: whatever the store throws, or `CancellationError`; nothing of the history is kept then.
  func write(to store: any ManagedStore) async throws -> (facts: Int, end: AudienceHistory) {
    var history = history
    let target = try await store.beginImport()
    var count = 0
    var bar = ProgressBar("simulating", unit: "facts")
    defer { bar.clear() }
    do {
      while let hour = history.next() {
        try Task.checkCancellation()
        try await target.append(hour.facts)
        count += hour.facts.count
        bar.update(fraction: hour.progress, count: count)
      }
      try await store.describe(media)
      try await target.finish(sha256: nil)
    } catch {
      try await target.cancel()
      throw error
    }
    return (count, history)
  }
}
