import QueryCore
import Synchronization

/// Results of segments in memory, bounded in bytes; what was not asked for longest is dropped.
///
/// A segment never changes and its id is never used again, so that what is kept is never wrong. Who asks the
/// same for weeks asks for other hours all the time: what nobody has asked for during an hour goes as well.
final class PartialCache: Sendable {
  enum Key: Hashable, Sendable {
    /// What some hours of a segment add up to; bit h stands for hour h of its day.
    case hours(UInt32, segment: Int64, PartialShape)
    /// What the whole hours of all segments add up to, while the set of segments is the same.
    case stretch(epoch: Int64, fromHour: Int64, toHour: Int64, PartialShape)
    /// The first rows of what is kept of a stretch, in one order.
    indirect case lead(of: Key, LeadingRows)
    /// The facts of an hour of the day of a segment.
    case facts(hour: Int, segment: Int64)
    /// A filter as codes, of the dictionary's version and that of the tags.
    case mask(Filter, version: Int64, tagVersion: Int64, hasColumns: Bool)
    /// How many impressions of some hours of a segment took how long; bit h stands for hour h of its day.
    case histogram(hours: UInt32, segment: Int64, HistogramShape)
    /// How many of all segments' whole hours did, while the set of segments is the same.
    case histograms(epoch: Int64, fromHour: Int64, toHour: Int64, HistogramShape)
    /// How long playbacks watched in some hours of a segment; bit h stands for hour h of its day.
    case watched(hours: UInt32, segment: Int64, HistogramShape)
    /// Who watched in the slots of some hours since 1970, whatever holds their facts.
    case concurrency(hours: [Int64], AudienceShape)
    /// Who watched in the slots of an hour since 1970, as far as segments hold its facts.
    case slots(hour: Int64, AudienceShape)
    /// Who had a view in some hours of a day, since 1970, whatever holds their facts.
    case viewers(hours: [Int64], AudienceShape)
    /// How many viewers a day since 1970 had.
    case dayViewers(day: Int64, AudienceShape)

    /// Whether anybody may ask for it while there are these segments and values.
    fileprivate func isCurrent(_ segments: Set<Int64>, epoch: Int64, values: Int64) -> Bool {
      switch self {
      case .hours(_, let segment, _), .facts(_, let segment), .histogram(_, let segment, _),
        .watched(_, let segment, _):
        segments.contains(segment)
      case .stretch(let ofEpoch, _, _, _), .histograms(let ofEpoch, _, _, _): ofEpoch == epoch
      case .lead(let key, _): key.isCurrent(segments, epoch: epoch, values: values)
      case .mask(_, let version, _, _): version == values
      case .concurrency, .slots, .viewers, .dayViewers: true
      }
    }

    /// What its filter takes in memory: the values are as long as whoever asks likes.
    var byteCount: Int {
      switch self {
      case .facts: 0
      case .lead(let key, _): key.byteCount
      case .hours(_, _, let shape), .stretch(_, _, _, let shape): shape.filter.byteCount
      case .histogram(_, _, let shape), .histograms(_, _, _, let shape),
        .watched(_, _, let shape):
        shape.filter.byteCount
      case .mask(let filter, _, _, _): filter.byteCount
      case .concurrency(let hours, let shape), .viewers(let hours, let shape):
        8 * hours.count + shape.filter.byteCount
      case .dayViewers(_, let shape), .slots(_, let shape): shape.filter.byteCount
      }
    }
  }

  enum Value {
    case partial(Partial)
    case lead(PartialLead)
    case histogram(BucketCounts)
    case watched([WatchedPlayback])
    case facts(HourFacts)
    case mask(FilterMask)
    // The stamp of the facts that were counted is part of these: an hour that is still open has
    // others every second, and keeping each of its counts would fill the cache.
    case concurrency([HourConcurrency], of: [HourStamp])
    case viewers(Viewers, of: [HourStamp])
    case slots(SlotCounter, names: [String], of: [Int64])
    case dayViewers([String: Int64], of: [HourStamp])

    /// Each names its segments in an array of its own, and its hour in the key.
    private static func cost(_ stamps: [HourStamp]) -> Int { 128 * stamps.count }

