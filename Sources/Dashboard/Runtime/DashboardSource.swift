public import QueryCore

/// A source as the runtime asks it: what answers, and what else it tells.
public struct DashboardSource: Sendable {
  /// What answers questions.
  public let answering: any QueryAnswering
  /// What tells of passing facts and of health; nil where nothing does.
  public let observing: (any SourceObserving)?
  /// What tells titles and tags of media items; nil where nothing does.
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
