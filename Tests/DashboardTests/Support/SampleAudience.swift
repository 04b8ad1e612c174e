import Dashboard
import PlaybackFacts
import QueryCore

/// A believable audience: answers follow the hour of the day, with a little noise that is the same
/// in every run.
struct SampleAudience: QueryAnswering {
  /// Nothing happened after this instant.
  var now: Timestamp
  /// Plays in a busy minute.
  var scale = 150.0
  /// Nothing happened in this time.
  var gap: Timeframe?
  /// When somebody listened.
  var collected = DataState.Collected.untold

  func dataState() async throws(QueryError) -> DataState { state }

  func answer(_ queries: [Query]) async throws(QueryError) -> QueryAnswer {
    answer(to: queries)
  }

  var state: DataState { DataState(version: 1, newestReceipt: now - 400, collected: collected) }

  func answer(to queries: [Query]) -> QueryAnswer {
    QueryAnswer(state: state, results: queries.map(result))
  }

  private func result(of query: Query) -> QueryResult {
    let timeframe = query.timeframe ?? Timeframe(from: now, to: now)
    let part = share(of: query.filter)
    switch query.shape {
    case .number:
      let value = number(query.measure, timeframe, part)
      return QueryResult(query: query, rows: .number(value), itemsTotal: 1)
    case .buckets(let dimension):
      let rows = values(of: dimension).compactMap { value, share -> QueryResult.Bucket? in
        guard query.filter.clauses.allSatisfy({ $0.dimension != dimension || $0.matches(value) })
        else { return nil }
        let noise = 0.85 + 0.3 * Self.noise(timeframe.from.milliseconds / 3_600_000, value)
        let number = number(query.measure, timeframe, part * share * noise)
        return number.double > 0 ? QueryResult.Bucket(value: number, dimensionValue: value) : nil
      }.sorted { $0.value.double > $1.value.double }
      let page = Array(rows.prefix(query.page.size))
      return QueryResult(query: query, rows: .buckets(page), itemsTotal: rows.count)
    case .timeseries(let interval):
      let edges = IntervalEdges(interval, of: timeframe, in: Zone(query.zone) ?? .utc).times
      let points = zip(edges, edges.dropFirst()).compactMap { from, to -> QueryResult.Point? in
        let value = number(query.measure, Timeframe(from: from, to: to), part)
        guard value.double > 0 else { return nil }
        return QueryResult.Point(emittedAt: from, offsetSeconds: 0, value: value)
      }
      return QueryResult(query: query, rows: .timeseries(points), itemsTotal: points.count)
    case .histogram:
      let plays = plays(in: timeframe) * part * scale
      let bins =
        query.measure.metric == "watch-time"
        ? Self.watched(plays * 0.96) : Self.frames(plays / 0.621)
      return QueryResult(query: query, rows: .histogram(bins), itemsTotal: bins.count)
    }
  }

  /// Playbacks of an item of four minutes: some leave in the first seconds, half reach its end.
  private static func watched(_ playbacks: Double) -> [QueryResult.Bin] {
    (0..<250 as Range<Int64>).compactMap { second in
      let share =
        second < 20 ? 0.012 : second < 240 ? 0.0012 : second == 240 ? 0.4 : 0.0105
      let count = Int64((playbacks * share * (0.8 + 0.4 * noise(second, "watched"))).rounded())
      let bounds = WatchTimes.bounds(of: second)
      return count > 0 ? QueryResult.Bin(bounds: bounds, value: .integer(count)) : nil
    }
  }

  /// First frames about 400 ms, with a tail.
  private static func frames(_ impressions: Double) -> [QueryResult.Bin] {
    (160..<420).compactMap { bucket in
      let far = (Double(bucket) - 245) / (bucket < 245 ? 14 : 30)
      let count = Int64((impressions * 0.02 / (1 + far * far * far * far)).rounded())
      let bounds = Histogram.bounds(of: bucket)
      return count > 0 ? QueryResult.Bin(bounds: bounds, value: .integer(count)) : nil
    }
  }

  private func number(_ measure: Measure, _ timeframe: Timeframe, _ part: Double) -> MetricValue {
    let isShort = timeframe.duration <= Milliseconds.minute
    let minute = timeframe.from.milliseconds / Milliseconds.minute
    let noise = isShort ? 0.9 + 0.2 * Self.noise(minute, "minute") : 1
    let plays = plays(in: timeframe) * part * scale * noise
    let drift = Self.noise(timeframe.from.milliseconds / 7_200_000, measure.title) - 0.5
    let value =
      switch (measure.metric, measure.aggregation) {
      case ("play", .rate): 0.621 + 0.06 * drift
      case ("play", _): plays
      case ("impression", _): plays / 0.621
      case ("impression-time", .average): 412 + 130 * drift
      case ("impression-time", .p50): 360 + 60 * drift
      case ("impression-time", .p75): 540 + 120 * drift
      case ("impression-time", .p95): 1240 + 700 * drift
      case ("start", .count): plays * 0.96
      case ("start", _): 0.96 + 0.02 * drift
      case ("end", .count): plays * 0.4
      case ("end", _): 0.41 + 0.05 * drift
      case ("watch-time", .sum): plays * 0.96 * 192
      case ("watch-time", _): 192 + 24 * drift
      case ("error", .count): plays * 0.004
      case ("error", _): 0.004 + 0.003 * drift
      case ("stall-time", .sum): plays * 1.4
      case ("view", _): plays * 0.9
      case ("ccv", _):
        // As many as begin in three minutes of a busy hour watch at the same time.
        plays * 180_000 / Double(max(20_000, min(timeframe.to, now) - timeframe.from))
      default: 0.007 + 0.006 * drift
      }
    guard plays > 0 else { return measure.unit == .count ? .integer(0) : .decimal(0) }
    let isWhole =
      measure.unit == .count || measure.unit == .viewers && measure.aggregation != .average
    return isWhole ? .integer(Int64(value.rounded())) : .decimal(value)
  }

