public import PlaybackFacts

/// Where the intervals of a timeseries begin and end, as the clocks of a zone see them.
///
/// ```
/// edges      0       1       2       3      interval i goes from edge i to edge i + 1
///            ├───────┼───────┼───────┤
/// timeframe      ├───────────────┤          its first interval may begin before it
/// ```
///
/// - Hours and minutes are cut where local clocks show a full one, and where clocks are put forward
///   or back. So each hour of the night that comes twice is an interval of its own, hours begin at
///   :15 UTC in a zone at +5:45, and Lord Howe's change by 30 minutes yields one interval of half
///   an hour.
/// - Days begin at the first instant of their date: at 01:00 where clocks skip midnight.
public struct IntervalEdges: Hashable, Sendable {
  /// The most intervals that are told apart: 22 years of hours; all that follows is one more.
  static let limit = 200_000

  /// The edges, ascending; at least two.
  public private(set) var times: [Timestamp] = []
  private let zone: Zone

  /// Cuts a timeframe into intervals.
  public init(_ interval: Interval, of timeframe: Timeframe, in zone: Zone = .utc) {
    self.zone = zone
    let width = interval.milliseconds
    // Wide enough for the intervals that are open where the timeframe begins and ends.
    let stretches = zone.stretches(
      of: Timeframe(from: timeframe.from - 2 * width, to: timeframe.to + 2 * width)
    )
    switch interval {
    case .minute, .hour: cut(stretches, width)
    case .day: cutDays(stretches)
    }
    trim(to: timeframe)
  }

  /// How many intervals there are.
  public var count: Int { times.count - 1 }

  /// When an interval begins and ends; its first may begin before the timeframe.
  public func stretch(ofInterval number: Int) -> Timeframe {
    Timeframe(from: times[number], to: times[number + 1])
  }

  /// How far local clocks are ahead of UTC at the start of an interval, in seconds.
  public func offsetSeconds(ofInterval number: Int) -> Int {
    zone.offsetSeconds(at: times[number])
  }

  /// Cuts where local clocks show a multiple of `width`, and where they are changed.
  private mutating func cut(_ stretches: [Zone.Stretch], _ width: Int64) {
    for (number, stretch) in stretches.enumerated() {
      if number > 0 { append(stretch.start) }
      var time = (stretch.start + stretch.offset).ceiled(to: width) - stretch.offset
      while time < stretch.end, times.count < Self.limit {
        append(time)
        time = time + width
      }
    }
  }

  /// Cuts at the first instant of each local date.
  private mutating func cutDays(_ stretches: [Zone.Stretch]) {
    guard let first = stretches.first else { return }
    var midnight = (first.start + first.offset).ceiled(to: Milliseconds.day)
    for stretch in stretches {
      while midnight < stretch.end + stretch.offset, times.count < Self.limit {
        append(max(midnight - stretch.offset, stretch.start))
        midnight = midnight + Milliseconds.day
      }
    }
  }

  /// Leaves the edges around `timeframe`.
  private mutating func trim(to timeframe: Timeframe) {
    if let first = times.lastIndex(where: { $0 <= timeframe.from }) {
      times.removeFirst(first)
    }
    if let last = times.dropFirst().firstIndex(where: { $0 >= timeframe.to }) {
      times.removeLast(times.count - 1 - last)
    } else {
      times.append(timeframe.to)
    }
  }

  private mutating func append(_ time: Timestamp) {
    // A date that a zone left out has no instants: the next one begins where it would.
    if let last = times.last, time <= last { return }
    times.append(time)
  }
}

extension Interval {
  /// The usual width; some days and hours of a zone are longer or shorter.
  var milliseconds: Int64 {
    switch self {
    case .minute: Milliseconds.minute
    case .hour: Milliseconds.hour
    case .day: Milliseconds.day
    }
  }
}
