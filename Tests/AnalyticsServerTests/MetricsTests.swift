import HTTPTypes
import HummingbirdTesting
import PingCollector
import PlaybackFacts
import QueryCore
import Testing

@testable import AnalyticsServer

@Suite("Metrics")
struct MetricsTests {
  private struct Sink: FactSink {
    func commit(_ batch: FactBatch) async throws -> CommitOutcome {
      CommitOutcome(isKept: true, version: 1, changed: [])
    }

    func playbackStates(of playbacks: [PlaybackID]) async throws -> KeptStates {
      KeptStates(version: 1, states: [:])
    }

    func viewerKey(for day: CivilDate) async throws -> SipHash.Key { throw Missing() }
  }

  private struct Missing: Error {}

  private static let batch = FactBatch(id: 1, receivedAt: testTime, facts: [], states: [])

  @Test func `what is measured still knows which answers can differ`() async throws {
    let data = ServerMetrics(version: "1").timing(StubAnswering(unchangedSince: 5), of: .production)
    let query = Query(MetricCatalog.measures[0], in: nil)

    #expect(try await data.canDiffer(query, since: 4))
    #expect(try await !data.canDiffer(query, since: 5))
  }

  @Test func `pass the rules of promtool`() async throws {
    let metrics = ServerMetrics(version: "1.2 \"beta\"\\")
    let timed = metrics.timing(StubAnswering(), of: .production)
    _ = try await timed.answer([])
    _ = try await metrics.timing(Sink(), of: .sandbox).commit(Self.batch)
    let app = server(
      data: timed,
      source: StubSource(),
      collector: StubCollector(),
      sandboxCollector: StubCollector(),
      metrics: metrics
    )

    let answer = try await app.answer(.get, "/metrics")

    #expect(PrometheusRules(answer.text).faults == [])
    #expect(answer.headers[.contentType] == "text/plain; version=0.0.4; charset=utf-8")
    for name in [
      "playhead_pings_total", "playhead_commit_duration_seconds", "process_open_fds",
      "playhead_query_duration_seconds", "playhead_build_info", "process_cpu_seconds_total",
    ] {
      #expect(answer.text.contains("# HELP \(name) "))
      #expect(answer.text.contains("\n\(name)"))
    }
  }

  @Test(arguments: [
    ("# TYPE a gauge\na 1\n", "help"), ("# HELP a x\n# TYPE a counter\na 1\n", "_total"),
    ("# HELP a_ms x\n# TYPE a_ms gauge\na_ms 1\n", "'ms'"),
    ("# HELP a x\n# TYPE a gauge\na x\n", "no sample"),
    ("# HELP a x\n# TYPE a gauge\na 1\na 2\n", "twice"), ("a 1\n", "apart"),
    ("# HELP a x\n# TYPE a gauge\na{bC=\"1\"} 1\n", "snake"),
    ("# HELP a x\n# TYPE a gauge\na 1", "ends within"),
  ])
  func `the rules find what promtool finds`(text: String, fault: String) {
    #expect(PrometheusRules(text).faults.contains { $0.contains(fault) })
  }

  @Test func `commits and queries are counted by how long they took`() async throws {
    let metrics = ServerMetrics(version: "1")
    let (sink, data) = (
      metrics.timing(Sink(), of: .production), metrics.timing(StubAnswering(), of: .production)
    )
    for _ in 0..<3 { _ = try await sink.commit(Self.batch) }
    _ = try await data.answer([])

    let lines = try await server(metrics: metrics).answer(.get, "/metrics").text
      .split(separator: "\n")

    for (name, count) in [("commit", 3), ("query", 1)] {
      let start = "playhead_\(name)_duration_seconds"
      #expect(lines.contains("\(start)_count{environment=\"production\"} \(count)"))
      #expect(lines.contains("\(start)_bucket{environment=\"production\",le=\"+Inf\"} \(count)"))
      #expect(lines.contains { $0.hasPrefix("\(start)_sum{environment=\"production\"} ") })
    }
  }

  @Test func `only data that can't be read makes a query a failure`() async throws {
    let metrics = ServerMetrics(version: "1")
    let errors: [QueryError] = [
      .unavailable(reason: "No disk."), .invalidParameter(name: "from", detail: "No date."),
      .tooManyWaiting(retryAfterSeconds: 5),
    ]
    for error in errors {
      let data = metrics.timing(StubAnswering { _ throws(QueryError) in throw error }, of: .sandbox)
      let query = Query(MetricCatalog.measures[0], in: nil)
      await #expect(throws: error) { _ = try await data.answer([query]) }
    }

    var text = PrometheusText()
    metrics.write(to: &text, environments: ["sandbox"])

    #expect(text.text.contains("playhead_failed_queries_total{environment=\"sandbox\"} 1"))
  }

  @Test func `who may see one environment sees no numbers of the other`() {
    let metrics = ServerMetrics(version: "1")
    _ = metrics.timing(StubAnswering(), of: .sandbox)
    var text = PrometheusText()
    metrics.write(to: &text, environments: ["production"])

    #expect(!text.text.contains("sandbox"))
    #expect(text.text.contains("playhead_build_info{version=\"1\"} 1"))
  }

  @Test func `a histogram counts a value in each bucket that it fits into`() {
    var histogram = Histogram(bounds: [1, 2, 5])
    for value in [0.5, 1, 1.5, 7] { histogram.record(value) }

    #expect(histogram.cumulativeCounts == [2, 3, 3])
    #expect(histogram.count == 4)
    #expect(histogram.sum == 10)
  }
}