    var byteCount: Int {
      switch self {
      case .partial(let partial): partial.byteCount
      case .lead(let lead): lead.byteCount
      case .histogram(let counts): counts.byteCount
      case .watched(let playbacks):
        playbacks.capacity * MemoryLayout<WatchedPlayback>.stride + 64
      case .facts(let facts): facts.byteCount
      case .mask(let mask): mask.byteCount
      case .concurrency(let counted, of: let stamps):
        counted.reduce(Self.cost(stamps)) { $0 + $1.byteCount }
      case .slots(let slots, let names, of: let segments):
        names.reduce(slots.byteCount + 8 * segments.count) { $0 + $1.utf8.count + 16 }
      case .viewers(let viewers, of: let stamps): viewers.byteCount + Self.cost(stamps)
      case .dayViewers(let counts, of: let stamps):
        counts.keys.reduce(64 * counts.capacity + Self.cost(stamps)) { $0 + $1.utf8.count }
      }
    }
  }

  fileprivate struct Contents {
    var entries: [Key: (value: Value, lastUse: UInt64)] = [:]
    var byteCount = 0
    var uses: UInt64 = 0
    var sweptAt: ContinuousClock.Instant
    /// How often anything had been asked for by then.
    var usesBefore: UInt64 = 0
  }

  /// What nobody asks for is kept for so long at least, and twice as long at most.
  static let patience = Duration.seconds(3600)

  private let capacity: Int
  private let now: @Sendable () -> ContinuousClock.Instant
  private let contents: Mutex<Contents>

  /// Makes an empty cache of so many bytes, by a clock that nobody sets.
  init(
    capacity: Int,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.capacity = capacity
    self.now = now
    contents = Mutex(Contents(sweptAt: now()))
  }

  /// What all of it takes in memory, roughly.
  var byteCount: Int { contents.withLock { $0.byteCount } }

  subscript(key: Key) -> Value? {
    get {
      contents.withLock { contents in
        guard let value = contents.entries[key]?.value else { return nil }
        contents.uses += 1
        contents.entries[key]?.lastUse = contents.uses
        return value
      }
    }
    set {
      contents.withLock { contents in
        if let old = contents.entries.removeValue(forKey: key) {
          contents.byteCount -= Self.cost(key, old.value)
        }
        guard let newValue, Self.cost(key, newValue) <= capacity else { return }
        contents.uses += 1
        contents.entries[key] = (newValue, contents.uses)
        contents.byteCount += Self.cost(key, newValue)
        if contents.byteCount > capacity { contents.shrink(to: capacity / 4 * 3) }
        let now = now()
        if now - contents.sweptAt >= Self.patience { contents.sweep(at: now) }
      }
    }
  }

  /// Drops what was added up of segments that are gone, or of another set of them or of values: nobody asks for
  /// it again, and under a flood of facts there is another set every few seconds.
  func drop(allBut segments: Set<Int64>, epoch: Int64, values: Int64) {
    contents.withLock { contents in
      for (key, entry) in contents.entries
      where !key.isCurrent(segments, epoch: epoch, values: values) {
        contents.entries[key] = nil
        contents.byteCount -= Self.cost(key, entry.value)
      }
    }
  }

  /// An entry's key and place take memory as well.
  fileprivate static func cost(_ key: Key, _ value: Value) -> Int {
    value.byteCount + key.byteCount + 256
  }
}

extension PartialCache.Contents {
  /// Drops what was not asked for since this was done last.
  fileprivate mutating func sweep(at now: ContinuousClock.Instant) {
    entries = entries.filter { $0.value.lastUse > usesBefore }
    byteCount = entries.reduce(0) { $0 + PartialCache.cost($1.key, $1.value.value) }
    usesBefore = uses
    sweptAt = now
  }

  /// Drops a quarter at once, so that the order is established rarely.
  fileprivate mutating func shrink(to target: Int) {
    for (key, entry) in entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
      guard byteCount > target else { return }
      entries[key] = nil
      byteCount -= PartialCache.cost(key, entry.value)
    }
  }
}

extension Filter {
  /// What its values take in memory, roughly.
  fileprivate var byteCount: Int {
    clauses.reduce(0) { sum, clause in clause.values.reduce(sum) { $0 + $1.utf8.count + 16 } }
  }
}
