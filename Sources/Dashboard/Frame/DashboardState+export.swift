import AnalyticsSource
import QueryCommandLine
import TextAndBytes
public import CellCanvas
import PlaybackFacts
import QueryCore

extension DashboardState {
  /// The text of something that is taken away.
  ///
  /// - Parameters:
  ///   - export: what is taken, and how it is written.
  ///   - size: columns and rows of the screen.
  ///   - depth: the colours of the screen.
  /// - Returns: the whole text.
  public func text(of export: ScreenExport, size: Size, depth: ColorDepth) -> String {
    if case .explanation = overlay, export == .copy {
      return (explainedRows ?? explainedNumber).commandLine(source.options ?? [])
    }
    return switch (export.subject, export.format) {
    case (_, .csv): panelTable.csv
    case (_, .json): export.subject == .panel ? panelTable.json : json
    case (_, .text): frame(size, .text)
    case (_, .ansi): frame(size, .ansi, depth: depth)
    case (_, .svg): frame(size, .svg, depth: depth)
    }
  }

  /// The name of the file that something is written to: `playhead-overview-20240513-140532.csv`.
  public func fileName(of export: ScreenExport) -> String {
    let time = zone.civil(now)
    let date = "\(time.date)".filter { $0 != "-" }
    let clock = [time.hour, time.minute, time.second].map(Numbers.padded).joined()
    let ending = export.format == .text ? "txt" : export.format.rawValue
    let subject = export.subject == .panel ? focus.rawValue : view.rawValue
    return "playhead-\(subject)-\(date)-\(clock).\(ending)"
  }

  /// The rows of the focused panel with all their digits.
  private var panelTable: ExportTable {
    switch focus {
    case .chart, .curves, .viewers: curveTable
    case .countries, .devices, .media, .breakdown, .countryMap, .watchingDevices,
      .watchingCountries:
      rankingTable
    case .items: itemTable
    case .facts: factTable
    case .health: healthTable
    }
  }

  private var curveTable: ExportTable {
    guard let snapshot else { return ExportTable([]) }
    let window = snapshot.request.window
    var columns = ["emittedAt"]
    var series: [[Double?]] = []
    for curve in snapshot.curves {
      let name = curve.value ?? curve.measure.seriesName ?? curve.measure.metric
      columns.append(name)
      series.append(curve.values)
      guard !curve.previous.isEmpty else { continue }
      columns.append("\(name) before")
      series.append(curve.previous)
    }
    var table = ExportTable(columns)
    for (index, edge) in window.edges.dropLast().enumerated() {
      let values = series.map { $0.indices.contains(index) ? $0[index] : nil }
      table.add([.text(atom(edge))] + values.map { .number($0) })
    }
    return table
  }

  /// An instant as the command line writes it in the zone of the screen.
  private func atom(_ time: Timestamp) -> String {
    time.atom(offsetSeconds: zone.offsetSeconds(at: time))
  }

  private var rankingTable: ExportTable {
    guard let ranking = ranking(of: focus) else { return ExportTable([]) }
    let measure = ranking.measure.seriesName ?? ranking.measure.metric
    var table = ExportTable([ranking.dimension.filterName, measure, "before"])
    for row in rows(of: focus) {
      table.add([.text(row.dimensionValue), .number(row.value), .number(row.previous)])
    }
    return table
  }

  private var itemTable: ExportTable {
    let measures = ScreenRequest.itemMeasures.map { $0.seriesName ?? $0.metric }
    var table = ExportTable(["mediaId", "title"] + measures + ["before"])
    for item in shownItems {
      table.add(
        [.text(item.mediaID), .text(media.title(of: item.mediaID) ?? "")]
          + item.values.map { .number($0) } + [.number(item.previous)]
      )
    }
    return table
  }

  private var factTable: ExportTable {
    var table = ExportTable([
      "time", "fact", "value", "mediaId", "country", "deviceType", "operatingSystem", "browser",
    ])
    for fact in shownFacts {
      let playback = fact.playback
      table.add([
        .text(atom(fact.time)), .text(fact.kind.name), .number(fact.value.map(Double.init)),
        .text(playback.mediaID), .text(playback.country), .text(playback.deviceType),
        .text(playback.operatingSystem), .text(playback.browser),
      ])
    }
    return table
  }

  private var healthTable: ExportTable {
    var table = ExportTable(["what", "value"])
    func add(_ name: String, _ value: Double?) { table.add([.text(name), .number(value)]) }
    if let ledger = observed.health?.ledger {
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
    if let store = observed.health?.store {
      add("store bytes", Double(store.bytes))
      add("store log bytes", store.logBytes.map(Double.init))
      add("store facts", Double(store.facts))
      // What no day that ended can tell is not known.
      func known(_ value: Double) -> Double? { value > 0 ? value : nil }
      add("store bytes per sealed fact", known(store.bytesPerFact))
      add("store facts a day", known(Double(store.dailyFacts)))
      add("store bytes a day", known(Double(store.dailyBytes)))
      add("store bytes forecast", known(Double(store.forecastBytes)))
    }
    add("answers", Double(fetching.durations.count))
    add("answer milliseconds, half", fetching.quantile(0.5).map(Double.init))
    add("answer milliseconds, 19 of 20", fetching.quantile(0.95).map(Double.init))
    add("processor share of a core", observed.process?.cpuShare)
    add("memory bytes", observed.process.map { Double($0.memoryBytes) })
    return table
  }
}

/// Rows of texts and numbers, to be written as CSV or JSON.
struct ExportTable {
  enum Field {
    case text(String)
    case number(Double?)
  }

  private let columns: [String]
  private var rows: [[Field]] = []

  init(_ columns: [String]) {
    self.columns = columns
  }

  mutating func add(_ row: [Field]) { rows.append(row) }

  /// With a header; lines end as RFC 4180 has it, texts are quoted where they must be.
  var csv: String {
    let lines = [columns] + rows.map { $0.map(Self.csv) }
    return lines.map { csvRow($0) + "\r\n" }.joined()
  }

  /// An array of objects.
  var json: String {
    let objects = rows.map { row in
      JSONText.object(zip(columns, row).map { ($0, Self.json($1)) })
    }
    return JSONText.array(objects).description + "\n"
  }

  private static func csv(_ field: Field) -> String {
    switch field {
    case .text(let text): FormulaGuard.adding(to: text)
    case .number(let value): value.map { "\(JSONText.number($0))" } ?? ""
    }
  }

  private static func json(_ field: Field) -> JSONText {
    switch field {
    case .text(let text): .text(text)
    case .number(let value): .number(value)
    }
  }
}
