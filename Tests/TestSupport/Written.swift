public import PlaybackFacts
public import QueryCore

/// The instant of an ATOM date-time that a test wrote.
public func at(_ text: String) -> Timestamp {
  guard let time = Timestamp(atom: text) else { preconditionFailure("not a date-time: \(text)") }
  return time
}

/// The timeframe between two ATOM date-times.
public func timeframe(_ from: String, _ to: String) -> Timeframe {
  Timeframe(from: at(from), to: at(to))
}

extension Measure {
  /// The measure that breakdowns know by a name.
  public static func named(_ name: String) throws -> Measure {
    guard let measure = MetricCatalog.measure(seriesNamed: name) else {
      throw QueryError.invalidAttribute(name: "metric", detail: "no measure is named \(name)")
    }
    return measure
  }
}
