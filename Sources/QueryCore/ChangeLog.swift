public import PlaybackFacts

/// What changed with the latest versions of the data, so that answers that did not change stay valid.
///
/// A fact changes only answers whose timeframe ends after it. So of each version its oldest fact is noted,
/// and only where no later version has an older one:
/// ```
/// version        7      8      9     12
/// oldest fact  10:02  10:01  10:07  10:05   noted: 8 from 10:01, 12 from 10:05
///
/// since 8 there are no facts before 10:05: an answer about 9:00 to 10:00 is still valid
/// ```
public struct ChangeLog: Hashable, Sendable {
  /// What changed since a version.
  public struct Changes: Hashable, Sendable {
    /// Answers whose timeframe ends after it may differ; nil where no facts changed.
    public var firstFact: Timestamp?
    /// Answers whose timeframe begins before it may differ, as the retention's edge moved; nil where it did not.
    public var edge: Timestamp?
    /// Whether media items may have other tags.
    public var hasTags = false

    /// Whether the answer to a question may differ.
    public func affect(_ question: Query) -> Bool {
      if hasTags, question.looksAtTags { return true }
      guard let timeframe = question.timeframe else { return firstFact != nil || edge != nil }
      return firstFact.map { $0 < timeframe.to } ?? false
        || edge.map { timeframe.from < $0 } ?? false
    }

    /// Every answer may differ.
    static let all = Changes(firstFact: Timestamp(milliseconds: .min), hasTags: true)
  }

  private struct Step: Hashable, Sendable {
    let version: UInt64
    let firstFact: Timestamp
  }

  /// The newest version of which it knows.
  public private(set) var version: UInt64
  /// What changed before and with it is not known.
  private var start: UInt64
  /// Versions and facts ascend.
  private var steps: [Step] = []
  private var tagVersion: UInt64 = 0
  private var edgeVersion: UInt64 = 0
  /// The latest of all that were noted.
  private var edge: Timestamp?

  /// So many steps are noted; there is one for each 20 s at most in which facts came in order.
  private static let limit = 1024

  /// Makes a log that begins after a version.
  public init(after version: UInt64) {
    self.version = version
    start = version
  }

  /// Notes that facts came with a version, none of them before an instant.
  public mutating func addFacts(from oldest: Timestamp, with version: UInt64) {
    // What is watched counts from the start of its slot.
    let firstFact = oldest.floored(to: Milliseconds.slot)
    while let last = steps.last, last.firstFact >= firstFact { steps.removeLast() }
    steps.append(Step(version: version, firstFact: firstFact))
    reach(version)
    guard steps.count > Self.limit else { return }
    start = steps[Self.limit / 2].version
    steps.removeFirst(Self.limit / 2 + 1)
  }

  /// Notes that media items have other tags with a version.
  public mutating func addTags(with version: UInt64) {
    tagVersion = max(tagVersion, version)
    reach(version)
  }

  /// Notes that the retention's edge moved with a version, from or to an instant and not beyond it.
  public mutating func moveEdge(upTo edge: Timestamp, with version: UInt64) {
    self.edge = max(self.edge ?? edge, edge)
    edgeVersion = max(edgeVersion, version)
    reach(version)
  }

  /// Notes that nothing changed up to a version, but for what was noted.
  public mutating func reach(_ version: UInt64) {
    self.version = max(self.version, version)
  }

  /// What changed since a version; everything, where it is not known.
  public func changes(since version: UInt64) -> Changes {
    guard version >= start else { return .all }
    var (low, high) = (0, steps.count)
    while low < high {
      let middle = (low + high) / 2
      if steps[middle].version <= version { low = middle + 1 } else { high = middle }
    }
    return Changes(
      firstFact: low < steps.count ? steps[low].firstFact : nil,
      edge: edgeVersion > version ? edge : nil,
      hasTags: tagVersion > version
    )
  }
}

extension ChangeLog? {
  /// What changed from a version to another; everything, where there is no log.
  func changes(from former: UInt64, to version: UInt64) -> ChangeLog.Changes {
    former == version ? ChangeLog.Changes() : self?.changes(since: former) ?? .all
  }
}

extension Query {
  /// Whether the answer depends on the tags of media items.
  fileprivate var looksAtTags: Bool {
    shape == .buckets(.tag) || filter.dimensions.contains(.tag)
  }
}
