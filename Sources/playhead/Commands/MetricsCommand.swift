import ArgumentParser
import PlaybackFacts
import QueryCore

/// `playhead metrics`: the catalogue.
struct MetricsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "List the metrics with their units, aggregations and breakdowns.",
    discussion: "Example: playhead metrics"
  )

  func run() throws {
    var table = TextTable([
      ("METRIC", .left), ("AGGREGATION", .left), ("UNIT", .left), ("SERIES", .left),
      ("BREAKDOWNS", .left), ("LEVEL", .left),
    ])
    for metric in MetricCatalog.metrics {
      for measure in metric.measures {
        table.add([
          metric.name, measure.aggregation.rawValue, measure.unit.rawValue,
          measure.seriesName ?? "-", breakdowns(of: measure), metric.level.rawValue,
        ])
      }
    }
    StandardOutput.write(table.text)
    StandardOutput.write(
      "\nBreakdowns: " + MetricCatalog.breakdowns.map(\.breakdownName).joined(separator: " ")
        + "\n\n"
    )
    var meanings = TextTable([("METRIC", .left), ("MEANING", .left)])
    for metric in MetricCatalog.metrics { meanings.add([metric.name, metric.meaning]) }
    StandardOutput.write(meanings.text)
  }

  private func breakdowns(of measure: Measure) -> String {
    switch measure.reach {
    case .everywhere: "all"
    case .numberOnly, .now: "-"
    case .allTime: "media-id"
    }
  }
}
