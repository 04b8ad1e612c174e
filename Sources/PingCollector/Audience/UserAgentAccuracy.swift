/// How often user agents are read rightly, measured on labelled ones.
public struct UserAgentAccuracy: Hashable, Sendable {
  /// How many labels of one kind were compared, and how many of them were met.
  public struct Count: Hashable, Sendable {
    /// Labels that aren't empty.
    public fileprivate(set) var judged = 0
    /// Labels that were met.
    public fileprivate(set) var right = 0

    /// The share of labels that were met, 0…1; 1 where there were none.
    public var share: Double { judged == 0 ? 1 : Double(right) / Double(judged) }

    fileprivate mutating func compare(_ value: String, with label: Substring) {
      guard !label.isEmpty else { return }
      judged += 1
      if value == label { right += 1 }
    }
  }

  /// Of ``UserAgent/deviceType``.
  public private(set) var deviceType = Count()
  /// Of ``UserAgent/operatingSystem``.
  public private(set) var operatingSystem = Count()
  /// Of ``UserAgent/browser``.
  public private(set) var browser = Count()

  /// Measures on a table of tab-separated values.
  ///
  /// - Parameter table: a line of headings, then lines of user agent, device type, operating system
  ///   and browser; an empty label isn't judged, and lines of other lengths are skipped.
  public init(of table: String) {
    for line in table.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      guard fields.count == 4 else { continue }
      let agent = UserAgent(parsing: String(fields[0]))
      deviceType.compare(agent.deviceType, with: fields[1])
      operatingSystem.compare(agent.operatingSystem, with: fields[2])
      browser.compare(agent.browser, with: fields[3])
    }
  }
}
