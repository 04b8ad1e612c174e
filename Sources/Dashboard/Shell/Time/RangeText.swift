import PlaybackFacts
import QueryCore

/// A range as people type it.
///
/// | text | means |
/// |---|---|
/// | `24h`, `-24h`, `90m`, `7d`, `2w`, `1y` | the last so much, up to now |
/// | `today`, `yesterday` | since midnight; the day before |
/// | `2024-05-01` | that day |
/// | `2024-05-01..2024-05-07` | those days, the last one included |
/// | `2024-05-01T14:00..15:30`, `14:00..` | from one time to another; without an end, up to now |
/// | `23:30..00:30` | over midnight |
/// | `-24h..-12h` | from about so long ago, as many whole intervals |
/// | `14:05`, `yesterday 14:05`, `2024-05-01 14:05` | the half hour around the last time it was 14:05, or that time |
///
/// Seconds may be written and do not count.
struct RangeText {
  /// What was typed, understood.
  struct Meaning: Hashable {
    let range: TimeRange
    /// Where it ends; nil follows now.
    let end: Timestamp?
    /// Where a range that follows now goes on to begin; nil where it is as long as it is.
    var start: Timestamp?
  }

  /// A sentence that says what is wrong.
  struct Fault: Error, Hashable {
    let sentence: String
  }

  private let now: Timestamp
  private let zone: Zone

  /// Reads as of an instant, with the days of a zone.
  init(now: Timestamp, zone: Zone) {
    self.now = now
    self.zone = zone
  }

  func parse(_ text: String) throws(Fault) -> Meaning {
    let text = Self.joined(text.lowercased())
    switch text {
    case "": throw Fault(sentence: "type a range such as -24h, today or 2024-05-01..2024-05-07")
    case "today": return Meaning(range: .today, end: nil)
    case "yesterday": return days(from: today.adding(days: -1), to: today.adding(days: -1))
    default: break
    }
    if let length = length(text) {
      return Meaning(range: TimeRange(milliseconds: length), end: nil)
    }
    if let dots = text.firstRange(of: "..") {
      return try span(String(text[..<dots.lowerBound]), String(text[dots.upperBound...]))
    }
    if let date = date(text) { return days(from: date, to: date) }
    if let time = moment(text) {
      let quarter = 15 * Milliseconds.minute
      return meaning(from: time - quarter, to: min(time + quarter, now + Milliseconds.minute))
    }
    throw notUnderstood(text)
  }

  /// Without blanks; where one lies between a day and a time of day, there is a `t`.
  private static func joined(_ text: String) -> String {
    var joined = ""
    for word in text.split(separator: " ") {
      if word.first?.isNumber == true, word.contains(":"), let last = joined.last,
        last.isNumber || last == "y"
      {
        joined += "t"
      }
      joined += word
    }
    return joined
  }

  private func span(_ first: String, _ last: String) throws(Fault) -> Meaning {
    if let from = day(first), let to = day(last) {
      guard from <= to else { throw backwards }
      return days(from: from, to: to)
    }
    if let from = ago(first), last.isEmpty || last == "now" {
      return Meaning(range: TimeRange(milliseconds: now - from), end: nil)
    }
    if let from = ago(first), let to = ago(last) {
      guard from < to else { throw backwards }
      let range = TimeRange(milliseconds: to - from)
      let start = zone.start(of: range.interval, at: to)
      let end = start == to ? to : zone.edge(after: start, every: range.interval)
      return Meaning(range: range, end: end)
    }
    guard let start = start(first) else { throw notUnderstood(first) }
    if last.isEmpty || last == "now" {
      guard start < now else { throw backwards }
      return Meaning(range: since(start), end: nil, start: start)
    }
    // A time of day without a date is of the day on which the span begins.
    let day = zone.civil(start).date
    let onDay = timeOfDay(last).map { minutes in
      // `23:30..00:30` goes over midnight; half a day or more was typed the wrong way round.
      let end = instant(day, minutes)
      let next = instant(day.adding(days: 1), minutes)
      return end < start && next - start < Milliseconds.day / 2 ? next : end
    }
    guard let end = onDay ?? end(last) else { throw notUnderstood(last) }
    guard start < end else { throw backwards }
    return meaning(from: start, to: end)
  }

