import PlaybackFacts
import QueryCommandLine
import QueryCore

/// What a range that was typed shows: so many whole intervals, and where they end.
struct TypedRange: Hashable {
  let range: TimeRange
  /// Where it ends; nil follows now.
  var end: Timestamp?
  /// Where a range that follows now goes on to begin; nil where it is as long as it is.
  var start: Timestamp?
  /// The instant that was asked for; nil for a range.
  var instant: Timestamp?

  /// Reads a range as of an instant, with the days of a zone.
  init(_ text: String, now: Timestamp, zone: Zone) throws(RangeText.Fault) {
    self.init(try RangeText(now: now, zone: zone).parse(text), now: now, zone: zone)
  }

  init(_ meaning: RangeText.Meaning, now: Timestamp, zone: Zone) {
    switch meaning {
    case .last(let length): self.init(range: TimeRange(milliseconds: length))
    case .today: self.init(range: .today)
    case .since(let start): self.init(range: .since(start, now: now, zone: zone), start: start)
    case .ago(let longer, let shorter):
      let range = TimeRange(milliseconds: longer - shorter)
      let time = now - shorter
      let start = zone.start(of: range.interval, at: time)
      let end = start == time ? time : zone.edge(after: start, every: range.interval)
      self.init(range: range, end: end)
    case .between(let from, let to): self.init(from: from, to: to, zone: zone)
    case .around(let time):
      let quarter = 15 * Milliseconds.minute
      self.init(
        from: time - quarter,
        to: min(time + quarter, max(time, now) + Milliseconds.minute),
        zone: zone
      )
      instant = time
    }
  }

  init(
    range: TimeRange,
    end: Timestamp? = nil,
    start: Timestamp? = nil
  ) {
    self.range = range
    self.end = end
    self.start = start
  }

  /// The whole intervals of a zone that two instants lie in.
  init(from: Timestamp, to: Timestamp, zone: Zone) {
    let range = TimeRange(milliseconds: max(to - from, Milliseconds.minute))
    let width = range.interval
    let start = zone.start(of: width, at: from)
    let edges = IntervalEdges(width, of: Timeframe(from: start, to: to), in: zone)
    self.init(range: TimeRange(edges.count, width), end: edges.times[edges.count])
  }
}

extension TimeRange {
  /// The range from an instant up to now.
  static func since(_ start: Timestamp, now: Timestamp, zone: Zone) -> TimeRange {
    TypedRange(from: start, to: now + 1, zone: zone).range
  }
}
