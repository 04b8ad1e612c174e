import AnalyticsSource
import CellCanvas
import QueryCore

/// The state of collector, store, source and this program.
struct HealthScreen: Screen {
  static let meaning = "collector, store and this program"
  static let traits = ScreenTraits(time: .none, comparesPeriods: false, observes: .health)
  static let panels: [ScreenPanel] = [.health]

  /// The line of the report that is on top.
  private var firstLine = 0

  func questions(_ selection: Selection) -> Questions { Questions() }

  func view(of panel: ScreenPanel, _ context: ScreenContext) -> any View {
    HealthReport(firstLine: firstLine, context)
  }

  mutating func scroll(by lines: Int, in size: Size, _ context: ScreenContext) {
    let last = HealthReport(firstLine: 0, context).height(in: size.width) - size.height
    firstLine = max(0, min(firstLine + lines, last))
  }

  func table(of panel: ScreenPanel, _ context: ScreenContext) -> ExportTable {
    var table = ExportTable(["what", "value"])
    func add(_ name: String, _ value: Double?) { table.add([.text(name), .number(value)]) }
    if let ledger = context.observed.health?.ledger {
      add("pings accepted", Double(ledger.acceptedPings))
      for item in ledger.refusedPings { add("pings refused: \(item.name)", Double(item.count)) }
      add("events accepted", Double(ledger.acceptedEvents))
      add("events duplicate", Double(ledger.duplicateEvents))
      add("events late", Double(ledger.lateEvents))
      for item in ledger.refusedEvents { add("events refused: \(item.name)", Double(item.count)) }
      for item in ledger.refusedReads { add("reads refused: \(item.name)", Double(item.count)) }
      for item in ledger.otherPlaybacks {
        add("playbacks as (other) \(item.name)", Double(item.count))
      }
      add("facts committed", Double(ledger.facts))
    }
    if let store = context.observed.health?.store {
      add("store bytes", Double(store.bytes))
      add("store log bytes", store.logBytes.map(Double.init))
      add("store facts", Double(store.facts))
      // What needs a day that ended is not known before.
      func known(_ value: Double) -> Double? { value > 0 ? value : nil }
      add("store bytes per sealed fact", known(store.bytesPerFact))
      add("store facts a day", known(Double(store.dailyFacts)))
      add("store bytes a day", known(Double(store.dailyBytes)))
      add("store bytes forecast", known(Double(store.forecastBytes)))
      add("disk bytes free", store.freeDiskBytes.map(Double.init))
    }
    let fetching = context.fetching
    add("queries", Double(fetching.durations.count))
    add("query milliseconds, p50", fetching.quantile(0.5).map(Double.init))
    add("query milliseconds, p95", fetching.quantile(0.95).map(Double.init))
    let process = context.observed.process
    add("CPU share of a core", process?.cpuShare)
    add("memory bytes", process.map { Double($0.memoryBytes) })
    return table
  }
}

extension ScreenPanel {
  static let health = ScreenPanel("health", .scrolled)
}
