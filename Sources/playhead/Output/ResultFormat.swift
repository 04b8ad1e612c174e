import AnalyticsAPI
import ArgumentParser
import CellCanvas
import PlaybackFacts
import QueryCore
import TextAndBytes

/// How `playhead query` prints an answer.
enum ResultFormat: String, CaseIterable, ExpressibleByArgument {
  case table, json, csv, spark

  /// The answer as text, with a line break at its end.
  func text(of result: QueryResult, guardsFormulas: Bool = true) -> String {
    switch self {
    case .json: String(decoding: result.json(), as: UTF8.self) + "\n"
    case .csv: csv(result, guardsFormulas)
    case .table: table(result)
    case .spark: spark(result)
    }
  }

  private func csv(_ result: QueryResult, _ guardsFormulas: Bool) -> String {
    let compared = result.compared
    let heading = "metricValue" + (compared == nil ? "" : ",comparedValue")
    func row(_ name: String?, _ value: MetricValue, _ index: Int) -> String {
      let before = compared.map { "," + ($0[index].map(plain) ?? "") } ?? ""
      let name = name.map { csvField(guardsFormulas ? FormulaGuard.adding(to: $0) : $0) + "," }
      return (name ?? "") + plain(value) + before + "\n"
    }
    switch result.rows {
    case .number(let value):
      return "\(heading)\n" + row(nil, value, 0)
    case .buckets(let buckets):
      return buckets.enumerated().reduce("dimensionValue,\(heading)\n") {
        $0 + row($1.element.dimensionValue, $1.element.value, $1.offset)
      }
    case .timeseries(let points):
      return points.enumerated().reduce("emittedAt,\(heading)\n") {
        $0 + row(instant($1.element), $1.element.value, $1.offset)
      }
    case .histogram(let bins):
      return bins.enumerated().reduce("from,to,\(heading)\n") {
        let bounds = $1.element.bounds
        return $0 + "\(bounds.lowerBound),\(bounds.upperBound),"
          + row(nil, $1.element.value, $1.offset)
      }
    }
  }

  private func table(_ result: QueryResult) -> String {
    let measure = result.query.measure
    let unit =
      switch measure.unit {
      case .milliseconds, .seconds: " (\(measure.unit.rawValue))"
      case .count, .ratio, .viewers: ""
      }
    let title = measure.title + unit
    func table(_ name: String) -> TextTable {
      let columns = result.compared == nil ? [title] : [title, "before", "change"]
      return TextTable([(name, .left)] + columns.map { ($0, .right) })
    }
    switch result.rows {
    case .number(let value):
      let numbers = numbers(value, result, 0)
      guard numbers.count > 1 else { return "\(title)  \(numbers[0])\n" }
      return "\(title)  \(numbers[0])  before \(numbers[1])  change \(numbers[2])\n"
    case .buckets(let buckets):
      guard case .buckets(let dimension) = result.query.shape else { return "" }
      var table = table(dimension.title)
      for (index, bucket) in buckets.enumerated() {
        let name = bucket.dimensionValue.isEmpty ? "(none)" : bucket.dimensionValue.scrubbed
        table.add([name] + numbers(bucket.value, result, index))
      }
      return table.text + pageLine(result)
    case .timeseries(let points):
      var table = table("time")
      for (index, point) in points.enumerated() {
        table.add([instant(point)] + numbers(point.value, result, index))
      }
      return table.text + pageLine(result)
    case .histogram(let bins): return binTable(bins, result)
    }
  }

  /// The sizes with their counts, and which share of all is not larger.
  private func binTable(_ bins: [QueryResult.Bin], _ result: QueryResult) -> String {
    let unit = result.query.measure.unit.rawValue
    let compared = result.compared == nil ? [] : ["before", "change"]
    var table = TextTable(
      (["from (\(unit))", "to (\(unit))", "count"] + compared + ["up to here"]).map { ($0, .right) }
    )
    let total = bins.reduce(0) { $0 + $1.value.double }
    var passed = 0.0
    for (index, bin) in bins.enumerated() {
      passed += bin.value.double
      let change = result.compared.map { compared -> [String] in
        guard let before = compared[index] else { return ["-", "-"] }
        let share = before.double == 0 ? nil : bin.value.double / before.double - 1
        return [readable(before), share.map { text(of: .relative($0)) } ?? "-"]
      }
      let share = total == 0 ? 0 : passed / total * 100
      table.add(
        [
          Numbers.grouped(Int(bin.bounds.lowerBound)), Numbers.grouped(Int(bin.bounds.upperBound)),
          readable(bin.value),
        ] + (change ?? []) + ["\(Numbers.fixed(share, 1)) %"]
      )
    }
    return table.text
  }

