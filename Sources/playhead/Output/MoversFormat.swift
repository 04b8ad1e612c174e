import ArgumentParser
import CellCanvas
import PlaybackFacts
import QueryCore
import TextAndBytes

/// How `playhead movers` prints what it found.
enum MoversFormat: String, CaseIterable, ExpressibleByArgument {
  case table, csv, json

  /// The rows as text, with a line break at its end.
  func text(of movers: Movers, guardsFormulas: Bool = true) -> String {
    switch self {
    case .table: table(movers)
    case .csv: csv(movers, guardsFormulas)
    case .json: json(movers) + "\n"
    }
  }

  private func table(_ movers: Movers) -> String {
    let measure = movers.request.measure
    var text = "\(measure.title)  \(number(movers.now.value, measure))"
    text += "  before \(number(movers.before.value, measure))"
    text += "  change \(signed(movers.change, measure))\n"
    guard !movers.rows.isEmpty else { return text + "No value changed.\n" }
    var table = TextTable([
      ("value", .left), ("now", .right), ("before", .right), ("contribution", .right),
      ("of the change", .right), ("n now", .right), ("n before", .right), ("", .left),
    ])
    for row in movers.rows {
      let names = row.values.map { value in
        let text = value.value.isEmpty ? "(none)" : value.value.scrubbed
        return "\(value.dimension.title) \(text)"
      }
      table.add([
        names.joined(separator: " × "), number(row.now.value, measure),
        number(row.before.value, measure), signed(row.contribution, measure),
        movers.share(of: row).map { "\(Numbers.fixed($0 * 100, 1)) %" } ?? "-",
        Numbers.grouped(Int(row.now.sampleSize.rounded())),
        Numbers.grouped(Int(row.before.sampleSize.rounded())), row.isNoise ? "may be noise" : "",
      ])
    }
    return text + table.text
  }

  private func csv(_ movers: Movers, _ guardsFormulas: Bool) -> String {
    func field(_ text: String) -> String {
      csvField(guardsFormulas ? FormulaGuard.adding(to: text) : text)
    }
    var text =
      "dimension,value,dimension2,value2,metricValue,comparedValue,contribution,share,n,comparedN,noise\n"
    for row in movers.rows {
      let second = row.values.dropFirst().first
      let cells =
        [
          row.values[0].dimension.breakdownName, field(row.values[0].value),
          second?.dimension.breakdownName ?? "", second.map { field($0.value) } ?? "",
        ]
        + [
          row.now.value, row.before.value, row.contribution, movers.share(of: row),
          row.now.sampleSize, row.before.sampleSize,
        ].map { $0.map(plain) ?? "" } + [row.isNoise ? "1" : "0"]
      text += cells.joined(separator: ",") + "\n"
    }
    return text
  }

  private func json(_ movers: Movers) -> String {
    var json = JSONWriter()
    func write(_ side: Movers.Side, _ name: String, to json: inout JSONWriter) {
      json.key(name)
      json.object { json in
        json.key("metricValue")
        json.decimal(side.value)
        json.key("n")
        json.decimal(side.sampleSize)
      }
    }
    func write(_ timeframe: Timeframe, _ name: String, to json: inout JSONWriter) {
      json.key(name)
      json.object { json in
        json.key("from")
        json.string(timeframe.from.atom)
        json.key("to")
        json.string(timeframe.to.atom)
      }
    }
    json.object { json in
      json.key("context")
      json.object { json in
        json.key("metric")
        json.string(movers.request.measure.seriesName ?? movers.request.measure.metric)
        write(movers.request.timeframe, "timeframe", to: &json)
        write(movers.request.before, "compared", to: &json)
      }
      write(movers.now, "now", to: &json)
      write(movers.before, "before", to: &json)
      json.key("change")
      json.decimal(movers.change)
      json.key("data")
      json.array(movers.rows) { json, row in
        json.key("values")
        json.array(row.values) { json, value in
          json.key("dimension")
          json.string(value.dimension.breakdownName)
          json.key("value")
          json.string(value.value)
        }
        write(row.now, "now", to: &json)
        write(row.before, "before", to: &json)
        json.key("contribution")
        json.decimal(row.contribution)
        json.key("share")
        if let share = movers.share(of: row) { json.decimal(share) } else { json.null() }
        json.key("noise")
        json.bool(row.isNoise)
      }
    }
    return String(decoding: json.bytes, as: UTF8.self)
  }

  private func plain(_ number: Double) -> String {
    let text = String(number)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  /// A number of the measure as a person reads it.
  private func number(_ value: Double, _ measure: Measure) -> String {
    switch measure.unit {
    case .count, .viewers: Numbers.grouped(Int(value.rounded()))
    case .milliseconds: "\(Numbers.grouped(Int(value.rounded()))) ms"
    case .seconds: "\(Numbers.fixed(value, 1)) s"
    case .ratio: "\(Numbers.fixed(value * 100, 1)) %"
    }
  }

  private func signed(_ value: Double, _ measure: Measure) -> String {
    let sign = value < 0 ? "-" : "+"
    if measure.unit == .ratio { return "\(sign)\(Numbers.fixed(abs(value) * 100, 2)) pt" }
    return sign + number(abs(value), measure)
  }
}
