import PlaybackFacts

/// The sums that a measure is made of, as measures that can be asked for by dimension.
struct MoverParts {
  /// What is counted.
  let numerator: Measure
  /// What it is divided by, added up; empty for a sum.
  let divisors: [Measure]
  /// What is counted as one thing: the sample size.
  let sample: Measure
  /// Whether the numerator is the average, because nothing has the sum by dimension.
  let isAverage: Bool
  /// Whether the divisor is never less than the numerator.
  let isAtMostOne: Bool

  /// Nil for a measure whose change can't be split.
  init?(_ measure: Measure) {
    guard measure.reach == .everywhere else { return nil }
    switch measure.computation {
    case .views: self.init(measure, [], measure)
    case .peakConcurrency, .averageConcurrency, .percentile: return nil
    case .sums(let formula):
      let divisors = formula.divisors.compactMap(Self.measure)
      if formula.divisors.isEmpty {
        // A time is that of playbacks which started.
        guard let sample = measure.unit == .count ? measure : Self.measure(of: .starts) else {
          return nil
        }
        self.init(measure, [], sample)
      } else if divisors.count == formula.divisors.count,
        let numerator = Self.measure(of: formula.numerator)
      {
        let counts = divisors.first { $0.unit == .count }
        guard let sample = counts ?? Self.measure(of: .starts) else { return nil }
        self.init(numerator, divisors, sample, isAtMostOne: formula.isAtMostOne)
      } else {
        guard measure.unit == .milliseconds, let impressions = Self.measure(of: .impressions) else {
          return nil
        }
        self.init(measure, [impressions], impressions, isAverage: true)
      }
    }
  }

  private init(
    _ numerator: Measure,
    _ divisors: [Measure],
    _ sample: Measure,
    isAverage: Bool = false,
    isAtMostOne: Bool = false
  ) {
    self.numerator = numerator
    self.divisors = divisors
    self.sample = sample
    self.isAverage = isAverage
    self.isAtMostOne = isAtMostOne
  }

  /// All of them, each once.
  var measures: [Measure] {
    var measures: [Measure] = []
    for measure in [numerator] + divisors + [sample] where !measures.contains(measure) {
      measures.append(measure)
    }
    return measures
  }

  /// What some playbacks add up to, given the values of ``measures``.
  func amount(_ values: [Double]) -> Amount {
    func value(_ measure: Measure) -> Double {
      measures.firstIndex(of: measure).map { values[$0] } ?? 0
    }
    let divisor = divisors.isEmpty ? nil : divisors.reduce(0) { $0 + value($1) }
    let numerator = isAverage ? value(self.numerator) * (divisor ?? 1) : value(self.numerator)
    let whole = isAtMostOne ? divisor.map { max($0, numerator) } : divisor
    return Amount(
      numerator: numerator,
      divisor: whole,
      countedDivisor: divisor,
      sampleSize: isAtMostOne ? max(value(sample), numerator) : value(sample)
    )
  }

  /// The measure that yields a sum by dimension.
  private static func measure(of sum: Sum) -> Measure? {
    MetricCatalog.bucketMeasures.first { measure in
      guard measure.reach == .everywhere, case .sums(let formula) = measure.computation else {
        return false
      }
      return formula.numerator == sum && formula.divisors.isEmpty
    }
  }

  /// What some playbacks add up to in a timeframe.
  struct Amount {
    var numerator = 0.0
    /// What the numerator is divided by; nil for a sum.
    var divisor: Double?
    /// The divisors added up, which may be less than what the numerator is divided by; nil for a sum.
    var countedDivisor: Double?
    var sampleSize = 0.0

    /// The number of the measure; a ratio whose divisor is 0 is 0.
    var value: Double {
      guard let divisor else { return numerator }
      return divisor == 0 ? 0 : numerator / divisor
    }

    var side: Movers.Side { Movers.Side(value: value, sampleSize: sampleSize) }
  }
}

/// What some playbacks add up to in both timeframes.
struct MoverAmounts {
  var now: MoverParts.Amount
  var before: MoverParts.Amount

  /// By how much these playbacks change the number of all.
  func contribution(to all: MoverAmounts) -> Double {
    part(now, of: all.now, all) - part(before, of: all.before, all)
  }

  private func part(
    _ amount: MoverParts.Amount,
    of whole: MoverParts.Amount,
    _ all: MoverAmounts
  ) -> Double {
    guard let countedDivisor = amount.countedDivisor, let wholeDivisor = whole.divisor else {
      return amount.numerator
    }
    guard wholeDivisor != 0 else { return 0 }
    // Parts add up to the whole: all count what its divisor counts.
    let isCounted = wholeDivisor == whole.countedDivisor
    let divisor = isCounted ? countedDivisor : amount.numerator
    return (amount.numerator - divisor * all.before.value) / wholeDivisor
  }

  /// Which part of all playbacks these are, in the timeframe in which they are more.
  func weight(in all: MoverAmounts) -> Double {
    func part(_ amount: Double, _ whole: Double) -> Double { whole == 0 ? 0 : amount / whole }
    return max(
      part(now.divisor ?? now.numerator, all.now.divisor ?? all.now.numerator),
      part(before.divisor ?? before.numerator, all.before.divisor ?? all.before.numerator)
    )
  }

  /// What chance alone makes of the contribution, one standard error.
  func standardError(in all: MoverAmounts, isShare: Bool) -> Double {
    guard now.divisor != nil else {
      // As if each thing of the sample was the mean of them, or was not.
      let larger = max(now.sampleSize, before.sampleSize)
      let most = max(abs(now.numerator), abs(before.numerator))
      return larger == 0 ? 0 : most / larger.squareRoot()
    }
    let size = now.sampleSize + before.sampleSize
    guard size > 0 else { return 0 }
    let mean =
      (now.numerator + before.numerator) / max(1, (now.divisor ?? 0) + (before.divisor ?? 0))
    // One of two outcomes; else a time, which differs about as much as it is long.
    let variance = isShare ? max(mean * (1 - min(1, mean)), 1 / size) : mean * mean
    func part(_ amount: MoverParts.Amount, _ whole: MoverParts.Amount) -> Double {
      whole.sampleSize == 0 ? 0 : amount.sampleSize / (whole.sampleSize * whole.sampleSize)
    }
    return (variance * (part(now, all.now) + part(before, all.before))).squareRoot()
  }
}