  /// The range from an instant up to now.
  func since(_ start: Timestamp) -> TimeRange { meaning(from: start, to: now + 1).range }

  private func start(_ text: String) -> Timestamp? {
    day(text).map { instant($0, 0) } ?? ago(text) ?? moment(text)
  }

  private func end(_ text: String) -> Timestamp? {
    day(text).map { instant($0.adding(days: 1), 0) } ?? ago(text) ?? moment(text)
  }

  /// `-12h`.
  private func ago(_ text: String) -> Timestamp? {
    text.first == "-" ? length(text).map { now - $0 } : nil
  }

  private func meaning(from: Timestamp, to: Timestamp) -> Meaning {
    let range = TimeRange(milliseconds: max(to - from, Milliseconds.minute))
    let width = range.interval
    let start = zone.start(of: width, at: from)
    let edges = IntervalEdges(width, of: Timeframe(from: start, to: to), in: zone)
    return Meaning(range: TimeRange(edges.count, width), end: edges.times[edges.count])
  }

  private func days(from: CivilDate, to: CivilDate) -> Meaning {
    meaning(from: instant(from, 0), to: instant(to.adding(days: 1), 0))
  }

  private var today: CivilDate { zone.civil(now).date }

  /// The instant at which clocks show a time on a date.
  private func instant(_ date: CivilDate, _ minutes: Int64) -> Timestamp {
    let local = Timestamp(
      milliseconds: Int64(date.daysSince1970) * Milliseconds.day + minutes * Milliseconds.minute
    )
    let guess = local - Int64(zone.offsetSeconds(at: local)) * Milliseconds.second
    return local - Int64(zone.offsetSeconds(at: guess)) * Milliseconds.second
  }

  private func length(_ text: String) -> Int64? {
    let digits = text.first == "-" ? text.dropFirst() : text[...]
    let units: [Character: Int64] = [
      "m": Milliseconds.minute, "h": Milliseconds.hour, "d": Milliseconds.day,
      "w": 7 * Milliseconds.day, "y": 365 * Milliseconds.day,
    ]
    guard let unit = digits.last.flatMap({ units[$0] }), let count = Int64(digits.dropLast()),
      (1...5_300_000).contains(count)
    else { return nil }
    return count * unit
  }

  /// `2024-05-01`.
  private func date(_ text: some StringProtocol) -> CivilDate? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
      (1970...9999).contains(year)
    else { return nil }
    return CivilDate(year: year, month: month, day: day)
  }

  /// A date, or a word for one.
  private func day(_ text: some StringProtocol) -> CivilDate? {
    switch text {
    case "today": today
    case "yesterday": today.adding(days: -1)
    default: date(text)
    }
  }

  /// `14:05`, as minutes since midnight.
  private func timeOfDay(_ text: some StringProtocol) -> Int64? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
    guard (2...3).contains(parts.count), let hour = parts[0], let minute = parts[1],
      let second = parts.count == 3 ? parts[2] : 0,
      (0...24).contains(hour), (0...59).contains(minute), (0...59).contains(second)
    else { return nil }
    return hour * 60 + minute
  }

  /// A time of day, the last one there was, or a date with one.
  private func moment(_ text: String) -> Timestamp? {
    if let minutes = timeOfDay(text) {
      let time = instant(today, minutes)
      return time <= now ? time : instant(today.adding(days: -1), minutes)
    }
    guard let t = text.lastIndex(where: { $0 == "t" || $0 == "_" }),
      let date = day(text[..<t]), let minutes = timeOfDay(text[text.index(after: t)...])
    else { return nil }
    return instant(date, minutes)
  }

  private var backwards: Fault {
    Fault(sentence: "a range must begin before it ends, and before now")
  }

  private func notUnderstood(_ text: String) -> Fault {
    Fault(
      sentence:
        "'\(text)' is no range such as -24h, today, 14:05 or 2024-05-01..2024-05-07"
    )
  }
}

extension CivilDate {
  /// The date so many days later; earlier if negative.
  func adding(days: Int) -> CivilDate { CivilDate(daysSince1970: daysSince1970 + days) }
}
