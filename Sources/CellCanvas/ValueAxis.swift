import Glibc

/// The vertical scale of a chart: from 0 to a maximum at which ticks are a whole number of rows apart.
///
/// ```swift
/// let axis = ValueAxis(upTo: 8_600, rows: 12, isIntegral: true)
/// axis.ticks        // [0, 3000, 6000, 9000], four rows apart
/// axis.eighths(68)  // the one rounding that everything on the chart shares
/// ```
public struct ValueAxis: Hashable, Sendable {
  /// The rows of the plot.
  public let rows: Int
  /// The distance of two ticks, as a value; > 0.
  public let step: Double
  /// The distance of two ticks, in rows; ≥ 1.
  public let rowsPerTick: Int

  /// Picks the distance of the ticks.
  ///
  /// - Parameters:
  ///   - highest: the highest value to show; not finite and below 0 count as 0.
  ///   - rows: the rows of the plot; at least 1.
  ///   - isIntegral: whether a tick between whole numbers makes no sense, as for counts.
  public init(upTo highest: Double, rows: Int, isIntegral: Bool = false) {
    let rows = max(1, rows)
    let highest = highest.isFinite && highest > 0 ? highest : 1
    self.rows = rows
    let choices = (1...rows).flatMap { rowsPerTick in
      Self.steps(atLeast: highest * Double(rowsPerTick) / Double(rows), isIntegral: isIntegral)
        .map { (rowsPerTick: rowsPerTick, step: $0.step, penalty: $0.penalty) }
    }
    let best = choices.min { left, right in
      func cost(_ choice: (rowsPerTick: Int, step: Double, penalty: Double)) -> Double {
        let top = choice.step * (Double(rows) / Double(choice.rowsPerTick))
        let distance = log2(Double(choice.rowsPerTick) / Self.wantedDistance(in: rows))
        // A tick on the top row says how high the chart goes.
        let isClosed = rows.isMultiple(of: choice.rowsPerTick)
        return top / highest - 1 + 0.12 * distance * distance + choice.penalty
          + (isClosed ? 0 : 0.08)
      }
      return cost(left) < cost(right)
    }
    step = best?.step ?? highest
    rowsPerTick = best?.rowsPerTick ?? rows
  }

  /// The value at the top of the plot, which is a tick where it is a whole number of steps.
  public var maximum: Double { step * (Double(rows) / Double(rowsPerTick)) }

  /// The values of the ticks, from 0; tick `i` is `i * rowsPerTick` rows above the baseline.
  public var ticks: [Double] { (0...rows / rowsPerTick).map { Double($0) * step } }

  /// How far up a value reaches, in eighths of a row; 0 only for what is not above 0.
  public func eighths(_ value: Double) -> Int {
    guard value > 0 else { return 0 }
    return max(1, Int((min(value / maximum, 1) * Double(rows * 8)).rounded()))
  }

  /// The quarter of a row, counted from the baseline, whose dot marks a value.
  ///
  /// It is the quarter that holds the highest eighth of a column of that value: a mark for a smaller value
  /// never stands above the column, a mark for a higher one never ends below its top.
  public func quarter(_ value: Double) -> Int { (max(1, eighths(value)) - 1) / 2 }

  /// The smallest round number of which so many reach a value.
  static func step(dividing highest: Double, into count: Int, isIntegral: Bool) -> Double {
    let highest = highest.isFinite && highest > 0 ? highest : 1
    let steps = steps(atLeast: highest / Double(max(1, count)), isIntegral: isIntegral)
    return steps.map(\.step).min() ?? highest
  }

  private static func wantedDistance(in rows: Int) -> Double {
    switch rows {
    case ...4: Double(max(1, rows)) / 2
    case ...9: 3
    case ...20: 4
    default: Double(rows) / 6
    }
  }

  /// Round numbers that are not smaller, with what each is less welcome than 1, 2 and 5.
  private static func steps(
    atLeast raw: Double,
    isIntegral: Bool
  ) -> [(step: Double, penalty: Double)] {
    guard raw.isNormal else { return [(1, 0)] }
    let power = pow(10, floor(log10(raw)))
    let factors: [(Double, Double)] = [
      (1, 0), (1.5, 0.12), (2, 0), (2.5, 0.06), (3, 0.06), (4, 0.06), (5, 0), (6, 0.1), (8, 0.1),
      (10, 0),
    ]
    return factors.compactMap { factor, penalty in
      let step = factor * power
      guard step >= raw * (1 - 1e-9), step.isFinite else { return nil }
      if isIntegral { return step >= 1 ? (step == step.rounded() ? (step, penalty) : nil) : (1, 0) }
      return (step, penalty)
    }
  }
}
