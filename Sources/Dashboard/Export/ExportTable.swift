import AnalyticsSource
import PlaybackFacts
import QueryCore
import TextAndBytes

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

extension ExportTable {
  /// The curves of a chart: an interval a row.
  init(curvesOf snapshot: Snapshot?, zone: Zone) {
    guard let snapshot else {
      self.init([])
      return
    }
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
    self.init(columns)
    for (index, edge) in snapshot.request.window.edges.dropLast().enumerated() {
      let values = series.map { $0.indices.contains(index) ? $0[index] : nil }
      add([.text(edge.atom(in: zone))] + values.map { .number($0) })
    }
  }

  /// The rows of a ranking as they are shown.
  init(_ ranking: Snapshot.Ranking?, _ rows: [Snapshot.Row]) {
    guard let ranking else {
      self.init([])
      return
    }
    let measure = ranking.measure.seriesName ?? ranking.measure.metric
    self.init([ranking.dimension.filterName, measure, "before"])
    for row in rows {
      add([.text(row.dimensionValue), .number(row.value), .number(row.previous)])
    }
  }
}

extension Timestamp {
  /// The instant as the command line writes it in a zone.
  func atom(in zone: Zone) -> String { atom(offsetSeconds: zone.offsetSeconds(at: self)) }
}
