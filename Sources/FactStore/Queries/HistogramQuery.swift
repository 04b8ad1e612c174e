import Algorithms
import PlaybackFacts
import QueryCore

/// Answers how many impressions took how long, from the segments and the journal of one snapshot.
///
/// | hours | are counted from |
/// |---|---|
/// | whole days of a segment; the filter looks at nothing but the breakdown, or at one dimension without one | the counts by value that the segment was written with |
/// | whole; no filter and no breakdown | its counts by hour |
/// | whole; anything else | groups; of those with several impressions, detail |
/// | cut by an edge | detail |
///
/// A segment that was written without counts, because they would be many or by a former version, is counted
/// from its groups too.
struct HistogramQuery {
  private let segments: SegmentQuery
  private let tail: TailHours
  private let filter: Filter
  private let dimension: Dimension?
  private let spread: Spread
  private let mask: FilterMask
  /// By interval, without a dimension.
  private var byRow: [Int: Histogram] = [:]
  /// By code of the dimension.
  private var byCode: [BucketCounts] = []
  private var derivation: Derivation?

  init(_ query: SumQuery, _ segments: SegmentQuery, _ tail: TailHours) throws {
    self.segments = segments
    self.tail = tail
    filter = query.filter
    dimension = if case .dimension(let dimension) = query.grouping { dimension } else { nil }
    spread = Spread(query)
    mask = try segments.mask(of: query.filter)
    derivation = dimension.flatMap { Derivation($0, segments.tables) }
  }

  /// Counts all of it; nil when it was cancelled.
  func histograms() throws -> Grouped<Histogram>? {
    var query = self
    let asked = segments.days(of: spread.timeframe)
    let ofSegments = asked.isEmpty ? spread : spread.reachingEndOfHour(ifNothingFollows: asked)
    let isWhole =
      try dimension == nil
      ? query.addByRow(asked, ofSegments) : query.addByCode(asked, ofSegments)
    guard isWhole else { return nil }
    guard let dimension else {
      query.addTailByRow()
      return .byInterval(query.byRow)
    }
    var byValue = query.tailByValue(dimension)
    let rows = try BucketCounts.sum(of: query.byCode).histograms()
    let names = try segments.tables.values(of: rows.map(\.code), dimension)
    for (row, name) in zip(rows, names) { byValue[name, default: Histogram()] += row.histogram }
    return .byValue(byValue)
  }

  // MARK: - Journal

  private func forEachOfTail(_ body: (Timestamp, Int, _ bucket: Int) -> Void) {
    for hour in tail.hours.keys {
      tail.forEachEvent(ofHour: hour, .timedImpression) { event, playback in
        guard let bucket = event.impressionBucket else { return }
        body(Timestamp(hour: hour) + Int64(event.offset), playback, bucket)
      }
    }
  }

  private mutating func addTailByRow() {
    var keys: [Int: [UInt64]] = [:]
    forEachOfTail { time, _, bucket in
      guard let row = spread.row(of: time) else { return }
      keys[row, default: []].append(BucketCounts.key(0, bucket))
    }
    for (row, keys) in keys { add(BucketCounts(of: keys), toRow: row) }
  }

  private func tailByValue(_ dimension: Dimension) -> [String: Histogram] {
    let coding = tail.playbacks.coding(of: dimension)
    var keys: [UInt64] = []
    forEachOfTail { time, playback, bucket in
      guard spread.row(of: time) != nil else { return }
      keys.append(BucketCounts.key(UInt32(coding[playback]), bucket))
    }
    let values = tail.playbacks.values(of: dimension)
    let rows = BucketCounts(of: keys).histograms()
    return Dictionary(rows.map { (values[Int($0.code)], $0.histogram) }, uniquingKeysWith: +)
  }

  // MARK: - Segments

  private mutating func add(_ counts: BucketCounts, toRow row: Int) {
    for (_, histogram) in counts.histograms() { byRow[row, default: Histogram()] += histogram }
  }

  /// Adds segments by interval; false when it was cancelled.
  private mutating func addByRow(
    _ headers: ArraySlice<SegmentHeader>,
    _ spread: Spread
  ) throws -> Bool {
    var asks: [Ask] = []
    var rowsOfHours: [[Int: Int]] = []
    for header in headers {
      guard !segments.cancellation.isCancelled else { return false }
      var rows: [Int: Int] = [:]
      for hour in header.hours {
        switch spread.place(of: header.stretch(ofHour: hour)) {
        case .outside: continue
        case .row(let row): rows[hour] = row
        case .cut: try addCut(hour, of: header, spread)
        }
      }
      guard let first = rows.values.first else { continue }
      let isOne = rows.values.allSatisfy { $0 == first }
      let hours = rows.keys.reduce(UInt32(0)) { $0 | 1 << UInt32($1) }
      asks.append(Ask(header: header, hours: hours, shape: shape(isOne ? .all : .hours)))
      rowsOfHours.append(rows)
    }
    var place = 0
    for batch in asks.chunks(ofCount: Self.batchLength) {
      guard !segments.cancellation.isCancelled else { return false }
      for (ask, counts) in zip(batch, try counts(of: batch)) {
        for (hour, histogram) in counts.histograms() {
          let rows = rowsOfHours[place]
          let row = ask.shape.rows == .hours ? rows[Int(hour)] : rows.values.first
          if let row { byRow[row, default: Histogram()] += histogram }
        }
        place += 1
      }
    }
    return true
  }

