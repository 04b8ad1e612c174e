import Algorithms
import GRDB
import PlaybackFacts
import QueryCore

/// Answers a question from the segments of one snapshot.
///
/// | hours | are read from |
/// |---|---|
/// | whole; the filter looks at nothing but the breakdown, or at one dimension without one | summaries |
/// | whole; any other filter | groups, and of these only the columns that the question needs |
/// | cut by an edge | detail |
///
/// An hour is not cut by the end of the timeframe where no fact comes after it: a question about what was until
/// now reads the hour that is open like any other.
struct SegmentQuery {
  let file: SegmentFile
  let headers: [SegmentHeader]
  let epoch: Int64
  let tables: CodeTables
  let cache: PartialCache
  let cancellation: Cancellation

  /// Adds up all segments; returns early when it is cancelled.
  func add(_ query: SumQuery, _ spread: Spread, to rows: inout RowBuilder) throws {
    let asked = days(of: spread.timeframe)
    guard !asked.isEmpty else { return }
    let spread = spread.reachingEndOfHour(ifNothingFollows: asked)
    let mask = try mask(of: query.filter, hasColumns: false)
    let shape = PartialShape(query.filter, rows.dimension, rows.sums, tables.tags)
    if shape.dimension != nil { try addWholeHours(of: asked, shape, mask, spread, to: &rows) }
    var asks: [(header: SegmentHeader, hourRows: [(hour: Int, row: Int)])] = []
    for header in asked {
      guard !cancellation.isCancelled else { return }
      let hourRows = try addCutHours(of: header, spread, query.filter, to: &rows)
      guard shape.dimension == nil, let first = hourRows.first else { continue }
      if hourRows.count == header.hours.count, hourRows.allSatisfy({ $0.row == first.row }),
        let sums = try wholeSums(of: header, shape, mask)
      {
        rows.add(sums, row: first.row)
      } else {
        asks.append((header, hourRows))
      }
    }
    let partials = try partials(of: asks.map { ($0.header, .max) }, shape, mask)
    for ((_, hourRows), partial) in zip(asks, partials) {
      var place = 0
      for (hour, row) in hourRows {
        while place < partial.keys.count, partial.keys[place] < hour { place += 1 }
        guard place < partial.keys.count, partial.keys[place] == hour else { continue }
        rows.add(partial.sums(at: place, shape.sums), row: row)
      }
    }
  }

  /// Adds the facts of the hours that an edge cuts; the rows of those that none cuts.
  private func addCutHours(
    of header: SegmentHeader,
    _ spread: Spread,
    _ filter: Filter,
    to rows: inout RowBuilder
  ) throws -> [(hour: Int, row: Int)] {
    let hours = header.hours
    if case .row(let row) = spread.place(of: header.stretch) { return hours.map { ($0, row) } }
    var hourRows: [(hour: Int, row: Int)] = []
    for hour in hours {
      let stretch = header.stretch(ofHour: hour)
      switch spread.place(of: stretch) {
      case .outside: continue
      case .row(let row): hourRows.append((hour, row))
      case .cut:
        let mask = try mask(of: filter)
        try facts(ofHour: hour, of: header).add(from: stretch.from, spread, mask, to: &rows)
      }
    }
    return hourRows
  }

  /// A filter as codes; without columns it does for summaries, and may be had for less.
  func mask(of filter: Filter, hasColumns: Bool = true) throws -> FilterMask {
    if filter.isEmpty { return try FilterMask(filter, tables, hasColumns: true) }
    // Of a media type there may be as many codes as there are media items.
    let hasColumns = hasColumns || !filter.dimensions.contains(.mediaType)
    let key = PartialCache.Key.mask(
      filter,
      version: try tables.version(),
      tagVersion: tables.tags.version(for: filter),
      hasColumns: hasColumns
    )
    if case .mask(let mask) = cache[key] { return mask }
    let mask = try FilterMask(filter, tables, hasColumns: hasColumns)
    cache[key] = .mask(mask)
    return mask
  }

