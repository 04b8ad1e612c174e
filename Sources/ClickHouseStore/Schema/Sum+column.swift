import PlaybackFacts
import QueryCore

extension Sum {
  /// The column of `hourly` that has it.
  var column: SQL {
    switch self {
    case .impressions: "impressions"
    case .plays: "plays"
    case .starts: "starts"
    case .ends: "ends"
    case .views3: "views3"
    case .views5: "views5"
    case .views10: "views10"
    case .views30: "views30"
    case .errors: "errors"
    case .watchedMilliseconds: "watched"
    case .stalledMilliseconds: "stalled"
    case .impressionMilliseconds: "impression_time"
    case .timedImpressions: "timed_impressions"
    }
  }

  /// The kind of facts that it adds up.
  var kind: FactKind {
    switch self {
    case .impressions, .impressionMilliseconds, .timedImpressions: .impression
    case .plays: .play
    case .starts: .start
    case .ends: .end
    case .views3, .views5, .views10, .views30: .view
    case .errors: .error
    case .watchedMilliseconds: .watch
    case .stalledMilliseconds: .stall
    }
  }

  /// How a fact of ``kind`` contributes.
  private enum Contribution {
    /// By one; only facts with this value, where there is one.
    case one(of: Int64?)
    /// By one, where its value is known.
    case oneIfKnown
    /// By its value, where it is known.
    case value
  }

  private var contribution: Contribution {
    switch self {
    case .impressions, .plays, .starts, .ends, .errors: .one(of: nil)
    case .views3: .one(of: ViewDuration.threeSeconds.seconds)
    case .views5: .one(of: ViewDuration.fiveSeconds.seconds)
    case .views10: .one(of: ViewDuration.tenSeconds.seconds)
    case .views30: .one(of: ViewDuration.thirtySeconds.seconds)
    case .timedImpressions: .oneIfKnown
    case .watchedMilliseconds, .stalledMilliseconds, .impressionMilliseconds: .value
    }
  }

  /// The sum over some rows of `facts`.
  var overFacts: SQL {
    let kind = kind.rawValue
    return switch contribution {
    case .one(nil): "countIf(kind = \(kind))"
    case .one(let value?): "countIf(kind = \(kind) AND value = \(value))"
    case .oneIfKnown: "countIf(kind = \(kind) AND value != \(FactBlock.noValue))"
    case .value: "sumIf(toInt64(value), kind = \(kind) AND value != \(FactBlock.noValue))"
    }
  }

  /// The sum over the facts of one group of a block.
  var overGroup: SQL {
    let kind = kind.rawValue
    return switch contribution {
    case .one(nil): "countEqual(kinds, \(kind))"
    case .one(let value?): "arrayCount((a, b) -> a = \(kind) AND b = \(value), kinds, values)"
    case .oneIfKnown:
      "arrayCount((a, b) -> a = \(kind) AND b != \(FactBlock.noValue), kinds, values)"
    case .value:
      """
      arraySum((a, b) -> if(a = \(kind) AND b != \(FactBlock.noValue), toInt64(b), toInt64(0)), \
      kinds, values)
      """
    }
  }
}