  /// Busy minutes in a timeframe, by the hour of the day.
  private func plays(in timeframe: Timeframe) -> Double {
    let to = max(timeframe.from, min(timeframe.to, now))
    let whole = Self.plays(before: to) - Self.plays(before: timeframe.from)
    guard let gap else { return whole }
    let missing = gap.intersection(Timeframe(from: timeframe.from, to: to))
    return max(0, whole - Self.plays(before: missing.to) + Self.plays(before: missing.from))
  }

  private static func plays(before time: Timestamp) -> Double {
    let passed = time - origin
    let hour = min(max(0, Int(passed / Milliseconds.hour)), sums.count - 2)
    let part = Double(passed - Int64(hour) * Milliseconds.hour) / Double(Milliseconds.hour)
    return sums[hour] + (sums[hour + 1] - sums[hour]) * part
  }

  /// 2022-01-01.
  private static let origin = Timestamp(seconds: 1_640_995_200)

  /// Busy minutes from the origin to each hour.
  private static let sums: [Double] = {
    var sums = [0.0]
    for hour in 0..<26_280 as Range<Int64> {
      let level = level(at: origin + hour * Milliseconds.hour)
      sums.append(sums[sums.count - 1] + level * 60 * (0.95 + 0.1 * noise(hour, "hour")))
    }
    return sums
  }()

  private static let hours = [
    0.35, 0.22, 0.15, 0.11, 0.1, 0.14, 0.25, 0.4, 0.48, 0.5, 0.52, 0.58,
    0.66, 0.62, 0.55, 0.56, 0.6, 0.68, 0.78, 0.9, 1.0, 0.97, 0.82, 0.56,
  ]

  private static func level(at time: Timestamp) -> Double {
    let day = Int(time.milliseconds / Milliseconds.day % 7)
    return hours[Int(time.milliseconds / Milliseconds.hour % 24)]
      * [1, 0.97, 1.06, 1.2, 1.24, 0.92, 0.9][day]
  }

  private static func noise(_ number: Int64, _ name: String) -> Double {
    let key = SipHash.Key(low: UInt64(bitPattern: number), high: 7)
    return Double(SipHash.hash(name.utf8, key: key) >> 11) / Double(1 << 53)
  }

  private func share(of filter: Filter) -> Double {
    filter.clauses.reduce(1) { part, clause in
      let share = values(of: clause.dimension).filter { clause.values.contains($0.0) }
        .reduce(0) { $0 + $1.1 }
      return part * (clause.isNegated ? 1 - share : share)
    }
  }

  private func values(of dimension: Dimension) -> [(String, Double)] {
    switch dimension {
    case .country: Self.countries
    case .deviceType: Self.devices
    case .mediaID: Self.media
    default: [("unknown", 1)]
    }
  }

  private static let countries = [
    ("FR", 0.312), ("DE", 0.147), ("US", 0.134), ("ES", 0.075), ("GB", 0.07), ("IT", 0.055),
    ("NL", 0.04), ("BE", 0.036), ("CH", 0.03), ("PL", 0.022), ("CA", 0.019), ("PT", 0.016),
    ("BR", 0.013), ("unknown", 0.011), ("BQ", 0.007), ("JP", 0.006), ("CD", 0.004), ("SE", 0.003),
  ]

  private static let devices = [
    ("phone", 0.58), ("computer", 0.297), ("tablet", 0.07), ("tv", 0.04), ("console", 0.009),
    ("unknown", 0.004),
  ]

  /// Titles of some of the media items.
  static let titles = [
    "vi4k0jvEUuaTdRAEjQ4Jfagz": "The long walk", "vi2kQBbLbVrlFVRd2gQVEx4k": "Keynote, part 1",
    "vi6HangYsow7vYXTPUxrGaPc": "How to fold a map", "vi1pOtqMWB6dqfIoGfCTqRRs": "北京的一天",
    "vi3ufwVzoPCkzPVaPN9xtnx5": "Ten minutes of rain on a tin roof, recorded in Brittany",
    "vi7JBwTsQjXHkCMGN25Jrjob": "Café \u{1B}[31mrouge\u{202E}",
  ]

  /// The same, and tags of some.
  static let mediaItems = titles.sorted { $0.key < $1.key }.enumerated().map { index, item in
    MediaItem(id: item.key, title: item.value, tags: index % 2 == 0 ? ["news"] : [])
  }

  private static let media =
    [
      ("vi4k0jvEUuaTdRAEjQ4Jfagz", 0.094), ("vi2kQBbLbVrlFVRd2gQVEx4k", 0.076),
      ("li4pqNqGUkhKfWcBGpZVLRY5", 0.06), ("vi6HangYsow7vYXTPUxrGaPc", 0.048),
      ("vi3ufwVzoPCkzPVaPN9xtnx5", 0.041), ("vi1pOtqMWB6dqfIoGfCTqRRs", 0.03),
      ("vi7JBwTsQjXHkCMGN25Jrjob", 0.024),
    ]
    + (0..<140).map {
      ("vi\(hexDigits(UInt64($0) &* 0x9e37_79b9_7f4a_7c15))", 0.6 / Double($0 + 20))
    }
}
