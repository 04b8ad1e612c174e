extension MetricValue: Comparable {
  /// Whether `lhs` is the smaller number; whole numbers are compared exactly.
  public static func < (lhs: MetricValue, rhs: MetricValue) -> Bool {
    switch (lhs, rhs) {
    case (.integer(let lhs), .integer(let rhs)): lhs < rhs
    default: lhs.double < rhs.double
    }
  }
}
