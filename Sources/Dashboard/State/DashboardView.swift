import QueryCore

/// One of the screens that can be turned to.
public enum DashboardView: String, CaseIterable, Codable, Hashable, Sendable {
  case overview, breakdown, time, media, map, live, health

  /// The name on its tab.
  public var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

  /// What it shows, as a line of the help.
  var meaning: String {
    switch self {
    case .overview: "numbers, the chart, countries, devices, top media"
    case .breakdown: "any metric by any dimension"
    case .time: "one metric large, or several over each other"
    case .media: "the table of titles"
    case .map: "the world, shaded by the metric"
    case .live: "who watches now, and the pings that pass by"
    case .health: "collector, store and this program"
    }
  }

  /// The panels that the focus goes through.
  var panels: [ScreenPanel] {
    switch self {
    case .overview: [.chart, .countries, .devices, .media]
    case .breakdown: [.breakdown]
    case .time: [.curves]
    case .media: [.items]
    case .map: [.countryMap]
    case .live: [.viewers, .watchingDevices, .watchingCountries, .facts]
    case .health: [.health]
    }
  }

  /// Whether the compared period is shown.
  var isComparing: Bool {
    switch self {
    case .overview, .breakdown, .time, .map, .media: true
    case .live, .health: false
    }
  }
}

/// A part of a screen that keys go to.
public enum ScreenPanel: String, CaseIterable, Hashable, Sendable {
  case chart, countries, devices, media
  case breakdown, curves, items, countryMap
  case viewers, watchingDevices, watchingCountries, facts
  case health

  /// Whether it shows values over time.
  var isChart: Bool {
    switch self {
    case .chart, .curves, .viewers: true
    case .countries, .devices, .media, .breakdown, .items, .countryMap, .watchingDevices,
      .watchingCountries, .facts, .health:
      false
    }
  }
}
