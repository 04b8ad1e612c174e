import Glibc

/// Round numbers that divide an axis: steps of 1, 2 or 5 times a power of ten.
public struct NiceTicks: Hashable, Sendable {
  /// The ticks from the lowest to the highest; they enclose the range asked for.
  public let values: [Double]
  /// The distance between two ticks; > 0.
  public let step: Double

  /// Divides the range from `low` to `high`.
  ///
  /// - Parameters:
  ///   - low: lowest value to show; not finite counts as 0.
  ///   - high: highest value to show; not finite counts as 0.
  ///   - limit: most ticks wanted; at least 2 are made.
  ///   - integral: whether a step below 1 makes no sense, as for counts.
  public init(from low: Double, to high: Double, limit: Int, integral: Bool = false) {
    let low = low.isFinite ? low : 0
    var high = high.isFinite ? max(high, low) : low
    if high - low <= abs(high) * 1e-12 { high = low + max(1, abs(low)) }
    let limit = max(2, limit)

    var step = Self.step(atLeast: (high - low) / Double(limit - 1))
    if integral { step = max(1, step) }
    // Enclosing the range may take one tick more than dividing it.
    while step.isFinite, Self.count(from: low, to: high, step: step) > Double(limit), limit > 2 {
      step = Self.step(atLeast: step * 1.01)
    }
    let first = floor(low / step + 1e-9)
    let count = Int(min(Self.count(from: low, to: high, step: step), 1000))
    self.step = step
    values = (0..<count).map { (first + Double($0)) * step }
  }

  private static func count(from low: Double, to high: Double, step: Double) -> Double {
    max(2, ceil(high / step - 1e-9) - floor(low / step + 1e-9) + 1)
  }

  private static func step(atLeast raw: Double) -> Double {
    guard raw.isFinite, raw > 0 else { return 1 }
    let power = pow(10, floor(log10(raw)))
    let factor = [1, 2, 5].first { $0 * power >= raw * (1 - 1e-9) } ?? 10
    return factor * power
  }
}
