import Metrics
import Synchronization

/// Keeps what was recorded through swift-metrics until Prometheus asks for it.
///
/// Metrics are those of a list; what is recorded under another name is kept nowhere, for it has no
/// help text and no buckets.
final class MetricsRegistry: MetricsFactory {
  /// A metric under its labels.
  private struct Key: Hashable {
    let name: String
    let labels: [Label]
  }

  private struct Label: Hashable {
    let name: String
    let value: String
  }

  private let catalog: [String: RecordedMetric]
  private let instruments = Mutex<[Key: RecordedValue]>([:])

  init(_ metrics: [RecordedMetric]) {
    catalog = Dictionary(uniqueKeysWithValues: metrics.map { ($0.name, $0) })
  }

  /// Adds what was recorded to a text.
  ///
  /// - Parameters:
  ///   - text: Where it is added.
  ///   - environments: Whose numbers may be shown; what belongs to no environment is always shown.
  func write(to text: inout PrometheusText, environments: Set<String>) {
    let all = instruments.withLock { instruments in
      instruments.sorted { a, b in
        a.key.labels.map(\.value).lexicographicallyPrecedes(b.key.labels.map(\.value))
      }
    }
    for (key, recorded) in all {
      guard let metric = catalog[key.name] else { continue }
      let labels = key.labels.map { (name: $0.name, value: $0.value) }
      let isOther = labels.contains { $0.name == "environment" && !environments.contains($0.value) }
      if isOther { continue }
      switch metric.kind {
      case .counter, .gauge:
        text.add(recorded.number, to: metric.name, metric.kind, help: metric.help, labels: labels)
      case .histogram:
        text.add(recorded.histogram, to: metric.name, help: metric.help, labels: labels)
      }
    }
  }

  private func value(_ label: String, _ dimensions: [(String, String)]) -> RecordedValue {
    let key = Key(name: label, labels: dimensions.map { Label(name: $0.0, value: $0.1) })
    let bounds = catalog[label]?.bounds ?? []
    guard catalog[label] != nil else { return RecordedValue(bounds: bounds) }
    return instruments.withLock { instruments in
      if let known = instruments[key] { return known }
      let new = RecordedValue(bounds: bounds)
      instruments[key] = new
      return new
    }
  }

  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    value(label, dimensions)
  }

  func makeFloatingPointCounter(
    label: String,
    dimensions: [(String, String)]
  ) -> any FloatingPointCounterHandler {
    value(label, dimensions)
  }

  func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
    value(label, dimensions)
  }

  func makeRecorder(
    label: String,
    dimensions: [(String, String)],
    aggregate: Bool
  ) -> any RecorderHandler {
    value(label, dimensions)
  }

  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    value(label, dimensions)
  }

  // What was counted stays counted, whoever counted it.
  func destroyCounter(_: any CounterHandler) {}
  func destroyFloatingPointCounter(_: any FloatingPointCounterHandler) {}
  func destroyMeter(_: any MeterHandler) {}
  func destroyRecorder(_: any RecorderHandler) {}
  func destroyTimer(_: any TimerHandler) {}
}

/// A metric that is recorded: what it is called, and how it is shown.
struct RecordedMetric: Sendable {
  let name: String
  let kind: PrometheusText.Kind
  let help: String
  /// The upper bounds of the buckets of a histogram, in its unit.
  var bounds: [Double] = []
}

/// What was recorded under one name and its labels: a number, or a distribution in seconds.
private final class RecordedValue: CounterHandler, FloatingPointCounterHandler, MeterHandler,
  RecorderHandler, TimerHandler
{
  private let state: Mutex<(number: Double, histogram: Histogram)>

  init(bounds: [Double]) {
    state = Mutex((0, Histogram(bounds: bounds)))
  }

  var number: Double { state.withLock(\.number) }

  var histogram: Histogram { state.withLock(\.histogram) }

  func increment(by amount: Int64) { increment(by: Double(amount)) }

  func increment(by amount: Double) { state.withLock { $0.number += amount } }

  func decrement(by amount: Double) { state.withLock { $0.number -= amount } }

  func reset() { state.withLock { $0.number = 0 } }

  func set(_ value: Int64) { set(Double(value)) }

  func set(_ value: Double) { state.withLock { $0.number = value } }

  func record(_ value: Int64) { record(Double(value)) }

  func record(_ value: Double) { state.withLock { $0.histogram.record(value) } }

  func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
