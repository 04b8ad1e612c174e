import AnalyticsSource
import PingCollector
import PlaybackFacts
import QueryCore

// What collectors have counted, and what their stores hold.
extension PrometheusText {
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
      help: "Pings that came, by what became of them.",
      environment
    )
    let events = counts.events
    add(
      [
        ("accepted", events.accepted), ("duplicate", events.duplicates), ("late", events.late),
      ] + EventRefusal.allCases.map { ($0.rawValue, events.refused[$0] ?? 0) },
      to: "playhead_events_total",
      help: "Events of accepted pings, by what became of them.",
      environment
    )
    add(
      OpenValue.dimensions.map { ($0.breakdownName, counts.otherPlaybacks[$0] ?? 0) },
      to: "playhead_other_playbacks_total",
      label: "dimension",
      help:
        "Playbacks whose media id or referrer is beyond the limit of a day and counts as (other).",
      environment
    )
    add(
      [("too-many-requests", refusals.reads), ("too-many-waiting", refusals.waitingReads)],
      to: "playhead_refused_reads_total",
      help: "Queries and other reads that were refused, by reason.",
      environment
    )
    add(
      [("committed", counts.facts)],
      to: "playhead_facts_total",
      help: "Facts that are on disk.",
      environment
    )
    add(
      [("succeeded", counts.commits), ("failed", counts.failedCommits)],
      to: "playhead_commits_total",
      help: "Attempts to commit a group of pings, by outcome.",
      environment
    )
  }

  /// Adds what the store of an environment holds.
  mutating func add(_ store: SourceHealth.Store, of environment: StoreEnvironment) {
    let labels = [(name: "environment", value: environment.rawValue)]
    add(
      store.bytes,
      to: "playhead_store_size_bytes",
      .gauge,
      help: "Size of the store's file and its log.",
      labels: labels
    )
    if let log = store.logBytes {
      add(
        log,
        to: "playhead_store_log_size_bytes",
        .gauge,
        help: "Size of the store's log, which grows while readers hold it.",
        labels: labels
      )
    }
    add(
      store.facts,
      to: "playhead_store_facts",
      .gauge,
      help: "Facts that the store retains.",
      labels: labels
    )
    add(
      store.clockDoubt == nil ? 0 : 1,
      to: "playhead_store_clock_doubtful",
      .gauge,
      help: "1 while the machine's clock is not trusted and nothing expires, otherwise 0.",
      labels: labels
    )
  }

  /// Adds how many requests showed a key or token that was not valid, which belong to no environment.
  mutating func add(refusedCredentials count: Int) {
    add(
      count,
      to: "playhead_refused_credentials_total",
      .counter,
      help: "Requests with a key or token that was not valid."
    )
  }

  private mutating func add(
    _ counts: [(value: String, count: Int)],
    to name: String,
    label: String = "outcome",
    help: String,
    _ environment: StoreEnvironment
  ) {
    for (value, count) in counts {
      add(
        count,
        to: name,
        .counter,
        help: help,
        labels: [("environment", environment.rawValue), (label, value)]
      )
    }
  }
}
