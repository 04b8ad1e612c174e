import AnalyticsSource
import CellCanvas
import PlaybackFacts
import QueryCore
import TextAndBytes

/// How a source fares, in one line: a word for it first, the reason where it is not well, and the numbers that say
/// most.
///
/// ```
/// ● OK collecting · 118 pings/s · 0 refused · p95 3 ms · disk 83 MB, +5 MB/day
/// ! DEGRADED 3.2 % of pings refused: not-json · 118 pings/s · …
/// ```
struct HealthVerdict: View {
  enum State: Hashable, Sendable {
    case collecting
    case degraded(String)
    case down(String)
    case unknown(String)
  }

  let state: State
  /// The numbers, the most important first.
  var numbers: [String] = []
  var symbols = Symbols.blocks

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let separator = TextRun(symbols.family == .ascii ? " - " : " · ", .dim)
    let separated = numbers.map { [separator, TextRun($0)] }
    let variants = (0...numbers.count).reversed().map { first + separated.prefix($0).joined() }
    canvas.draw(FittingLine([FittingLine.Segment(0, variants)]), in: rect.row(0))
  }

  private var first: [TextRun] {
    func segment(_ sign: String, _ word: String, _ reason: String, _ style: Style) -> [TextRun] {
      [TextRun("\(sign) \(word)", style.adding(.bold)), TextRun(" \(reason.scrubbed)", style)]
    }
    switch state {
    case .collecting: return segment("\(symbols.dot)", "OK", "collecting", .good)
    case .degraded(let reason): return segment("!", "DEGRADED", reason, .warn)
    case .down(let reason): return segment("!", "DOWN", reason, .bad)
    case .unknown(let reason): return segment(NumberText.unknown, "UNKNOWN", reason, .warn)
    }
  }
}

extension HealthVerdict {
  /// More than one ping in so many that is refused is too many.
  static let refusedShare = 0.01
  /// A source that takes so long for one in twenty queries is slow.
  private static let slowQuery: Int64 = 1000

  /// Judges what a report says.
  init(_ report: HealthReport) {
    self.init(
      state: Self.state(of: report),
      numbers: Self.numbers(of: report),
      symbols: report.symbols
    )
  }

  static func state(of report: HealthReport) -> State {
    guard let health = report.health else { return .unknown(report.fault ?? "not read yet") }
    if let fault = report.fault { return .unknown(fault) }
    if let idleSince = report.idleSince { return .down("no collector since \(idleSince)") }
    guard health.ledger != nil else { return .down("no collector is running") }
    if let doubt = health.store?.clockDoubt {
      let days = Numbers.fixed(Double(abs(doubt.offset)) / Double(Milliseconds.day), 0)
      return .degraded("clock \(days) d \(doubt.offset < 0 ? "behind" : "ahead"); expiry paused")
    }
    if let fault = health.store.flatMap(diskFault) { return .degraded(fault) }
    if let fault = report.queries.fault { return .degraded("queries fail: \(fault)") }
    if report.queries.failures > 0 { return .degraded("queries fail") }
    if let refused = refusals(report) { return .degraded(refused) }
    if let p95 = report.queries.p95, p95 >= slowQuery { return .degraded("queries are slow") }
    return .collecting
  }

  /// A disk that will be full within so many days is a matter of today.
  private static let shortDays = 7

  /// That the disk is full, or will be soon; nil where it has room or that is not known.
  static func diskFault(_ store: SourceHealth.Store) -> String? {
    guard let free = store.freeDiskBytes else { return nil }
    if free < SourceHealth.leastFreeDiskBytes { return "disk has \(Numbers.bytes(free)) left" }
    guard case .full(let days) = store.diskForecast, days < shortDays else { return nil }
    return days < 1 ? "disk full within a day" : "disk full in \(days) d"
  }

  /// That too many pings were refused in the last minutes; nil where they were not.
  private static func refusals(_ report: HealthReport) -> String? {
    let history = report.history
    guard let accepted = history.growth({ $0.ledger?.acceptedPings }),
      let refused = history.growth({ $0.ledger?.refusedPingCount }), refused > 0
    else { return nil }
    let share = Double(refused) / Double(accepted + refused)
    guard share >= refusedShare else { return nil }
    let reasons = report.health?.ledger?.refusedPings ?? []
    let growths = reasons.map { reason in
      history.growth { health in
        health.ledger?.refusedPings.first { $0.name == reason.name }?.count ?? 0
      } ?? 0
    }
    let worst = zip(reasons, growths).max { $0.1 < $1.1 }?.0.name
    let text = "\(NumberText.text(share, .ratio)) of pings refused"
    return worst.map { "\(text): \($0)" } ?? text
  }

  private static func numbers(of report: HealthReport) -> [String] {
    var numbers: [String] = []
    if let ledger = report.health?.ledger {
      if let rate = report.history.currentRate({ $0.ledger?.acceptedPings }) {
        numbers.append("\(HealthReport.rate(rate)) pings/s")
      } else {
        numbers.append("\(NumberText.text(Double(ledger.acceptedPings), .count)) pings")
      }
      let refused =
        report.history.growth { $0.ledger?.refusedPingCount } ?? ledger.refusedPingCount
      numbers.append("\(NumberText.text(Double(refused), .count)) refused")
    }
    if let p95 = report.queries.p95 {
      numbers.append("p95 \(NumberText.text(Double(p95), .milliseconds))")
    }
    if let store = report.health?.store {
      let growth = store.dailyBytes > 0 ? ", +\(Numbers.bytes(store.dailyBytes))/day" : ""
      numbers.append("disk \(Numbers.bytes(store.bytes))\(growth)")
    }
    return numbers
  }
}

extension SourceHealth.Ledger {
  /// Pings that were refused, for whatever reason.
  var refusedPingCount: Int { refusedPings.reduce(0) { $0 + $1.count } }
}