  /// A number, and where something is compared, the one before and the change.
  private func numbers(_ value: MetricValue, _ result: QueryResult, _ index: Int) -> [String] {
    guard let compared = result.compared else { return [readable(value)] }
    guard let before = compared[index] else { return [readable(value), "-", "-"] }
    let comparison = Comparison(of: result.query.measure, now: value, before: before)
    return [readable(value), readable(before), comparison.map { text(of: $0.change) } ?? "-"]
  }

  private func text(of change: Comparison.Change) -> String {
    let sign = change.amount < 0 ? "-" : "+"
    switch change {
    case .relative(let share): return "\(sign)\(Numbers.fixed(abs(share) * 100, 1)) %"
    case .points(let points): return "\(sign)\(Numbers.fixed(abs(points), 1)) pt"
    }
  }

  private func spark(_ result: QueryResult) -> String {
    switch result.rows {
    case .number(let value): return plain(value) + "\n"
    case .buckets(let buckets):
      return sparkline(buckets.map(\.value.double)) + "\n"
    case .timeseries(let points):
      guard case .timeseries(let interval) = result.query.shape, let first = points.first,
        let last = points.last
      else { return "\n" }
      let values = filled(points, interval).map(\.value.double)
      let peak = points.max { $0.value.double < $1.value.double } ?? first
      return
        "\(sparkline(values))  \(instant(first)) – \(instant(last))  peak \(readable(peak.value))\n"
    case .histogram(let bins):
      guard let first = bins.first, let last = bins.last else { return "\n" }
      let unit = result.query.measure.unit.rawValue
      let ends = "\(first.bounds.lowerBound) – \(last.bounds.upperBound) \(unit)"
      return "\(sparkline(bins.map(\.value.double)))  \(ends)\n"
    }
  }

  /// The points with a 0 for each interval that the answer leaves out between them.
  private func filled(
    _ points: [QueryResult.Point],
    _ interval: Interval
  ) -> [QueryResult.Point] {
    let width =
      switch interval {
      case .minute: Milliseconds.minute
      case .hour: Milliseconds.hour
      case .day: Milliseconds.day
      }
    var filled: [QueryResult.Point] = []
    for point in points.sorted(by: { $0.emittedAt < $1.emittedAt }) {
      // Days of 23 and 25 hours are still one day apart.
      while let last = filled.last, point.emittedAt - last.emittedAt > width * 3 / 2 {
        filled.append(
          .init(
            emittedAt: last.emittedAt + width,
            offsetSeconds: last.offsetSeconds,
            value: .integer(0)
          )
        )
      }
      filled.append(point)
    }
    return filled
  }

  private func pageLine(_ result: QueryResult) -> String {
    guard result.pagesTotal > 1 else { return "" }
    let page = result.query.page.number
    return "page \(page) of \(result.pagesTotal), \(Numbers.grouped(result.itemsTotal)) rows\n"
  }

  private func instant(_ point: QueryResult.Point) -> String {
    point.emittedAt.atom(offsetSeconds: point.offsetSeconds)
  }

  /// The number as the HTTP API writes it: whole ones without `.0`.
  private func plain(_ value: MetricValue) -> String {
    switch value {
    case .integer(let number): return String(number)
    case .decimal(let number):
      let text = String(number)
      return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }
  }

  private func readable(_ value: MetricValue) -> String {
    switch value {
    case .integer(let number): Numbers.grouped(Int(number))
    case .decimal(let number): rounded(number)
    }
  }

  /// Four decimals are enough for a person; machines read `json` or `csv`.
  private func rounded(_ number: Double) -> String {
    let scaled = (number * 10_000).rounded()
    guard scaled.magnitude < 9e15 else { return String(number) }
    let whole = Int(scaled.magnitude)
    let decimals = String(whole % 10_000)
    let padded = String(repeating: "0", count: 4 - decimals.count) + decimals
    return (scaled < 0 ? "-" : "") + Numbers.grouped(whole / 10_000) + "." + padded
  }

  private func sparkline(_ values: [Double]) -> String {
    let levels = Array("▁▂▃▄▅▆▇█")
    let top = values.max() ?? 0
    return String(
      values.map { top > 0 ? levels[min(7, Int($0 / top * 7.999))] : levels[0] }
    )
  }
}

/// How CSV is written.
struct CSVOptions: ParsableArguments {
  @Flag(
    inversion: .prefixedNo,
    help: "In CSV, put a ' before texts that a spreadsheet would run as a formula (=, +, -, @)."
  )
  var guardFormulas = true
}
