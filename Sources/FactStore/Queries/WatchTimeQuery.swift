import PlaybackFacts
import QueryCore
import TextAndBytes

/// How long a playback was watched in some hours.
struct WatchedPlayback: Sendable {
  let playback: UInt64
  var milliseconds: Int64
}

/// Answers how many playbacks were watched for how long, from the segments and the journal of one snapshot.
///
/// A playback may go on in another hour and another segment, so that its parts are put together by its id.
///
/// | hours | are counted from |
/// |---|---|
/// | whole | the watched sums of groups |
/// | cut by an edge | detail |
/// | in the journal | its events |
struct WatchTimeQuery {
  private let segments: SegmentQuery
  private let tail: TailHours
  private let spread: Spread
  private let mask: FilterMask
  private let shape: HistogramShape

  /// So many parts of playbacks are in memory at once: 64 MB.
  static let mostParts = 1 << 22

  init(_ query: SumQuery, _ segments: SegmentQuery, _ tail: TailHours) throws {
    self.segments = segments
    self.tail = tail
    spread = Spread(query)
    mask = try segments.mask(of: query.filter)
    shape = HistogramShape(query.filter, .all, segments.tables.tags)
  }

  /// Counts all of it; nil when it was cancelled.
  ///
  /// - Throws: `QueryError.unavailable(reason:)` for more playbacks than fit into memory, or what SQLite says.
  func times() throws -> WatchTimes? {
    var parts: [WatchedPlayback] = []
    let asked = segments.days(of: spread.timeframe)
    let ofSegments = asked.isEmpty ? spread : spread.reachingEndOfHour(ifNothingFollows: asked)
    for header in asked {
      guard !segments.cancellation.isCancelled else { return nil }
      try add(header, ofSegments, to: &parts)
      try Self.checkSize(&parts)
    }
    for hour in tail.hours.keys {
      tail.forEachEvent(ofHour: hour, .watch) { event, playback in
        guard spread.row(of: Timestamp(hour: hour) + Int64(event.offset)) != nil else { return }
        let id = tail.playbacks.id(of: playback).rawValue
        parts.append(WatchedPlayback(playback: id, milliseconds: event.value))
      }
    }
    try Self.checkSize(&parts)
    try Self.putTogether(&parts)
    var times = WatchTimes()
    for part in parts { times.add(milliseconds: part.milliseconds) }
    return times
  }

  /// Adds the hours of a segment.
  private func add(
    _ header: SegmentHeader,
    _ spread: Spread,
    to parts: inout [WatchedPlayback]
  ) throws {
    var whole: UInt32 = 0
    for hour in header.hours {
      switch spread.place(of: header.stretch(ofHour: hour)) {
      case .outside: continue
      case .row: whole |= 1 << UInt32(hour)
      case .cut: try addCut(hour, of: header, spread, to: &parts)
      }
    }
    guard whole != 0 else { return }
    let key = PartialCache.Key.watched(hours: whole, segment: header.id, shape)
    if case .watched(let known) = segments.cache[key] {
      parts += known
      return
    }
    var found = try watched(hours: whole, of: header)
    try Self.putTogether(&found)
    segments.cache[key] = .watched(found)
    parts += found
  }

  /// The playbacks of whole hours, one for each hour.
  private func watched(hours: UInt32, of header: SegmentHeader) throws -> [WatchedPlayback] {
    let file = segments.file
    let matches = try mask.matches(ofGroups: header) { try file.codes($0, of: header) }
    if let matches, !matches.contains(true) { return [] }
    let sums = try file.integers(
      .sum(.watchedMilliseconds),
      of: header.id,
      count: header.groupCount
    )
    let ids = try file.identifiers(.playback, of: header)
    var found: [WatchedPlayback] = []
    for hour in header.hours where hours & 1 << UInt32(hour) != 0 {
      for group in header.groups(ofHour: hour) where sums[group] != 0 && matches?[group] ?? true {
        found.append(WatchedPlayback(playback: ids[group], milliseconds: sums[group]))
      }
    }
    return found
  }

  /// Adds what was watched in an hour that an edge cuts.
  private func addCut(
    _ hour: Int,
    of header: SegmentHeader,
    _ spread: Spread,
    to parts: inout [WatchedPlayback]
  ) throws {
    let facts = try segments.facts(ofHour: hour, of: header)
    let ids = try segments.file.identifiers(.playback, of: header)
    let first = header.groups(ofHour: hour).lowerBound
    let start = header.stretch(ofHour: hour).from
    for (event, group) in zip(facts.detail.events, facts.detail.groups)
    where event.code == .watch && mask.matches(facts.codes[Int(group)]) {
      guard spread.row(of: start + Int64(event.offset)) != nil else { continue }
      parts.append(
        WatchedPlayback(playback: ids[first + Int(group)], milliseconds: event.value)
      )
    }
  }

  /// Makes one part of all that a playback has; they are ordered by playback then.
  private static func putTogether(_ parts: inout [WatchedPlayback]) throws(MalformedBytes) {
    guard !parts.isEmpty else { return }
    parts.sort { $0.playback < $1.playback }
    var last = 0
    for index in parts.indices.dropFirst() {
      if parts[index].playback == parts[last].playback {
        let (sum, overflows) = parts[last].milliseconds
          .addingReportingOverflow(parts[index].milliseconds)
        guard !overflows else { throw MalformedBytes("a playback was watched for too long") }
        parts[last].milliseconds = sum
      } else {
        last += 1
        parts[last] = parts[index]
      }
    }
    parts.removeSubrange((last + 1)...)
  }

  private static func checkSize(_ parts: inout [WatchedPlayback]) throws {
    guard parts.count > mostParts else { return }
    try putTogether(&parts)
    guard parts.count > mostParts / 2 else { return }
    throw QueryError.unavailable(
      reason:
        "There are over two million playbacks: filter by media item, or ask for a shorter time."
    )
  }
}
