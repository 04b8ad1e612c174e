import TextAndBytes
import CellCanvas
import QueryCore

/// How a number differs from that of the compared period, as a sign and a size.
struct Change: Hashable {
  /// -1, 0 or 1; 0 also where the difference is too small to be seen.
  let direction: Int
  /// The size without a sign: `12.3 %`, `0.8 pt` for shares, `31 ms`, `12 ×`.
  let amount: String
  /// What it means for whoever runs the players.
  let verdict: Comparison.Verdict
  /// Whether it is for the worse by a twentieth or more, and gets a `!`.
  let isAlarming: Bool

  /// Compares two values of a measure; nil where there is nothing to compare with.
  init?(from before: Double?, to after: Double?, of measure: Measure) {
    guard let before, let after,
      let comparison = Comparison(of: measure, now: .decimal(after), before: .decimal(before))
    else { return nil }
    amount =
      switch comparison.change {
      case .points(let points): Self.digits(abs(points)) + " pt"
      case .relative where measure.unit == .milliseconds:
        NumberText.text(abs(after - before), .milliseconds, width: 6)
      case .relative(let share): Self.relative(share)
      }
    let isVisible = amount.contains { "123456789".contains($0) }
    direction = isVisible ? (after > before ? 1 : -1) : 0
    verdict = isVisible ? comparison.verdict : .neutral
    // From 0 %, a twentieth is nothing: half a point is.
    isAlarming =
      verdict == .bad && abs(after - before) >= max(abs(before) / 20, before == 0 ? 0.005 : 0)
  }

  /// By how much a value is more than before, in the unit in which changes of the measure are shown; nil
  /// where that is not known.
  static func amount(from before: Double?, to after: Double?, of measure: Measure) -> Double? {
    guard let before, let after else { return nil }
    return Comparison(of: measure, now: .decimal(after), before: .decimal(before))?.change.amount
  }

  /// The style that says what the change means.
  var style: Style {
    switch verdict {
    case .good: .good
    case .bad: isAlarming ? .bad : .warn
    case .neutral: .dim
    }
  }

  /// The sign and the size: `▲ 12.3 %`.
  func text(_ symbols: Symbols) -> String {
    switch direction {
    case 1: "\(symbols.up) \(amount)"
    case -1: "\(symbols.down) \(amount)"
    default: "= \(amount)"
    }
  }

  private static func relative(_ share: Double) -> String {
    guard abs(share) >= 9.995 else { return digits(abs(share) * 100) + " %" }
    return share < 9998.5 ? Numbers.fixed(share + 1, 0) + " ×" : "> 9999 ×"
  }

  /// One digit after the point below a hundred.
  private static func digits(_ value: Double) -> String {
    Numbers.fixed(value, value < 99.95 ? 1 : 0)
  }
}
