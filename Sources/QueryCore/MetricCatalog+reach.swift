public import PlaybackFacts

extension MetricCatalog {
  /// The measures that can be broken down by a dimension.
  public static let bucketMeasures = measures.filter { $0.seriesName != nil }

  /// The measures that can be looked at over time.
  public static let timeseriesMeasures = bucketMeasures.filter { $0.reach == .everywhere }

  /// The measures whose values can be counted by their size, one for each metric.
  public static let histogramMeasures = metrics.compactMap {
    $0.measures.first(where: \.hasHistogram)
  }
}

extension Measure {
  /// The dimensions that the measure can be broken down by.
  public var breakdowns: [Dimension] {
    switch reach {
    case .everywhere: MetricCatalog.breakdowns
    case .allTime: [.mediaID]
    case .numberOnly, .now: []
    }
  }

  /// The dimensions that its playbacks can be filtered by.
  public var filters: [Dimension] {
    switch reach {
    case .everywhere, .numberOnly, .now: Dimension.allCases
    case .allTime: [.mediaID, .mediaType]
    }
  }
}

extension Dimension {
  /// The values that a filter may name; nil where any may be named, and unknown ones match nothing.
  ///
  /// Playbacks whose continent is not known are found under ``Dimension/unknown`` besides.
  public var listedValues: [String]? {
    switch self {
    case .mediaType: MediaType.allCases.map(\.rawValue)
    case .continent: ["AS", "AF", "NA", "SA", "AN", "EU", "AZ"]
    case .mediaID, .country, .deviceType, .operatingSystem, .browser, .referrer, .tag, .bots: nil
    }
  }
}