  /// The segments whose days touch a timeframe.
  func days(of timeframe: Timeframe) -> ArraySlice<SegmentHeader> {
    guard !timeframe.isEmpty else { return [] }
    let first = timeframe.from.day
    let last = (timeframe.to - 1).day
    let start = headers.partitioningIndex { $0.day >= first }
    return headers[start..<headers.partitioningIndex { $0.day > last }]
  }

  /// Adds the whole hours by code.
  private func addWholeHours(
    of headers: ArraySlice<SegmentHeader>,
    _ shape: PartialShape,
    _ mask: FilterMask,
    _ spread: Spread,
    to rows: inout RowBuilder
  ) throws {
    let key = PartialCache.Key.stretch(
      epoch: epoch,
      fromHour: spread.timeframe.from.ceiled(to: Milliseconds.hour).hour,
      toHour: spread.timeframe.to.hour,
      shape
    )
    if case .partial(let partial) = cache[key] { return rows.add(partial, as: key) }
    let asks = headers.compactMap { header -> (SegmentHeader, hours: UInt32)? in
      var hours: UInt32 = 0
      for hour in header.hours {
        if case .row = spread.place(of: header.stretch(ofHour: hour)) { hours |= 1 << UInt32(hour) }
      }
      return hours == 0 ? nil : (header, hours)
    }
    let sum = try Partial.sum(of: partials(of: asks, shape, mask))
    guard !cancellation.isCancelled else { return }
    rows.add(sum, as: key)
    cache[key] = .partial(sum)
  }

  func facts(ofHour hour: Int, of header: SegmentHeader) throws -> HourFacts {
    let key = PartialCache.Key.facts(hour: hour, segment: header.id)
    if case .facts(let facts) = cache[key] { return facts }
    let facts = try HourFacts(file, header, hour: hour)
    cache[key] = .facts(facts)
    return facts
  }

  /// Of each segment, some hours by code, or by hour without a dimension; fewer when cancelled.
  ///
  /// What has to be added up is added up on all cores.
  private func partials(
    of asks: [(header: SegmentHeader, hours: UInt32)],
    _ shape: PartialShape,
    _ mask: FilterMask
  ) throws -> [Partial] {
    /// So many segments are in memory at once.
    let batchLength = 32
    var partials: [Partial] = []
    var batch: [SegmentScan] = []
    var keys: [PartialCache.Key] = []
    /// Where the results of the batch belong.
    var places: [Int] = []
    /// With columns, where groups are read.
    var wholeMask: FilterMask?
    var derivation = shape.dimension.flatMap { Derivation($0, tables) }
    func addUp() throws {
      let made = try batch.concurrentMap(
        isWorthIt: batch.reduce(0) { $0 + $1.cost } > 50_000
      ) { try $0.partial() }
      for (place, (key, (scan, partial))) in zip(places, zip(keys, zip(batch, made))) {
        let partial =
          scan.isOfGroups ? try derivation?.derived(partial) ?? partial : partial
        partials[place] = partial
        cache[key] = .partial(partial)
      }
      (batch, keys, places) = ([], [], [])
    }
    for (header, hours) in asks {
      guard !cancellation.isCancelled else { return [] }
      if let known = known(of: header, hours: hours, shape, mask) {
        partials.append(known)
        continue
      }
      places.append(partials.count)
      partials.append(Partial(keys: [], columns: []))
      keys.append(.hours(hours, segment: header.id, shape))
      if let scan = try SegmentScan.summary(file, header, hours: hours, shape, mask) {
        batch.append(scan)
      } else {
        let mask = try wholeMask ?? self.mask(of: shape.filter)
        wholeMask = mask
        batch.append(try SegmentScan(groupsOf: header, file, hours: hours, shape, mask))
      }
      if batch.count == batchLength { try addUp() }
    }
    try addUp()
    return partials
  }

