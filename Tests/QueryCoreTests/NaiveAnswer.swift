import PlaybackFacts
import QueryCore
import TestSupport

/// The answer to a question, counted fact by fact without sums, plans and edges.
///
/// It knows zones only where clocks are not changed.
struct NaiveAnswer {
  let rows: QueryResult.Rows
  let itemsTotal: Int

  init(_ query: Query, _ facts: [Fact], tags: [String: [String]] = [:]) {
    let counted = facts.filter { fact in
      (query.timeframe?.contains(fact.time) ?? true)
        && query.filter.matches(fact.playback) { tags[$0] ?? [] }
    }
    let counting = Counting(isUnique: query.isUnique, duration: query.viewDuration)
    let name = "\(query.measure.metric)/\(query.measure.aggregation)"
    switch query.shape {
    case .number:
      let isWhole = [
        "count", "play/sum", "play/total", "impression-time/sum", "p50", "p75", "p95", "peak",
        "live",
      ]
      .contains { name.hasSuffix($0) }
      let value = Self.value(name, counted, counting, query.timeframe)
      rows = .number(value ?? (isWhole ? .integer(0) : .decimal(0)))
      itemsTotal = 1
    case .buckets(let dimension):
      let named = counted.flatMap { fact in
        let playback = fact.playback
        let names = dimension == .tag ? tags[playback.mediaID] ?? [] : [playback[dimension]]
        return names.map { (name: $0, fact: fact) }
      }
      let groups = Dictionary(grouping: named, by: \.name).mapValues { $0.map(\.fact) }
      let all = groups.compactMap { key, facts in
        Self.value(name, facts, counting, query.timeframe).map {
          QueryResult.Bucket(value: $0, dimensionValue: key)
        }
      }
      let sorted = all.sorted { lhs, rhs in
        let names = (Array(lhs.dimensionValue.utf8), Array(rhs.dimensionValue.utf8))
        let isFirst = names.0.lexicographicallyPrecedes(names.1)
        switch (query.order.key, query.order.isAscending) {
        case (.metricValue, let isAscending):
          if lhs.value.double == rhs.value.double { return isFirst }
          return (lhs.value.double < rhs.value.double) == isAscending
        case (_, let isAscending): return isFirst == isAscending
        }
      }
      rows = .buckets(Self.page(query.page, sorted))
      itemsTotal = all.count
    case .timeseries(let interval):
      let zone = Zone(query.zone) ?? .utc
      let width =
        switch interval {
        case .minute: Milliseconds.minute
        case .hour: Milliseconds.hour
        case .day: Milliseconds.day
        }
      let groups = Dictionary(grouping: counted) { fact in
        let offset = Int64(zone.offsetSeconds(at: fact.time)) * 1000
        return (fact.time + offset).floored(to: width) - offset
      }
      let all = groups.compactMap { start, facts in
        let stretch = Timeframe(from: start, to: start + width)
        let common = query.timeframe.map(stretch.intersection) ?? stretch
        return Self.value(name, facts, counting, common).map {
          QueryResult.Point(
            emittedAt: start,
            offsetSeconds: zone.offsetSeconds(at: start),
            value: $0
          )
        }
      }
      let sorted = all.sorted { lhs, rhs in
        switch (query.order.key, query.order.isAscending) {
        case (.metricValue, let isAscending):
          if lhs.value.double == rhs.value.double { return lhs.emittedAt < rhs.emittedAt }
          return (lhs.value.double < rhs.value.double) == isAscending
        case (_, let isAscending): return (lhs.emittedAt < rhs.emittedAt) == isAscending
        }
      }
      rows = .timeseries(Self.page(query.page, sorted))
      itemsTotal = all.count
    case .histogram:
      let bounds =
        query.measure.metric == "watch-time"
        ? Self.watchTimes(counted)
        : counted.compactMap { $0.kind == .impression ? $0.value : nil }.map(Self.bucket)
      let bins = Dictionary(grouping: bounds) { $0 }.map { bounds, values in
        QueryResult.Bin(bounds: bounds, value: .integer(Int64(values.count)))
      }
      rows = .histogram(bins.sorted { $0.bounds.lowerBound < $1.bounds.lowerBound })
      itemsTotal = bins.count
    }
  }

