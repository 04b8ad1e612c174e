public import PlaybackFacts
public import QueryCore

/// A range of time as people type it, in the dashboard and on the command line.
///
/// | text | means |
/// |---|---|
/// | `24h`, `-24h`, `now-24h`, `1h30m`, `last 3 days`, `1y`, `1M` (a month) | the last so much, up to now |
/// | `today`, `this week`, `this month`, `this year` | since it began |
/// | `yesterday`, `monday`, `last monday`, `3 days ago`, `nov 1`, `2024-05-01` | that day |
/// | `last week`, `last month`, `last year`, `november`, `2024-05`, `2024` | that week, month or year |
/// | `14:05`, `2pm`, `2h ago`, `monday 9:00`, `2024-05-01T14:05:00+02:00` | the half hour around that time |
/// | `9:00-11:00`, `nov 1..nov 3`, `monday to friday`, `-24h..-12h` | from one to the other, days included |
/// | `since 9:00`, `since monday`, `nov 1..` | from then up to now |
///
/// A time of day, a weekday or a date without a year is the last one there was. Capitals don't matter but in `1M`;
/// seconds may be written and do not count.
///
/// ```
/// try RangeText(now: now, zone: zone).parse("last week").timeframe(now: now, zone: zone)
/// ```
public struct RangeText: Sendable {
  /// What was typed, understood.
  public enum Meaning: Hashable, Sendable {
    /// The last so much up to now, in milliseconds, > 0.
    case last(Int64)
    /// Since midnight.
    case today
    /// From an instant in the past up to now.
    case since(Timestamp)
    /// From so long ago to so long ago, in milliseconds, the longer first.
    case ago(Int64, Int64)
    /// From an instant to a later one, itself excluded, which may not have come yet.
    case between(Timestamp, Timestamp)
    /// The time around an instant that somebody asked for.
    case around(Timestamp)
  }