  /// The sums of a whole segment where only its summary of one large dimension has to be read.
  private func wholeSums(
    of header: SegmentHeader,
    _ shape: PartialShape,
    _ mask: FilterMask
  ) throws -> Sums? {
    let dimensions = shape.filter.codedDimensions
    guard let dimension = dimensions.first, dimensions.count == 1,
      !SegmentSummary.isHourly(dimension),
      // Of a segment without that summary the sums by hour were kept.
      cache[.hours(.max, segment: header.id, shape)] == nil
    else { return nil }
    let byCode = PartialShape(shape.filter, dimension, shape.sums, tables.tags)
    let hours = header.hourMask
    let partial: Partial
    if let known = known(of: header, hours: hours, byCode, mask) {
      partial = known
    } else {
      guard
        let made = try SegmentScan.summary(file, header, hours: hours, byCode, mask)?
          .partial()
      else { return nil }
      cache[.hours(hours, segment: header.id, byCode)] = .partial(made)
      partial = made
    }
    var total = Sums()
    for place in partial.keys.indices { total += partial.sums(at: place, shape.sums) }
    return total
  }

  /// What is kept of some hours of a segment, or follows from what is kept of all values.
  private func known(
    of header: SegmentHeader,
    hours: UInt32,
    _ shape: PartialShape,
    _ mask: FilterMask
  ) -> Partial? {
    if case .partial(let kept) = cache[.hours(hours, segment: header.id, shape)] { return kept }
    guard let dimension = shape.dimension, let codes = mask.fewCodes,
      shape.filter.codedDimensions == [dimension],
      case .partial(let ofAll) = cache[.hours(hours, segment: header.id, shape.ofAll)]
    else { return nil }
    return ofAll.picking(codes)
  }
}

extension Partial {
  /// One row.
  func sums(at place: Int, _ wanted: [Sum]) -> Sums {
    var sums = Sums()
    for (index, sum) in wanted.enumerated() { sums[sum] = columns[index][place] }
    return sums
  }
}

extension Spread {
  /// The same rows, up to the end of the last hour where none of the segments, which are in the order of their
  /// days, has a fact after the timeframe.
  func reachingEndOfHour(
    ifNothingFollows asked: ArraySlice<SegmentHeader>
  ) -> Spread {
    let end = timeframe.to.ceiled(to: Milliseconds.hour)
    let isLast = asked.reversed().prefix { $0.stretch.to > timeframe.to }.allSatisfy { header in
      header.newestFact.map { $0 < timeframe.to } ?? false
    }
    return isLast ? reaching(end) : self
  }
}

extension SegmentHeader {
  /// Bit h is set where hour h of the day has groups.
  var hourMask: UInt32 { hours.reduce(0) { $0 | 1 << UInt32($1) } }
}

/// Turns sums by code of a dimension into those of the dimension that follows from it.
struct Derivation {
  private let dimension: Dimension
  private let tables: CodeTables
  /// For each code that was seen, one more than the code that follows.
  private var known: [UInt8] = []

  /// Nil for a dimension that is kept.
  init?(_ dimension: Dimension, _ tables: CodeTables) {
    guard dimension.fixedValues != nil else { return nil }
    self.dimension = dimension
    self.tables = tables
  }

  mutating func derived(_ partial: Partial) throws -> Partial {
    let count = dimension.fixedValues?.count ?? 0
    let places = try partial.keys.map { try place(of: Int($0)) }
    return Partial(
      places: try partial.columns.map { column in
        var sums = [Int64](repeating: 0, count: count)
        for (place, value) in zip(places, column) { try sums.add(value, at: place) }
        return sums
      }
    )
  }

  mutating func derived(_ counts: BucketCounts) throws -> BucketCounts {
    try counts.recoded(codeCount: dimension.fixedValues?.count ?? 0) { code in
      UInt32(try place(of: Int(code)))
    }
  }

  private mutating func place(of code: Int) throws -> Int {
    if code >= known.count {
      known += [UInt8](repeating: 0, count: code + 1 - known.count)
    }
    if known[code] == 0 {
      let value = try tables.value(of: code, dimension.source)
      known[code] = UInt8(dimension.derivedCode(ofSource: value)) + 1
    }
    return Int(known[code]) - 1
  }
}
