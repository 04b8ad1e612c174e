import PlaybackFacts
import QueryCore

/// A day, a month or a time of day as people type it, in small letters: `monday`, `nov 1`, `14:05`.
struct InstantText: Sendable {
  enum Meaning: Hashable {
    case moment(Timestamp)
    /// From its start to its end, itself excluded.
    case period(Timestamp, Timestamp)

    var start: Timestamp {
      switch self {
      case .moment(let time), .period(let time, _): time
      }
    }

    var end: Timestamp {
      switch self {
      case .moment(let time), .period(_, let time): time
      }
    }
  }

  let now: Timestamp
  let zone: Zone

  /// When today began.
  var midnight: Timestamp { instant(today, 0) }

  func parse(_ text: String) -> Meaning? {
    if let time = isoTime(text) { return .moment(time) }
    if let date = day(text) { return days(date, date.adding(days: 1)) }
    if let period = period(text) ?? ago(text) { return period }
    return moment(text).map(Meaning.moment)
  }

  /// A time of day on the date of an instant, or after it over midnight; nil if it is none.
  func time(_ text: String, onDayOf start: Timestamp) -> Timestamp? {
    guard let minutes = timeOfDay(text) else { return nil }
    let day = zone.civil(start).date
    let end = instant(day, minutes)
    let next = instant(day.adding(days: 1), minutes)
    // `23:30..00:30` goes over midnight; half a day or more was typed the wrong way round.
    return end < start && next - start < Milliseconds.day / 2 ? next : end
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

  private func days(_ first: CivilDate, _ next: CivilDate) -> Meaning {
    .period(instant(first, 0), instant(next, 0))
  }

  // MARK: Days

  /// A date, or a word for one.
  private func day(_ text: String) -> CivilDate? {
    switch text {
    case "today": return today
    case "yesterday": return today.adding(days: -1)
    default: break
    }
    let words = text.split(separator: " ")
    if words.count == 1 { return date(text) ?? weekday(text, before: today.adding(days: 1)) }
    if words.count == 2, words[0] == "last" { return weekday(words[1], before: today) }
    return dateInWords(words)
  }

  /// `2024-05-01`.
  private func date(_ text: some StringProtocol) -> CivilDate? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
      (1970...9999).contains(year)
    else { return nil }
    return CivilDate(year: year, month: month, day: day)
  }

  private static let weekdays = [
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
  ]

  /// The last day of that name before a date.
  private func weekday(_ name: some StringProtocol, before end: CivilDate) -> CivilDate? {
    guard name.count >= 3,
      let number = Self.weekdays.firstIndex(where: { $0.hasPrefix(name) })
    else { return nil }
    let last = end.adding(days: -1)
    return last.adding(days: -((last.weekday - number + 7) % 7))
  }

  /// `nov 1`, `1 november`, `nov 1 2025`, `1st nov 2025`.
  private func dateInWords(_ words: [Substring]) -> CivilDate? {
    guard (2...3).contains(words.count) else { return nil }
    let (first, second) = (words[0], words[1])
    let named = month(first).map { ($0, second) } ?? month(second).map { ($0, first) }
    guard let (month, ordinal) = named, let day = dayOfMonth(ordinal) else { return nil }
    if words.count == 3 {
      return year(words[2]).flatMap { CivilDate(year: $0, month: month, day: day) }
    }
    let year = today.components.year
    // The 29th of February was up to eight years ago.
    return (0...8).lazy.compactMap { CivilDate(year: year - $0, month: month, day: day) }
      .first { $0 <= today }
  }

  private func dayOfMonth(_ text: Substring) -> Int? {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard ["", "st", "nd", "rd", "th", "."].contains(text[digits.endIndex...]) else { return nil }
    return digits.count <= 2 ? Int(digits) : nil
  }