  /// Adds segments by code of the dimension; false when it was cancelled.
  private mutating func addByCode(
    _ headers: ArraySlice<SegmentHeader>,
    _ spread: Spread
  ) throws -> Bool {
    guard let dimension else { return true }
    let shape = shape(.codes(dimension))
    let key = PartialCache.Key.histograms(
      epoch: segments.epoch,
      fromHour: spread.timeframe.from.ceiled(to: Milliseconds.hour).hour,
      toHour: spread.timeframe.to.hour,
      shape
    )
    var asks: [Ask] = []
    for header in headers {
      guard !segments.cancellation.isCancelled else { return false }
      var hours: UInt32 = 0
      for hour in header.hours {
        switch spread.place(of: header.stretch(ofHour: hour)) {
        case .outside: continue
        case .row: hours |= 1 << UInt32(hour)
        case .cut: try addCut(hour, of: header, spread)
        }
      }
      if hours != 0 { asks.append(Ask(header: header, hours: hours, shape: shape)) }
    }
    if case .histogram(let counts) = segments.cache[key] {
      byCode.append(counts)
      return true
    }
    var sum = BucketCounts()
    for batch in asks.chunks(ofCount: Self.batchLength) {
      guard !segments.cancellation.isCancelled else { return false }
      sum = try BucketCounts.sum(of: try counts(of: batch) + [sum])
    }
    segments.cache[key] = .histogram(sum)
    byCode.append(sum)
    return true
  }

  private func shape(_ rows: HistogramShape.Rows) -> HistogramShape {
    HistogramShape(filter, rows, segments.tables.tags)
  }

  /// Adds the impressions of an hour that an edge cuts.
  private mutating func addCut(
    _ hour: Int,
    of header: SegmentHeader,
    _ spread: Spread
  ) throws {
    let facts = try segments.facts(ofHour: hour, of: header)
    let start = header.stretch(ofHour: hour).from
    var keys: [Int: [UInt64]] = [:]
    for (event, group) in zip(facts.detail.events, facts.detail.groups)
    where mask.matches(facts.codes[Int(group)]) {
      guard let bucket = event.impressionBucket,
        let row = spread.row(of: start + Int64(event.offset))
      else { continue }
      let code = dimension.map { facts.codes[Int(group)][$0.source.place] } ?? 0
      keys[row, default: []].append(BucketCounts.key(code, bucket))
    }
    for (row, keys) in keys {
      let counts = BucketCounts(of: keys)
      if dimension == nil {
        add(counts, toRow: row)
      } else {
        byCode.append(try derivation?.derived(counts) ?? counts)
      }
    }
  }

  // MARK: - Whole hours

  /// Whole hours of a segment.
  private struct Ask {
    let header: SegmentHeader
    /// Bit h stands for hour h of the day.
    let hours: UInt32
    let shape: HistogramShape

    var key: PartialCache.Key { .histogram(hours: hours, segment: header.id, shape) }
  }

  /// So many segments are in memory at once.
  private static let batchLength = 32

  /// What each of some segments counts, in their order.
  private mutating func counts(of batch: ArraySlice<Ask>) throws -> [BucketCounts] {
    var counts = batch.map { _ in BucketCounts() }
    var scans: [(place: Int, key: PartialCache.Key, scan: HistogramScan)] = []
    for (place, ask) in batch.enumerated() {
      if case .histogram(let known) = segments.cache[ask.key] {
        counts[place] = known
        continue
      }
      let scan = try HistogramScan(ask.header, segments.file, hours: ask.hours, ask.shape, mask)
      scans.append((place, ask.key, scan))
    }
    let counted = try scans.map(\.scan).concurrentMap(
      isWorthIt: scans.reduce(0) { $0 + $1.scan.cost } > 50_000
    ) { try $0.counted() }
    for ((place, key, scan), counted) in zip(scans, counted) {
      counts[place] = try whole(counted, of: scan)
      segments.cache[key] = .histogram(counts[place])
    }
    return counts
  }

  /// Adds the groups of a scan whose times only the detail tells, and names the codes of the dimension.
  private mutating func whole(
    _ counted: HistogramScan.Counted,
    of scan: HistogramScan
  ) throws -> BucketCounts {
    var counts = counted.counts
    if let first = counted.unread.first, let last = counted.unread.last {
      let header = scan.header
      let unread = Set(counted.unread)
      var keys: [UInt64] = []
      for hour in header.hours where header.groups(ofHour: hour).overlaps(first..<last + 1) {
        let groups = header.groups(ofHour: hour)
        guard groups.contains(where: unread.contains) else { continue }
        let facts = try segments.facts(ofHour: hour, of: header)
        for (event, group) in zip(facts.detail.events, facts.detail.groups)
        where unread.contains(groups.lowerBound + Int(group)) {
          guard let bucket = event.impressionBucket else { continue }
          let code =
            switch scan.rows {
            case .all: UInt32(0)
            case .hours: UInt32(hour)
            case .codes(let dimension): facts.codes[Int(group)][dimension.source.place]
            }
          keys.append(BucketCounts.key(code, bucket))
        }
      }
      counts = try BucketCounts.sum(of: [counts, BucketCounts(of: keys)])
    }
    guard scan.isOfGroups, dimension != nil else { return counts }
    return try derivation?.derived(counts) ?? counts
  }
}
