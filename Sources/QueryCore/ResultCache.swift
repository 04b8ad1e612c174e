import PlaybackFacts

/// The rows of answers that are valid at the newest version of the data that was asked about.
///
/// With each version, the answers go that its changes affect; all others, such as those about a day that is
/// over, stay. What was not used for some minutes goes as well: a comparison moves on with the clock, and its
/// former answers would be most of what a screen holds. Beyond that, whatever was used longest ago goes first
/// when there are too many or they are too large. Rows are kept in order and on one page, so that all pages of
/// an answer are one entry; it does for a page as far as its rows reach.
struct ResultCache {
  /// How much is kept.
  struct Limit: Hashable, Sendable {
    /// The most answers.
    var count = 500
    /// The most bytes of rows, estimated.
    var bytes = 16 << 20
    /// How long an answer is kept that nobody asks for.
    var patience = Duration.seconds(300)
  }

  private struct Entry {
    let rows: OrderedRows
    let bytes: Int
    /// The version at which it was computed.
    let version: UInt64
    var usedAt: ContinuousClock.Instant
    /// Greater than that of whatever was used before.
    var use: Int
  }

  /// The estimated bytes of all rows that are kept.
  private(set) var bytes = 0
  private let limit: Limit
  private let now: @Sendable () -> ContinuousClock.Instant
  /// All entries are valid at it.
  private var version: UInt64 = 0
  private var log: ChangeLog?
  private var entries: [Query: Entry] = [:]
  private var uses = 0

  /// Makes an empty cache, by a clock that nobody sets.
  init(
    limit: Limit = Limit(),
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.limit = limit
    self.now = now
  }

  /// How many answers are kept.
  var count: Int { entries.count }

  /// Whether an answer is kept, which may not be valid any more.
  func holds(_ query: Query) -> Bool {
    entries[query.ofAnyPage]?.rows.reach(query.page.size) ?? false
  }

  /// Goes on to a version of the data; drops what changed with it, or everything without a log.
  mutating func follow(_ version: UInt64, _ log: ChangeLog?) {
    guard version > self.version else { return }
    let changes = log.changes(from: self.version, to: version)
    self.version = version
    self.log = log
    let oldest = now() - limit.patience
    remove { changes.affect($0) || $1.usedAt < oldest }
  }

  /// The rows that answer `query` at a version of the data, if they are kept.
  mutating func rows(for query: Query, at version: UInt64) -> OrderedRows? {
    let key = query.ofAnyPage
    // Who asks may have seen an earlier version than the cache has meanwhile.
    guard let entry = entries[key], version == self.version || entry.version <= version,
      version <= self.version, entry.rows.reach(query.page.size)
    else { return nil }
    uses += 1
    entries[key]?.usedAt = now()
    entries[key]?.use = uses
    return entry.rows
  }

  /// Keeps the rows that answer `query` at a version of the data, if they are valid at the newest.
  mutating func keep(
    _ rows: OrderedRows,
    for query: Query,
    at version: UInt64,
    _ log: ChangeLog?
  ) {
    follow(version, log)
    guard !self.log.changes(from: version, to: self.version).affect(query) else { return }
    let key = query.ofAnyPage
    if let former = entries.removeValue(forKey: key) { bytes -= former.bytes }
    uses += 1
    let entry = Entry(
      rows: rows,
      bytes: rows.rows.estimatedBytes,
      version: version,
      usedAt: now(),
      use: uses
    )
    guard entry.bytes <= limit.bytes else { return }
    entries[key] = entry
    bytes += entry.bytes
    if bytes > limit.bytes || entries.count > limit.count { removeOldest() }
  }

  /// Removes what was used longest ago until an eighth is free: to look for the oldest of hundreds with each
  /// new answer would take longer than most answers.
  private mutating func removeOldest() {
    let most = (count: limit.count - limit.count / 8, bytes: limit.bytes - limit.bytes / 8)
    for (key, entry) in entries.sorted(by: { $0.value.use < $1.value.use }).dropLast()
    where bytes > most.bytes || entries.count > most.count {
      entries.removeValue(forKey: key)
      bytes -= entry.bytes
    }
  }

  private mutating func remove(where isInvalid: (Query, Entry) -> Bool) {
    guard entries.contains(where: { isInvalid($0.key, $0.value) }) else { return }
    entries = entries.filter { !isInvalid($0.key, $0.value) }
    bytes = entries.values.reduce(0) { $0 + $1.bytes }
  }
}

extension QueryResult.Rows {
  /// About how much memory the rows take, with their question.
  fileprivate var estimatedBytes: Int {
    let question = 512
    return switch self {
    case .number: question
    case .histogram(let bins): question + bins.count * MemoryLayout<QueryResult.Bin>.stride
    case .buckets(let buckets):
      buckets.reduce(question) {
        // Strings of up to 15 bytes are kept in place.
        let length = $1.dimensionValue.utf8.count
        return $0 + MemoryLayout<QueryResult.Bucket>.stride + (length > 15 ? 32 + length : 0)
      }
    case .timeseries(let points):
      question + points.count * MemoryLayout<QueryResult.Point>.stride
    }
  }
}
