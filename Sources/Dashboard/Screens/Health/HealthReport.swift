import AnalyticsSource
import TextAndBytes
import CellCanvas
import PlaybackFacts
import QueryCore

/// The state of collector, store, source and this program, as lines under headings.
struct HealthReport: View {
  /// How the last queries of the source went.
  struct Queries: Hashable, Sendable {
    var count = 0
    /// How long they took, in milliseconds; nil without any.
    var p50: Int64?
    var p95: Int64?
    var failures = 0
    /// Why the state of the data can't be read; nil where it can.
    var fault: String?
  }

  /// What the source says; nil until it said so.
  var health: SourceHealth?
  /// What this program takes from the machine; nil where that is not known.
  var process: ProcessUse?
  /// Why the source says nothing.
  var fault: String?
  var queries = Queries()
  let sourceName: String
  let retention: Retention
  let zone: Zone
  let now: Timestamp
  /// The line that is on top.
  var firstLine = 0
  var symbols = Symbols.blocks

  /// Lines under a heading.
  private struct Section {
    let title: String
    let lines: [(name: String, value: [TextRun])]
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    let columns = columns(in: rect.width)
    let height = columns.map(\.count).max() ?? 0
    let first = max(0, min(firstLine, height - rect.height))
    let areas = Layout(
      .columns,
      spacing: 2,
      Array(repeating: .flexible(), count: columns.count)
    ).split(rect.inset(left: FittingLine.gap))
    for (lines, area) in zip(columns, areas) {
      let shown = lines.dropFirst(first).prefix(rect.height)
      for (row, line) in shown.enumerated() { canvas.draw(line, in: area.row(row)) }
    }
    let hidden = height - first - rect.height
    guard hidden > 0, rect.height > 1 else { return }
    let arrow = symbols.down
    let more = TextLine("\(arrow) \(hidden) more line\(hidden == 1 ? "" : "s")", .accent)
    canvas.fill(rect.row(rect.height - 1))
    canvas.draw(more, in: rect.row(rect.height - 1).inset(left: FittingLine.gap))
  }

  /// How many rows all of it takes.
  func height(in width: Int) -> Int { columns(in: width).map(\.count).max() ?? 0 }

  /// The lines of each column; a section goes to the column that is shortest so far.
  private func columns(in width: Int) -> [[TextLine]] {
    var columns = [[TextLine]](repeating: [], count: width >= 150 ? 3 : width >= 72 ? 2 : 1)
    for section in sections {
      let shortest =
        columns.indices.min { (columns[$0].count, $0) < (columns[$1].count, $1) } ?? 0
      if !columns[shortest].isEmpty { columns[shortest].append(TextLine("")) }
      columns[shortest].append(TextLine(section.title, .title))
      columns[shortest] += section.lines.map {
        TextLine([TextRun($0.name, .dim)], right: $0.value)
      }
    }
    return columns
  }

  private var sections: [Section] { [collector, store, source, program] }

  private var collector: Section {
    guard let health else { return missing("Collector") }
    guard let ledger = health.ledger else {
      return Section(title: "Collector", lines: [("no collector is running", [])])
    }
    let refused = ledger.refusedPings.filter { $0.count > 0 }
    let refusedEvents = ledger.refusedEvents.filter { $0.count > 0 }
    let total = refused.reduce(ledger.acceptedPings) { $0 + $1.count }
    var lines: [(String, [TextRun])] = [
      ("counted since", [TextRun(ledger.since.map(moment) ?? NumberText.noData)]),
      ("pings accepted", count(ledger.acceptedPings, .title)),
    ]
    lines += refused.map { item in
      ("pings refused: \(item.name.scrubbed)", share(item.count, of: total))
    }
    if refused.isEmpty { lines.append(("pings refused", [TextRun("0", .good)])) }
    let events =
      ledger.acceptedEvents + ledger.duplicateEvents + ledger.lateEvents
      + refusedEvents.reduce(0) { $0 + $1.count }
    lines += [
      ("events accepted", count(ledger.acceptedEvents)),
      ("duplicate events", share(ledger.duplicateEvents, of: events, .dim)),
      ("late events", share(ledger.lateEvents, of: events, .dim)),
    ]
    lines += refusedEvents.map { item in
      ("events refused: \(item.name.scrubbed)", share(item.count, of: events))
    }
    lines += ledger.otherPlaybacks.filter { $0.count > 0 }.map { item in
      ("playbacks as (other) \(item.name.scrubbed)", count(item.count, .warn))
    }
    lines.append(("facts committed", count(ledger.facts)))
    lines += ledger.refusedReads.filter { $0.count > 0 }.map { item in
      ("reads refused: \(item.name.scrubbed)", count(item.count, .warn))
    }
    return Section(title: "Collector", lines: lines)
  }

