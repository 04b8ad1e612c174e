/// What is known of a media item beside its facts.
public struct MediaItem: Hashable, Sendable {
  /// The media item's id, as pings name it.
  public let id: String
  /// What people call it, in any script; nil where nobody said.
  public let title: String?
  /// What it is about, sorted, each once; upper and lower case differ.
  public let tags: [String]
  /// How long it lasts, in milliseconds, > 0; nil where nobody said, as of a live stream.
  public let duration: Int64?

  /// Describes a media item.
  public init(id: String, title: String? = nil, tags: [String] = [], duration: Int64? = nil) {
    self.id = id
    self.title = title
    // Items of one kind share their tags in memory, as long as nothing is to be done to them.
    self.tags = zip(tags, tags.dropFirst()).allSatisfy(<) ? tags : Set(tags).sorted()
    self.duration = duration
  }
}
