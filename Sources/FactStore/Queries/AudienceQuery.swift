import PlaybackFacts
import QueryCore

/// Answers who watched, from the segments and the journal of one snapshot.
///
/// Neither peaks nor distinct viewers add up, so each hour is counted over all that holds facts of it:
///
/// | hours | are counted from |
/// |---|---|
/// | in one segment only; slots of everything | the counts of slots that the segment was written with |
/// | in one segment only; slots of some playbacks | the watched slots of their groups |
/// | any other; slots | detail and journal, playback by playback |
/// | whole; viewers | groups and journal |
/// | cut by an edge; viewers | detail and journal |
///
/// What an hour counted, or a day of which nothing is in the journal, is kept until there is another
/// segment or journal event of it.
struct AudienceQuery {
  let segments: SegmentQuery
  let tail: TailHours
  let shape: AudienceShape
  let spread: Spread
  let mask: FilterMask

  init(_ query: SumQuery, _ segments: SegmentQuery, _ tail: TailHours) throws {
    self.segments = segments
    self.tail = tail
    spread = Spread(query)
    let dimension: Dimension? =
      if case .dimension(let dimension) = query.grouping { dimension } else { nil }
    shape = AudienceShape(query, dimension, segments.tables.tags)
    mask = try segments.mask(of: query.filter)
  }

  /// A UTC day, with its segments and its hours that have facts in the timeframe.
  struct Day {
    let number: Int64
    var people: [SegmentPeople]
    /// Since 1970, ascending.
    var hours: [Int64]
  }

  /// The days that have facts in the timeframe, ascending.
  func days() -> [Day] {
    let headers = Dictionary(grouping: segments.days(of: spread.timeframe), by: \.day)
    var hours: [Int64: Set<Int64>] = [:]
    for (day, headers) in headers {
      for header in headers {
        hours[day, default: []].formUnion(header.hours.map { day * 24 + Int64($0) })
      }
    }
    for hour in tail.hours.keys { hours[Timestamp(hour: hour).day, default: []].insert(hour) }
    return hours.keys.sorted().compactMap { day in
      let asked = (hours[day] ?? []).filter {
        spread.place(of: Self.stretch(ofHour: $0)) != .outside
      }
      guard !asked.isEmpty else { return nil }
      let people = (headers[day] ?? []).map {
        SegmentPeople(segments.file, $0, mask)
      }
      return Day(number: day, people: people, hours: asked.sorted())
    }
  }

  /// What tells whether an hour has news.
  func stamp(ofHour hour: Int64, in day: Day) -> HourStamp {
    let hourOfDay = Int(hour - day.number * 24)
    let facts = tail.hours[hour]?.factCount ?? 0
    return HourStamp(
      hour: hour,
      segments: day.people.map(\.header).filter { !$0.groups(ofHour: hourOfDay).isEmpty }.map(\.id),
      journalEpoch: facts == 0 ? 0 : tail.epoch,
      journalFacts: facts
    )
  }

  /// The names of rows, none yet.
  var rowNames: RowNames { RowNames(shape.dimension, segments.tables) }

  /// The stretch of an hour since 1970.
  static func stretch(ofHour hour: Int64) -> Timeframe {
    Timeframe(from: Timestamp(hour: hour), to: Timestamp(hour: hour + 1))
  }
}

/// Hours of the journal, as one snapshot has them.
struct TailHours {
  var epoch: Int64 = 0
  /// Since 1970.
  var hours: [Int64: TailHour] = [:]
  var playbacks = TailPlaybacks()
  /// Which playbacks count.
  private var isMatch = TailMatches()

  /// Takes the hours that touch a timeframe, and of them the playbacks that a filter lets count.
  init(_ tail: inout JournalTail, _ timeframe: Timeframe, _ filter: Filter, _ tags: MediaTags) {
    guard !timeframe.isEmpty else { return }
    let first = timeframe.from.hour
    let last = (timeframe.to - 1).hour
    epoch = tail.epoch
    hours = tail.hours.filter { first <= $0.key && $0.key <= last }
    guard !hours.isEmpty else { return }
    playbacks = tail.playbacks
    isMatch = tail.partials.isMatch(TailMatches.Key(filter, tags), playbacks, tags)
  }

  /// Passes on the events of one code in an hour, and the numbers of their playbacks, that count.
  func forEachEvent(ofHour hour: Int64, _ code: EventCode, _ body: (Event, Int) -> Void) {
    for entry in hours[hour]?.events ?? [] where entry.code == code && isMatch[entry.playback] {
      body(entry.event, entry.playback)
    }
  }

  /// Passes on the watched time of each slot of an hour, and the numbers of the playbacks, that count;
  /// each once, ordered by playback.
  func forEachWatchedSlot(ofHour hour: Int64, _ body: (Event, Int) -> Void) {
    hours[hour]?.forEachWatchedSlot { sum in
      if isMatch[sum.playback] { body(sum.event, sum.playback) }
    }
  }

  /// The rows of a playback.
  func rows(of playback: Int, _ names: inout RowNames) -> [UInt32] {
    let value = names.dimension.map { dimension in
      let source = dimension.source
      return playbacks.values(of: source)[playbacks.coding(of: source)[playback]]
    }
    return names.rows(ofSource: value ?? "")
  }
}
