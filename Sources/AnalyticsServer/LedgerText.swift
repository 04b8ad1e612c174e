import PingCollector
import PlaybackFacts
import QueryCore

/// What collectors have counted, in the text format of Prometheus.
///
/// ```
/// # TYPE playhead_pings_total counter
/// playhead_pings_total{environment="production",outcome="accepted"} 1204
/// ```
struct LedgerText {
  private var linesByName: [String: [String]] = [:]

  /// The text, ordered by what is counted.
  var text: String {
    linesByName.sorted { $0.key < $1.key }
      .map { "# TYPE \($0) counter\n" + $1.joined() }
      .joined()
  }

  /// Adds what the collector of an environment counted, and what never came to it.
  mutating func add(
    _ counts: CollectorCounts,
    _ refusals: LimitCounts,
    of environment: StoreEnvironment
  ) {
    add(
      [
        ("accepted", counts.acceptedPings), ("rejected", counts.rejectedPings),
        ("not-kept", counts.unkeptPings), ("too-many-requests", refusals.pings),
      ] + PingRefusal.Reason.allCases.map { ($0.rawValue, counts.refusedPings[$0] ?? 0) },
      to: "playhead_pings_total",
      environment
    )
    let events = counts.events
    add(
      [
        ("accepted", events.accepted), ("duplicate", events.duplicates), ("late", events.late),
      ] + EventRefusal.allCases.map { ($0.rawValue, events.refused[$0] ?? 0) },
      to: "playhead_events_total",
      environment
    )
    add(
      OpenValue.dimensions.map { ($0.breakdownName, counts.otherPlaybacks[$0] ?? 0) },
      to: "playhead_other_playbacks_total",
      label: "dimension",
      environment
    )
    add([("too-many-requests", refusals.reads)], to: "playhead_refused_reads_total", environment)
    add([("committed", counts.facts)], to: "playhead_facts_total", environment)
    add(
      [("succeeded", counts.commits), ("failed", counts.failedCommits)],
      to: "playhead_commits_total",
      environment
    )
  }

  /// Adds how many requests showed a key or token that was not valid, which belong to no environment.
  mutating func add(refusedCredentials count: Int) {
    linesByName["playhead_refused_credentials_total", default: []]
      .append("playhead_refused_credentials_total \(count)\n")
  }

  private mutating func add(
    _ counts: [(value: String, count: Int)],
    to name: String,
    label: String = "outcome",
    _ environment: StoreEnvironment
  ) {
    for (value, count) in counts {
      let labels = "environment=\"\(environment.rawValue)\",\(label)=\"\(value)\""
      linesByName[name, default: []].append("\(name){\(labels)} \(count)\n")
    }
  }
}