  /// The bucket of what each playback watched.
  private static func watchTimes(_ facts: [Fact]) -> [Range<Int64>] {
    let playbacks = Dictionary(grouping: facts.filter { $0.kind == .watch }, by: \.playback.id)
    return playbacks.values.compactMap { facts in
      let watched = facts.reduce(0) { $0 + ($1.value ?? 0) }
      guard watched > 0 else { return nil }
      let width: Int64 = watched < 600_000 ? 1 : watched < 7_200_000 ? 10 : 60
      let low = watched / 1000 / width * width
      return low..<low + width
    }
  }

  /// The values of the bucket of a value: so many that 32 buckets lie between two powers of two.
  private static func bucket(of value: Int64) -> Range<Int64> {
    var width: Int64 = 1
    while value / width >= 64 { width *= 2 }
    return value / width * width..<(value / width + 1) * width
  }

  private static func page<Row>(_ page: Query.Page, _ rows: [Row]) -> [Row] {
    Array(rows.dropFirst((page.number - 1) * page.size).prefix(page.size))
  }

  /// The parameters that say how something is counted.
  private struct Counting {
    let isUnique: Bool
    let duration: ViewDuration
  }

  /// The slots that begin in a stretch, one by one.
  private static func slots(of stretch: Timeframe) -> Int {
    var slot = stretch.from.ceiled(to: Milliseconds.slot)
    var count = 0
    while slot < stretch.to {
      count += 1
      slot = slot + Milliseconds.slot
    }
    return count
  }

  /// What the contract says of a metric; nil where nothing that it reads happened.
  private static func value(
    _ name: String,
    _ facts: [Fact],
    _ counting: Counting,
    _ stretch: Timeframe?
  ) -> MetricValue? {
    func count(_ kind: FactKind) -> Int64 { Int64(facts.filter { $0.kind == kind }.count) }
    func total(_ kind: FactKind) -> Int64 {
      facts.filter { $0.kind == kind }.reduce(0) { $0 + ($1.value ?? 0) }
    }
    func whole(_ number: Int64) -> MetricValue? { number == 0 ? nil : .integer(number) }
    func ratio(_ part: Int64, _ divisor: Int64, per unit: Double = 1) -> MetricValue? {
      if part == 0, divisor == 0 { return nil }
      return .decimal(divisor == 0 ? 0 : Double(part) / unit / Double(divisor))
    }
    let slots = FactModel.concurrency(of: counting.isUnique ? .viewers : .playbacks, over: facts)
    switch name {
    case "view/count" where counting.isUnique:
      return whole(FactModel.viewers(of: counting.duration, over: facts))
    case "view/count":
      let views = facts.filter { $0.kind == .view && $0.value == counting.duration.seconds }
      return whole(Int64(views.count))
    case "ccv/peak", "ccv/live": return whole(slots.peak)
    case "ccv/average":
      guard slots.total > 0, let stretch else { return nil }
      return .decimal(Double(slots.total) / Double(Self.slots(of: stretch)))
    case "impression/count": return whole(count(.impression))
    case "impression-time/average":
      let timed = Int64(facts.filter { $0.kind == .impression && $0.value != nil }.count)
      return ratio(total(.impression), timed)
    case "impression-time/sum": return whole(total(.impression))
    case "impression-time/p50", "impression-time/p75", "impression-time/p95":
      let times = facts.compactMap { $0.kind == .impression ? $0.value : nil }.sorted()
      guard !times.isEmpty, let percent = Double(name.suffix(2)) else { return nil }
      let place = max(1, Int((Double(times.count) * percent / 100).rounded(.up)))
      let bounds = bucket(of: times[place - 1])
      return .integer((bounds.lowerBound + bounds.upperBound - 1) / 2)
    case "play/count", "play/sum", "play/total": return whole(count(.play))
    case "play/rate": return ratio(count(.play), count(.impression))
    case "start/count": return whole(count(.start))
    case "start/rate": return ratio(count(.start), count(.play))
    case "end/count": return whole(count(.end))
    case "end/rate": return ratio(count(.end), count(.start))
    case "watch-time/sum":
      return total(.watch) == 0 ? nil : .decimal(Double(total(.watch)) / 1000)
    case "watch-time/average": return ratio(total(.watch), count(.start), per: 1000)
    case "error/count": return whole(count(.error))
    case "error/rate":
      return ratio(count(.error), max(count(.error), count(.impression)))
    case "stall-time/sum":
      return total(.stall) == 0 ? nil : .decimal(Double(total(.stall)) / 1000)
    case "stall-time/rate":
      // Present where either was watched or stalled at all.
      if total(.watch) == 0, total(.stall) == 0 { return nil }
      return ratio(total(.stall), total(.watch) + total(.stall))
    default: return nil
    }
  }
}
