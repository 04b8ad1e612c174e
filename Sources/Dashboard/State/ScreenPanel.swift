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
