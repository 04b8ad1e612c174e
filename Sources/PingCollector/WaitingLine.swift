/// The pings that wait for their commit, and what is called after it.
///
/// ```
///        add                  takeGroup       endGroup
///  idle ─────▶ running: line ──────────▶ group ────────┬─▶ idle, where nothing waits
///                 ▲                                    │
///                 └────────────────────────────────────┘
/// ```
struct WaitingLine {
  typealias Answer = @Sendable (Result<[EventCounts], CollectorError>) -> Void

  /// Pings that wait together.
  struct Waiter: Sendable {
    let arrivals: [Arrival]
    /// How many bytes they hold.
    let bytes: Int
    /// When it came.
    let since: ContinuousClock.Instant
    /// The breaks of the ownership until then.
    let breaks: Int
    /// Called with what became of the events of each ping.
    let answer: Answer
  }

  /// What becomes of pings that come.
  enum Admission {
    /// Somebody is at work, and will take them.
    case waits
    /// Nobody is at work: whoever brought them has to see to that.
    case begins
    /// They are not taken.
    case refused(CollectorError)
  }

  private let limits: CollectorLimits
  private var waiters: [Waiter] = []
  /// How many pings wait for their commit to begin.
  private(set) var pings = 0
  /// How many bytes they hold.
  private var bytes = 0
  /// Whether somebody takes groups until nothing waits.
  private var isRunning = false
  /// Whether no more pings are taken.
  private(set) var isStopped = false
  private var drained: [CheckedContinuation<Void, Never>] = []

  init(_ limits: CollectorLimits) {
    self.limits = limits
  }

  mutating func add(_ waiter: Waiter) -> Admission {
    guard !isStopped else { return .refused(.stopped) }
    // A file of pings may be larger than the limit; it passes when nothing else waits.
    guard
      waiters.isEmpty
        || pings + waiter.arrivals.count <= limits.waitingPings
          && bytes + waiter.bytes <= limits.waitingBytes
    else { return .refused(.overloaded(waiting: pings)) }
    waiters.append(waiter)
    pings += waiter.arrivals.count
    bytes += waiter.bytes
    defer { isRunning = true }
    return isRunning ? .waits : .begins
  }

  /// Takes those that have waited longest out of the line, as many as are committed at once.
  mutating func takeGroup() -> [Waiter] {
    var count = 0
    let group = waiters.prefix { waiter in
      defer { count += waiter.arrivals.count }
      return count == 0 || count + waiter.arrivals.count <= limits.pingsPerCommit
    }
    defer { waiters.removeFirst(group.count) }
    pings -= group.reduce(0) { $0 + $1.arrivals.count }
    bytes -= group.reduce(0) { $0 + $1.bytes }
    return Array(group)
  }

  /// Notes that the group that was taken last has its answer.
  ///
  /// - Returns: Who waits for the end of all work, where nothing waits any more; nil where the next group has
  ///   to be taken.
  mutating func endGroup() -> [CheckedContinuation<Void, Never>]? {
    guard waiters.isEmpty else { return nil }
    isRunning = false
    defer { drained = [] }
    return drained
  }

  /// Takes no more pings.
  ///
  /// - Returns: Whether there is work to be finished; `drained` is told of its end then.
  mutating func stop(_ drained: CheckedContinuation<Void, Never>) -> Bool {
    isStopped = true
    if isRunning { self.drained.append(drained) }
    return isRunning
  }
}
