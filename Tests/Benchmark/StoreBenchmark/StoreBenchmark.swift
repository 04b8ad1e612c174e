import Dashboard
import FactStore
import Foundation
import PlaybackFacts
import QueryCore
import Themes

/// Times questions inside one process: `store-benchmark STORE < questions`; or counts what a dashboard finds
/// in the cache over a day: `store-benchmark --day STORE [REFRESH-SECONDS [HOURS]]`.
///
/// A question is a line as over HTTP: `buckets play country from=… to=… filterBy[browser][]=chrome`.
/// The store is written to; work on a copy. One JSON object comes out, times in milliseconds.
@main struct StoreBenchmark {
  let path: String
  let now = StoreOptions.systemClock()

  static func main() async throws {
    let arguments = CommandLine.arguments.dropFirst()
    if arguments.first == "--day", arguments.count >= 2 {
      let numbers = arguments.dropFirst(2).map { Int64($0) ?? 1 }
      return try printed(
        try await DashboardDay(
          path: Array(arguments)[1],
          refreshSeconds: max(1, numbers.first ?? 1),
          hours: numbers.count > 1 ? numbers[1] : 24
        ).report()
      )
    }
    var lines: [String] = []
    if CommandLine.arguments.count == 2 { while let line = readLine() { lines.append(line) } }
    guard !lines.isEmpty else {
      print("usage: store-benchmark STORE < questions")
      print("       store-benchmark --day STORE [REFRESH-SECONDS [HOURS]]")
      exit(64)
    }
    try printed(try await StoreBenchmark(path: CommandLine.arguments[1]).report(on: lines))
  }

  private static func printed(_ report: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    print(String(decoding: try encoder.encode(report), as: UTF8.self))
  }

  private func report(on lines: [String]) async throws -> Report {
    let queries = try lines.map(query)
    let cold = try await cold(queries)
    let store = try FactStore.open(at: path)
    let engine = QueryEngine(backend: store)
    var warm: [Double] = []
    for query in queries {
      _ = try await engine.answer([query])
      warm.append(try await median(of: 51) { _ = try await engine.answer([query]) })
    }
    var renewed: [Double] = []
    for query in queries {
      renewed.append(
        try await median(of: 15) {
          try await store.commit(second)
        } _: {
          _ = try await engine.answer([query])
        }
      )
    }
    let screen = try await refresh(engine, store)
    try store.close()
    return Report(
      open: cold.open,
      cold: cold.answers,
      warm: warm,
      renewed: renewed,
      screenQuestions: screen.questions,
      screenMilliseconds: screen.milliseconds,
      screenCPUMilliseconds: screen.cpuMilliseconds,
      peakResidentBytes: peakResidentBytes()
    )
  }

  /// Each time a store that was just opened, and a question that nobody asked it before.
  private func cold(_ queries: [Query]) async throws -> (open: Double, answers: [Double]) {
    var openings: [Double] = []
    var answers: [Double] = []
    for query in queries {
      var times: [Double] = []
      for _ in 0..<7 {
        let clock = ContinuousClock()
        let start = clock.now
        let store = try FactStore.open(at: path, options: StoreOptions(isReadOnly: true))
        _ = try await store.dataState()
        openings.append((clock.now - start).milliseconds)
        let asked = clock.now
        _ = try await QueryEngine(backend: store).answer([query])
        times.append((clock.now - asked).milliseconds)
        try store.close()
      }
      answers.append(times.median)
    }
    return (openings.median, answers)
  }

  /// All panels of the overview, again after each second of new facts.
  private func refresh(
    _ engine: QueryEngine,
    _ store: FactStore
  ) async throws -> (questions: Int, milliseconds: Double, cpuMilliseconds: Double) {
    let state = DashboardState(
      sources: [.init(name: "local")],
      zone: .utc,
      now: now,
      themes: [try ThemeLibrary().theme(named: "dark")]
    )
    let queries = state.request.queries
    _ = try await engine.answer(queries)
    var cpu: [Double] = []
    let time = try await median(of: 31) {
      try await store.commit(second)
    } _: {
      let before = cpuMilliseconds()
      _ = try await engine.answer(queries)
      cpu.append(cpuMilliseconds() - before)
    }
    return (queries.count, time, cpu.median)
  }

  private func query(_ line: String) throws -> Query {
    let words = line.split(separator: " ").map(String.init)
    let parts = Array(words.prefix { !$0.contains("=") })
    let endpoint: QueryRequest.Endpoint =
      switch parts.first {
      case "metrics": .metrics(metric: parts[1], aggregation: parts[2])
      case "buckets": .buckets(metric: parts[1], breakdown: parts[2])
      default: .timeseries(metric: parts[1])
      }
    let parameters = words.dropFirst(parts.count).map { word in
      let place = word.firstIndex(of: "=") ?? word.endIndex
      return QueryRequest.Parameter(String(word[..<place]), String(word[place...].dropFirst()))
    }
    return try QueryParser().parse(QueryRequest(endpoint, parameters), now: now)
  }

  private var second: FactBatch { .second(at: StoreOptions.systemClock()) }
}

/// Times in milliseconds; lists have a figure for each question.
private struct Report: Encodable {
  let open: Double
  let cold: [Double]
  let warm: [Double]
  let renewed: [Double]
  let screenQuestions: Int
  let screenMilliseconds: Double
  let screenCPUMilliseconds: Double
  let peakResidentBytes: Int
}

private func median(
  of count: Int,
  before prepare: () async throws -> Void = {},
  _ body: () async throws -> Void
) async rethrows -> Double {
  let clock = ContinuousClock()
  var times: [Double] = []
  for _ in 0..<count {
    try await prepare()
    let start = clock.now
    try await body()
    times.append((clock.now - start).milliseconds)
  }
  return times.median
}

func cpuMilliseconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1e6
}

/// Of this program only; what `getrusage` says includes who started it.
private func peakResidentBytes() -> Int {
  let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
  let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  return (line?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024
}

extension [Double] {
  fileprivate var median: Double { sorted()[count / 2] }
}

extension Duration {
  fileprivate var milliseconds: Double { self / .milliseconds(1) }
}
