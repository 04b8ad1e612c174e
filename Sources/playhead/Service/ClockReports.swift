import AnalyticsSource
import QueryCore
import Synchronization

/// Reports once that the machine's clock is doubtful, and once that it is trusted again, for all stores of
/// the process: they go by the same clock.
final class ClockReports: Sendable {
  private let doubtful = Mutex<Set<String>>([])
  private let report: @Sendable (String) -> Void

  init(_ report: @escaping @Sendable (String) -> Void) {
    self.report = report
  }

  /// Takes what maintenance found for the store at a place; nil where its clock is trusted.
  func note(_ doubt: SourceHealth.ClockDoubt?, of place: String) {
    let text: String? = doubtful.withLock { doubtful in
      let wasTrusted = doubtful.isEmpty
      if doubt == nil { doubtful.remove(place) } else { doubtful.insert(place) }
      if wasTrusted { return doubt?.description }
      return doubtful.isEmpty
        ? "The clock of this machine is trusted again; facts expire as usual." : nil
    }
    if let text { report(text) }
  }
}
