import Glibc

/// The steps of a shaded quantity: each is as many times the one before, so that a few large values don't
/// leave all others in the lowest step.
///
/// ```
/// 5 ░ 30 ▒ 100 ▓ 600 █ 2 426
/// ```
struct ShadeScale: Hashable, Sendable {
  /// The number of steps, above that of nothing.
  static let steps = 4

  /// The lowest value above 0; 0 where there is none.
  let lowest: Double
  /// The highest value.
  let highest: Double
  /// Where one step ends and the next begins, rising; fewer where the values are close together.
  let bounds: [Double]

  /// Chooses round bounds for some values.
  ///
  /// - Parameters:
  ///   - values: what is shaded; 0 and less is nothing.
  ///   - isIntegral: whether a bound between whole numbers makes no sense, as for counts.
  init(_ values: [Double], isIntegral: Bool) {
    let sorted = values.filter { $0.isFinite && $0 > 0 }.sorted()
    let (lowest, highest) = (sorted.first ?? 0, sorted.last ?? 0)
    // One value that is far below all others doesn't get steps of its own.
    let low = sorted.isEmpty ? 0 : sorted[sorted.count / 10]
    var bounds: [Double] = []
    if low > 0, highest > low {
      let edges = (0...Self.steps).map {
        low * pow(highest / low, Double($0) / Double(Self.steps))
      }
      for index in 1..<Self.steps {
        let distance = min(edges[index] - edges[index - 1], edges[index + 1] - edges[index])
        let unit = max(pow(10, floor(log10(distance))), isIntegral ? 1 : 0)
        let bound = (edges[index] / unit).rounded() * unit
        if bound > max(lowest, bounds.last ?? 0), bound <= highest { bounds.append(bound) }
      }
    }
    (self.lowest, self.highest, self.bounds) = (lowest, highest, bounds)
  }

  /// The step of a value: 0 for nothing, up to ``steps`` for the highest.
  func step(of value: Double?) -> Int {
    guard let value, value > 0 else { return 0 }
    return Self.steps - bounds.count + bounds.count { $0 <= value }
  }
}