  /// A sentence that says what is wrong.
  public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence, without a full stop; it quotes what was typed.
    public let description: String
  }

  private let reader: InstantText

  /// Reads as of an instant, with the days of a zone.
  public init(now: Timestamp, zone: Zone) {
    reader = InstantText(now: now, zone: zone)
  }

  /// Reads a range.
  ///
  /// - Throws: A ``Fault`` that quotes what can't be read.
  public func parse(_ text: String) throws(Fault) -> Meaning {
    let words = Self.words(text)
    guard let first = words.first else {
      throw Fault(description: "type a range such as -24h, today, last week or 9:00-11:00")
    }
    let joined = words.joined(separator: " ")
    if let length = length(joined) { return .last(length) }
    if words.count > 1, ["since", "from", "after"].contains(first),
      words.firstIndex(of: "to") == nil
    {
      return try since(words.dropFirst().joined(separator: " "))
    }
    if let instant = reader.parse(joined) { return try meaning(of: instant, text) }
    for (head, tail) in Self.halves(joined) {
      if let meaning = try span(head, tail) { return meaning }
    }
    throw notUnderstood(text)
  }

  private func meaning(of instant: InstantText.Meaning, _ text: String) throws(Fault) -> Meaning {
    switch instant {
    case .moment(let time): return .around(time)
    case .period(let from, let to):
      guard from < reader.now else {
        throw Fault(description: "'\(text)' has not come yet")
      }
      guard to > reader.now else { return .between(from, to) }
      return from == reader.midnight ? .today : .since(from)
    }
  }

  private func since(_ text: String) throws(Fault) -> Meaning {
    if let length = length(text) { return .last(length) }
    guard let start = reader.parse(text)?.start else { throw notUnderstood(text) }
    guard start < reader.now else { throw Self.backwards }
    return .since(start)
  }

  /// Nil where the two halves are not two instants.
  private func span(_ head: String, _ tail: String) throws(Fault) -> Meaning? {
    let isOpen = tail.isEmpty || tail == "now"
    if head.hasPrefix("-") || head.hasPrefix("now-"), let from = length(head) {
      if isOpen { return .last(from) }
      if tail.hasPrefix("-") || tail.hasPrefix("now-"), let to = length(tail) {
        guard from > to else { throw Self.backwards }
        return .ago(from, to)
      }
    }
    guard let first = instant(head) else { return nil }
    if isOpen {
      guard first.start < reader.now else { throw Self.backwards }
      return .since(first.start)
    }
    // A time of day without a date is of the day on which the span begins.
    let last = reader.time(tail, onDayOf: first.start) ?? instant(tail)?.end
    guard let last else { return nil }
    guard first.start < last else { throw Self.backwards }
    return .between(first.start, last)
  }

  private func instant(_ text: String) -> InstantText.Meaning? {
    if text.hasPrefix("-") || text.hasPrefix("now-"), let length = length(text) {
      return .moment(reader.now - length)
    }
    return reader.parse(text)
  }

  /// `24h`, `-24h`, `now-24h`, `last 24h`, `past hour`.
  private func length(_ text: String) -> Int64? {
    var text = text[...]
    for prefix in ["now-", "now -", "-", "last ", "past "] where text.hasPrefix(prefix) {
      text = text.dropFirst(prefix.count)
      if prefix.hasSuffix(" "), ["minute", "hour", "day"].contains(text) {
        return LengthText.parse("1 \(text)")
      }
      break
    }
    return LengthText.parse(text)
  }

  /// In small letters, `1M` as `1mo`.
  private static func words(_ text: String) -> [String] {
    var small = ""
    for (index, character) in zip(text.indices, text) {
      let isMonth =
        character == "M" && small.last?.isNumber == true
        && text[text.index(after: index)...].first?.isLetter != true
      small += isMonth ? "mo" : character.lowercased()
    }
    return small.replacing(",", with: " ").split { $0.isWhitespace }.map(String.init)
  }

  /// The two sides of whatever may stand between two instants.
  private static func halves(_ text: String) -> [(head: String, tail: String)] {
    var halves: [(String, String)] = []
    for separator in ["..", "–", " to ", " until ", " till ", " - ", "-"] {
      for range in text.ranges(of: separator) {
        var head = String(text[..<range.lowerBound])
        if let from = ["from ", "since "].first(where: head.hasPrefix) {
          head.removeFirst(from.count)
        }
        halves.append((trimmed(head), trimmed(String(text[range.upperBound...]))))
      }
    }
    return halves.filter { !$0.0.isEmpty && ($0.1.isEmpty == false || text.hasSuffix("..")) }
  }

  private static func trimmed(_ text: String) -> String {
    String(text.trimmed)
  }

  private static let backwards = Fault(
    description: "a range must begin before it ends, and before now"
  )

  private func notUnderstood(_ text: String) -> Fault {
    Fault(
      description:
        "'\(text)' is no range such as -24h, today, 14:05, last week or 2024-05-01..2024-05-07"
    )
  }
}

extension RangeText.Meaning {
  /// The time that it means now; what has not come yet is left out.
  ///
  /// - Parameters:
  ///   - now: the instant up to which there are facts.
  ///   - zone: the zone of midnight.
  ///   - around: how much is shown around an instant, in milliseconds.
  /// - Returns: a timeframe that is empty where nothing of it has come yet.
  public func timeframe(
    now: Timestamp,
    zone: Zone,
    around: Int64 = 30 * Milliseconds.minute
  ) -> Timeframe {
    let end = now.ceiled(to: Milliseconds.second)
    switch self {
    case .last(let length): return Timeframe(from: end - length, to: end)
    case .today: return Timeframe(from: InstantText(now: now, zone: zone).midnight, to: end)
    case .since(let start): return Timeframe(from: start, to: end)
    case .ago(let longer, let shorter): return Timeframe(from: end - longer, to: end - shorter)
    case .between(let from, let to): return Timeframe(from: from, to: max(from, min(to, end)))
    case .around(let time):
      return Timeframe(
        from: time - around / 2,
        to: max(time - around / 2, min(time + around / 2, end))
      )
    }
  }
}
