import PlaybackFacts

/// The times that the rows of a file may have.
struct AcceptedTimes: Sendable {
  /// Facts before it are older than the retention.
  let edge: Timestamp
  /// Times outside of it are mistakes.
  let plausible: Timeframe

  init(since edge: Timestamp, now: Timestamp) {
    self.edge = edge
    plausible = .plausible(at: now)
  }

  /// Throws if a time is not accepted; `text` is what the row says.
  func check(_ time: Timestamp, _ text: () -> String) throws(RowFault) {
    guard plausible.contains(time) else {
      throw .implausibleTime(text(), accepted: plausible, likely: unit(of: time))
    }
    guard time >= edge else { throw .olderThan(edge) }
  }

  /// The unit in which a number that makes no sense in ms would make some.
  private func unit(of time: Timestamp) -> RowFault.TimeUnit? {
    RowFault.TimeUnit.allCases.first { unit in
      unit.milliseconds(time.milliseconds).map { plausible.contains($0) } ?? false
    }
  }
}

extension RowFault {
  /// A unit in which times are counted since 1970, by mistake.
  public enum TimeUnit: String, CaseIterable, Hashable, Sendable {
    case seconds, microseconds, nanoseconds

    /// The instant that a number of the unit stands for; nil where there is none.
    fileprivate func milliseconds(_ number: Int64) -> Timestamp? {
      switch self {
      case .seconds:
        let (milliseconds, overflow) = number.multipliedReportingOverflow(by: 1000)
        return overflow ? nil : Timestamp(milliseconds: milliseconds)
      case .microseconds: return Timestamp(milliseconds: number / 1000)
      case .nanoseconds: return Timestamp(milliseconds: number / 1_000_000)
      }
    }
  }
}
