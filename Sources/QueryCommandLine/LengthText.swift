import PlaybackFacts

/// A length of time as people type it: `90m`, `1h30m`, `2 hours`, `1mo`.
public enum LengthText {
  /// Reads a length.
  ///
  /// - Returns: Milliseconds, > 0 and at most a hundred years of 365 days; nil where the text is no length.
  public static func parse(_ text: some StringProtocol) -> Int64? {
    var rest = text.drop { $0 == " " }
    var sum: Int64 = 0
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      guard let count = Int64(digits), count > 0 else { return nil }
      rest = rest[digits.endIndex...].drop { $0 == " " }
      let name = rest.prefix { $0.isLetter }
      guard let unit = unit(name) else { return nil }
      rest = rest[name.endIndex...].drop { $0 == " " }
      let (product, isTooLong) = count.multipliedReportingOverflow(by: unit)
      guard !isTooLong, product <= longest - sum else { return nil }
      sum += product
    }
    return sum > 0 ? sum : nil
  }

  private static let longest = 100 * 365 * Milliseconds.day

  static func unit(_ name: some StringProtocol) -> Int64? {
    switch name {
    case "s", "sec", "secs", "second", "seconds": Milliseconds.second
    case "m", "min", "mins", "minute", "minutes": Milliseconds.minute
    case "h", "hr", "hrs", "hour", "hours": Milliseconds.hour
    case "d", "day", "days": Milliseconds.day
    case "w", "week", "weeks": 7 * Milliseconds.day
    case "mo", "month", "months": 30 * Milliseconds.day
    case "y", "yr", "year", "years": 365 * Milliseconds.day
    default: nil
    }
  }
}