  private var store: Section {
    guard let health else { return missing("Store") }
    guard let store = health.store else {
      return Section(title: "Store", lines: [("store statistics unavailable", [])])
    }
    let days = retention.milliseconds / Milliseconds.day
    /// What is known only once a day has ended.
    func known(_ isKnown: Bool, _ text: String) -> [TextRun] {
      isKnown ? [TextRun(text)] : [TextRun(NumberText.noData, .dim)]
    }
    let span = store.span.map { "\(day($0.from)) – \(day($0.to - 1))" }
    let doubt = store.clockDoubt.map { doubt in
      let days = Numbers.fixed(Double(abs(doubt.offset)) / Double(Milliseconds.day), 0)
      let direction = doubt.offset < 0 ? "behind" : "ahead"
      return ("clock", [TextRun("! \(days) d \(direction); expiry paused", .bad)])
    }
    return Section(
      title: "Store",
      lines: [doubt].compactMap { $0 } + [
        ("on disk", [TextRun(Numbers.bytes(store.bytes), .title)]),
        ("log", known(store.logBytes != nil, Numbers.bytes(store.logBytes ?? 0))),
        ("facts", count(store.facts)),
        (
          "bytes per fact",
          known(store.bytesPerFact > 0, Numbers.fixed(store.bytesPerFact, 2))
        ),
        ("covers", [TextRun(span ?? NumberText.noData)]),
        (
          "facts per day",
          known(store.dailyFacts > 0, NumberText.text(Double(store.dailyFacts), .count))
        ),
        ("growth per day", known(store.dailyBytes > 0, Numbers.bytes(store.dailyBytes))),
        (
          "size at \(days) day\(days == 1 ? "" : "s")",
          known(store.forecastBytes > 0, Numbers.bytes(store.forecastBytes))
        ),
      ]
    )
  }

  private var source: Section {
    func duration(_ milliseconds: Int64?) -> [TextRun] {
      guard let milliseconds else { return [TextRun(NumberText.noData, .dim)] }
      return [TextRun(NumberText.text(Double(milliseconds), .milliseconds))]
    }
    var lines: [(String, [TextRun])] = [
      ("name", [TextRun(sourceName)]),
      ("environment", [TextRun(retention.environment.rawValue)]),
      (
        "queries",
        [TextRun(queries.count == 0 ? "none yet" : "the last \(queries.count)", .dim)]
      ),
      ("p50", duration(queries.p50)),
      ("p95", duration(queries.p95)),
    ]
    if queries.failures > 0 {
      lines.append(("failures in a row", [TextRun("! \(queries.failures)", .bad)]))
    }
    if let reason = queries.fault ?? (health == nil ? nil : fault) {
      lines.append(("! \(reason.scrubbed)", []))
    }
    return Section(title: "Source", lines: lines)
  }

  private var program: Section {
    guard let process else {
      return Section(title: "This program", lines: [(NumberText.unknown, [])])
    }
    return Section(
      title: "This program",
      lines: [
        ("CPU (one core = 100 %)", [TextRun(NumberText.text(process.cpuShare, .ratio))]),
        ("memory", [TextRun(Numbers.bytes(process.memoryBytes))]),
      ]
    )
  }

  /// What is not known, with the reason where there is one.
  private func missing(_ title: String) -> Section {
    let reason = fault.map { " \($0)" } ?? ""
    return Section(title: title, lines: [(NumberText.unknown + reason, [])])
  }

  private func count(_ number: Int, _ style: Style = .text) -> [TextRun] {
    [TextRun(NumberText.text(Double(number), .count), style)]
  }

  /// A number with its share; refusals that are more than one in a hundred stand out.
  private func share(_ number: Int, of total: Int, _ quiet: Style? = nil) -> [TextRun] {
    let share = total > 0 ? Double(number) / Double(total) : 0
    let style = quiet ?? (share >= 0.01 ? .bad : .warn)
    let sign = quiet == nil && share >= 0.01 ? "! " : ""
    return [
      TextRun("\(sign)\(NumberText.text(Double(number), .count))", style),
      TextRun(" \(NumberText.text(share, .ratio))", .dim),
    ]
  }

  private func day(_ time: Timestamp) -> String {
    TimeText.day(
      zone.civil(time).date,
      seenIn: zone.civil(now).date.components.year
    )
  }

  private func moment(_ time: Timestamp) -> String {
    "\(day(time)) \(TimeText.clock(zone.civil(time)))"
  }
}

extension HealthReport {
  /// The report as the screen shows it, from a line on.
  init(firstLine: Int, _ context: ScreenContext) {
    let fetching = context.fetching
    self.init(
      health: context.observed.health,
      process: context.observed.process,
      fault: context.observed.fault,
      queries: Queries(
        count: fetching.durations.count,
        p50: fetching.quantile(0.5),
        p95: fetching.quantile(0.95),
        failures: fetching.failures,
        fault: fetching.dataFailure
      ),
      sourceName: context.source.name,
      retention: context.retention,
      zone: context.zone,
      now: context.now,
      firstLine: firstLine,
      symbols: context.symbols
    )
  }
}
