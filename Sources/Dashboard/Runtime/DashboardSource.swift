public import AnalyticsSource
public import QueryCore
import Synchronization

/// A source as the runtime asks it: what answers queries, and what else it offers.
public struct DashboardSource: Sendable {
  /// What answers questions.
  public let answering: any QueryAnswering
  /// Live facts and the state of the source; nil where it offers neither.
  public let observing: (any SourceObserving)?
  /// Titles and tags of media items; nil where it offers none.
  public let media: (any MediaListing)?

  /// Describes a source.
  public init(
    answering: any QueryAnswering,
    observing: (any SourceObserving)? = nil,
    media: (any MediaListing)? = nil
  ) {
    self.answering = answering
    self.observing = observing
    self.media = media
  }
}

/// The opening of a source, shared by all who wait for it; one that failed is tried again for the next.
final class SourceOpening: Sendable {
  private let open: @Sendable () async throws -> DashboardSource
  private let underWay = Mutex<Task<DashboardSource, any Error>?>(nil)

  init(_ open: @escaping @Sendable () async throws -> DashboardSource) {
    self.open = open
  }

  /// The source, once it is open.
  func opened() async throws -> DashboardSource {
    let opening = underWay.withLock { underWay in
      let opening = underWay ?? Task { [open] in try await open() }
      underWay = opening
      return opening
    }
    do {
      return try await opening.value
    } catch {
      underWay.withLock { if $0 == opening { $0 = nil } }
      throw error
    }
  }

  func cancel() {
    underWay.withLock { $0?.cancel() }
  }
}