  private static let months = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
  ]

  private func month(_ name: some StringProtocol) -> Int? {
    guard name.count >= 3 else { return nil }
    return Self.months.firstIndex { $0.hasPrefix(name) }.map { $0 + 1 }
  }

  private func year(_ text: some StringProtocol) -> Int? {
    guard text.count == 4, let year = Int(text), (1970...9999).contains(year) else { return nil }
    return year
  }

  // MARK: Weeks, months and years

  private func period(_ text: String) -> Meaning? {
    let monday = today.adding(days: -today.weekday)
    let (year, month, _) = today.components
    switch text {
    case "this week": return days(monday, monday.adding(days: 7))
    case "last week": return days(monday.adding(days: -7), monday)
    case "this month": return months(year, month)
    case "last month": return months(year, month - 1)
    case "this year": return months(year, 1, count: 12)
    case "last year": return months(year - 1, 1, count: 12)
    case "this hour":
      let start = now.floored(to: Milliseconds.hour)
      return .period(start, start + Milliseconds.hour)
    default: break
    }
    let words = text.split(separator: " ")
    if let number = words.first.flatMap(self.month), words.count <= 2 {
      guard words.count == 2 else { return months(number > month ? year - 1 : year, number) }
      return self.year(words[1]).flatMap { months($0, number) }
    }
    if words.count == 1, let year = self.year(text) { return months(year, 1, count: 12) }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, let year = self.year(parts[0]), let number = Int(parts[1]),
      (1...12).contains(number)
    else { return nil }
    return months(year, number)
  }

  /// Months from the first of one on, which may be 0 for the one before January.
  private func months(_ year: Int, _ month: Int, count: Int = 1) -> Meaning? {
    func first(_ number: Int) -> CivilDate? {
      let index = year * 12 + number - 1
      return CivilDate(year: index / 12, month: index % 12 + 1, day: 1)
    }
    guard let from = first(month), let to = first(month + count) else { return nil }
    return days(from, to)
  }

  // MARK: Times

  /// `2h ago` is an instant, `3 days ago` a day, `2 months ago` a month.
  private func ago(_ text: String) -> Meaning? {
    let words = text.split(separator: " ")
    guard words.count > 1, words.last == "ago" else { return nil }
    let length = words.dropLast().joined(separator: " ")
    guard let milliseconds = LengthText.parse(length) else { return nil }
    let digits = length.prefix { $0.isNumber }
    let unit = LengthText.unit(length[digits.endIndex...].trimmed)
    switch (unit, Int(digits)) {
    case (Milliseconds.day, let count?): return period(daysAgo: count)
    case (7 * Milliseconds.day, let count?) where count < 1_000_000:
      return period(daysAgo: 7 * count)
    case (30 * Milliseconds.day, let count?) where count < 12_000:
      return months(today.components.year, today.components.month - count)
    case (365 * Milliseconds.day, let count?) where count < 1000:
      return months(today.components.year - count, 1, count: 12)
    default: return .moment(now - milliseconds)
    }
  }

  private func period(daysAgo count: Int) -> Meaning {
    let date = today.adding(days: -count)
    return days(date, date.adding(days: 1))
  }

  /// A time of day, the last one there was, or a day with one.
  private func moment(_ text: String) -> Timestamp? {
    if let minutes = timeOfDay(text) {
      let time = instant(today, minutes)
      return time <= now ? time : instant(today.adding(days: -1), minutes)
    }
    for separator in text.indices where [" ", "t", "_"].contains(text[separator]) {
      let (head, tail) = (
        String(text[..<separator].trimmed), String(text[text.index(after: separator)...].trimmed)
      )
      if let day = day(head), let minutes = timeOfDay(tail) { return instant(day, minutes) }
    }
    return nil
  }

  /// `14:05`, `14:05:30`, `2pm` or `2:30 pm`, as minutes since midnight.
  private func timeOfDay(_ text: some StringProtocol) -> Int64? {
    let half = ["am", "pm"].first { text.hasSuffix($0) }
    let parts = (half == nil ? String(text) : String(text.dropLast(2)).trimmed)
      .split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
    guard ((half == nil ? 2 : 1)...3).contains(parts.count), var hour = parts[0],
      let minute = parts.count > 1 ? parts[1] : 0, let second = parts.count > 2 ? parts[2] : 0,
      (half == nil ? 0...24 : 1...12).contains(hour), (0...59).contains(minute),
      (0...59).contains(second), hour < 24 || minute == 0
    else { return nil }
    if half != nil { hour = hour % 12 + (half == "pm" ? 12 : 0) }
    return hour * 60 + minute
  }

  /// `2024-05-01T14:05:00+02:00`; without an offset it is a time of the zone.
  private func isoTime(_ text: String) -> Timestamp? {
    guard let t = text.firstIndex(of: "t"), date(text[..<t]) != nil else { return nil }
    let time = text[text.index(after: t)...]
    guard let offset = time.firstIndex(where: { "z+-".contains($0) }) else { return nil }
    // The seconds may be missing.
    let seconds = time[..<offset].count { $0 == ":" } == 1 ? ":00" : ""
    return Timestamp(
      atom: (text[..<offset] + seconds + text[offset...]).uppercased()
    )
  }
}
