import TextAndBytes
import CellCanvas
public import QueryCore

/// Numbers as people read them: `1.2 k`, `3 h 05 m`, `3 m 12 s`, `412 ms`, `62.1 %`.
public enum NumberText {
  /// What is shown where nothing was measured.
  public static let noData = "–"
  /// What is shown where a number is late or can't be reached.
  public static let unknown = "?"

  /// The text of a value, as exact as fits into `width` columns.
  ///
  /// - Parameters:
  ///   - value: the number, in the unit.
  ///   - unit: what it counts.
  ///   - width: the columns it may take.
  /// - Returns: the text; `…` where nothing fits.
  public static func text(_ value: Double, _ unit: MetricUnit, width: Int = 9) -> String {
    fitting(forms(value, unit), width)
  }

  /// The text of a value without letters that stand for thousands: times to a tenth, shares to a thousandth
  /// of a percent.
  static func exact(_ value: Double, _ unit: MetricUnit) -> String {
    guard value.isFinite else { return noData }
    switch unit {
    case .count, .viewers:
      return value == value.rounded() && abs(value) < 1e15
        ? Numbers.grouped(Int(value)) : Numbers.fixed(value, 3)
    case .ratio: return Numbers.fixed(value * 100, 3) + " %"
    case .milliseconds: return Numbers.fixed(value, 1) + " ms"
    case .seconds:
      let (whole, rounded) = (Numbers.fixed(value, 1) + " s", text(value, unit, width: 20))
      return abs(value) < 60 ? whole : "\(rounded), \(whole)"
    }
  }

  /// The text of a value for a column of values, so that digits stand below digits.
  ///
  /// - Parameters:
  ///   - value: the number, in the unit of the measure.
  ///   - measure: what it is; averages of counts have a decimal.
  ///   - width: the columns it may take.
  ///   - highest: the highest value of the column: below a thousand, none has a letter, the place of which
  ///     others leave blank.
  /// - Returns: the text; `…` where nothing fits.
  public static func aligned(
    _ value: Double,
    _ measure: Measure,
    width: Int,
    upTo highest: Double = .infinity
  ) -> String {
    let unit = measure.unit
    guard unit == .count || unit == .viewers else { return text(value, unit, width: width) }
    let isPlain = abs(value) < 999.5
    let isAverage = measure.computation == .averageConcurrency
    let forms =
      isAverage && isPlain ? [Numbers.fixed(value, 1)] : countForms(value, exactBelow: 1000)
    return fitting(isPlain && highest >= 999.5 ? forms.map { $0 + "  " } + forms : forms, width)
  }

  /// The text of a round value on an axis: without zeros that say nothing.
  static func axis(_ value: Double, _ unit: MetricUnit) -> String {
    let isCount = unit == .count || unit == .viewers
    var text = isCount ? fitting(magnitudes(value), 9) : text(value, unit)
    for zeros in [".00 ", ".0 "] {
      if let range = text.firstRange(of: zeros) { text.replaceSubrange(range, with: " ") }
    }
    for zeros in [" 00 s", " 00 m"] where text.hasSuffix(zeros) { text.removeLast(zeros.count) }
    return text
  }

  private static func fitting(_ forms: [String], _ width: Int) -> String {
    forms.first { CharacterWidth.columns(of: $0) <= width } ?? (width > 0 ? "…" : "")
  }

  /// Ways to write a value, the most exact first.
  private static func forms(_ value: Double, _ unit: MetricUnit) -> [String] {
    guard value.isFinite else { return [noData] }
    switch unit {
    case .count: return countForms(value, exactBelow: 10_000)
    case .viewers where value != value.rounded() && abs(value) < 0.995:
      return [Numbers.fixed(value, 2), Numbers.fixed(value, 1)]
    case .viewers where value != value.rounded() && abs(value) < 99.95:
      return [Numbers.fixed(value, 1)]
    case .viewers: return countForms(value, exactBelow: 10_000)
    case .ratio: return ratioForms(value)
    case .milliseconds: return millisecondForms(value)
    case .seconds: return secondForms(value)
    }
  }

  private static func countForms(_ value: Double, exactBelow limit: Double) -> [String] {
    if abs(value) < limit, abs(value.rounded()) < limit {
      let grouped = Numbers.grouped(Int(value.rounded()))
      return [grouped, grouped.filter { $0 != " " }] + magnitudes(value)
    }
    return magnitudes(value)
  }

  /// `128.4 k`, `128 k`, `128k`.
  private static func magnitudes(_ value: Double) -> [String] {
    var scaled = value
    var letters = ["", "k", "M", "G", "T", "P", "E"][...]
    // What would be written as 1000 belongs to the next letter.
    while abs(scaled) >= 999.95, letters.count > 1 {
      scaled /= 1000
      letters.removeFirst()
    }
    let letter = letters.first ?? ""
    guard !letter.isEmpty else { return [Numbers.fixed(scaled, 0)] }
    let whole = Numbers.fixed(scaled, 0)
    return [Numbers.fixed(scaled, 1) + " " + letter, whole + " " + letter, whole + letter]
  }

  private static func ratioForms(_ value: Double) -> [String] {
    let percent = value * 100
    // A small share must not look like none.
    let digits = abs(percent) < 0.995 && percent != 0 ? 2 : 1
    let whole = Numbers.fixed(percent, 0)
    return [Numbers.fixed(percent, digits) + " %", whole + " %", whole + "%"]
  }

  private static func millisecondForms(_ value: Double) -> [String] {
    guard abs(value.rounded()) >= 1000 else {
      let whole = Numbers.fixed(value, 0)
      return [whole + " ms", whole + "ms"]
    }
    return abs(value) < 59_950
      ? [
        Numbers.fixed(value / 1000, 2) + " s", Numbers.fixed(value / 1000, 1) + " s",
        Numbers.fixed(value / 1000, 0) + "s",
      ]
      : secondForms(value / 1000)
  }

  private static func secondForms(_ value: Double) -> [String] {
    let sign = value < 0 ? "-" : ""
    let seconds = Int(min(abs(value), 1e15).rounded())
    switch seconds {
    case ..<10 where value != value.rounded():
      return [
        Numbers.fixed(value, 1) + " s", Numbers.fixed(value, 0) + " s",
        Numbers.fixed(value, 0) + "s",
      ]
    case ..<60: return ["\(sign)\(seconds) s", "\(sign)\(seconds)s"]
    case ..<3600:
      let minutes = "\(sign)\(seconds / 60) m"
      return ["\(minutes) \(Numbers.padded(seconds % 60)) s", minutes, "\(sign)\(seconds / 60)m"]
    case ..<360_000:
      let hours = "\(sign)\(seconds / 3600) h"
      let minutes = Numbers.padded(seconds / 60 % 60)
      return ["\(hours) \(minutes) m", hours, "\(sign)\(seconds / 3600)h"]
    default:
      let hours = magnitudes(Double(seconds) / 3600)
      return hours.map { "\(sign)\($0) h" } + hours.map { "\(sign)\($0)h" }
    }
  }
}
