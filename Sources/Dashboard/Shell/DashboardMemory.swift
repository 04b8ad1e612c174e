import CellCanvas
import PlaybackFacts
public import QueryCore
import Themes

/// What a dashboard remembers until its next start: what was chosen, how it looked, and saved filters.
///
/// It is Codable, so that it can be written as JSON; unknown values of a later version are
/// left out when it is applied.
public struct DashboardMemory: Codable, Equatable, Sendable {
  struct SavedClause: Codable, Equatable, Sendable {
    let dimension: String
    let values: [String]
    let isNegated: Bool
  }

  var view: String?
  var range: String?
  var measure: String?
  var dimension: String?
  /// What single screens remember, by their names.
  var screens: [String: [String: [String]]]?
  var comparison: String?
  var filters: [SavedClause]?
  var savedFilters: [String: [SavedClause]]?
  /// The theme that was chosen.
  public internal(set) var theme: String?
  /// The symbols that were chosen, by the name of their family.
  public internal(set) var symbols: String?
  /// The time zone that was chosen.
  public internal(set) var zone: String?
  var isKiosk: Bool?
}

/// What a start has shown, and what was remembered before: who changes nothing has chosen nothing.
struct StartMemory: Sendable {
  let remembered: DashboardMemory
  let shown: DashboardMemory
  /// Where the range begins that a start has shown, if it grows.
  let rangeStart: Timestamp?
}

extension DashboardState {
  /// What should be remembered: what was chosen by key, and for the rest what was remembered before.
  ///
  /// What an option, a settings file or a terminal imposes is not remembered, nor is a range in the past.
  public var memory: DashboardMemory {
    var memory = shownMemory
    guard let atStart else { return memory }
    func forget<Value: Equatable>(_ path: WritableKeyPath<DashboardMemory, Value>) {
      guard memory[keyPath: path] == atStart.shown[keyPath: path] else { return }
      memory[keyPath: path] = atStart.remembered[keyPath: path]
    }
    // It grows with the time, whoever said where it begins.
    if let rangeStart, rangeStart == atStart.rangeStart { memory.range = atStart.shown.range }
    forget(\.view)
    forget(\.range)
    forget(\.measure)
    forget(\.dimension)
    forget(\.screens)
    forget(\.comparison)
    forget(\.filters)
    forget(\.savedFilters)
    forget(\.theme)
    forget(\.symbols)
    forget(\.zone)
    forget(\.isKiosk)
    return memory
  }

  /// What is shown, as it would be remembered.
  private var shownMemory: DashboardMemory {
    func saved(_ clauses: [Filter.Clause]) -> [DashboardMemory.SavedClause] {
      clauses.map {
        .init(
          dimension: $0.dimension.filterName,
          values: $0.values,
          isNegated: $0.isNegated
        )
      }
    }
    return DashboardMemory(
      view: (cycle == nil ? view : viewBeforeCycle ?? view).rawValue,
      range: (isInPast ? rangeBeforeHistory : range).title,
      measure: measure.seriesName,
      dimension: dimension.breakdownName,
      screens: Dictionary(
        ScreenID.allCases.map { ($0.rawValue, screens[$0].memory) }.filter { !$0.1.isEmpty },
        uniquingKeysWith: { first, _ in first }
      ),
      comparison: comparison?.rawValue ?? "none",
      filters: saved(filters),
      savedFilters: savedFilters.mapValues(saved),
      theme: looks.themeName,
      symbols: looks.symbolFamily.rawValue,
      zone: zone.name,
      isKiosk: looks.isKiosk
    )
  }

  /// What the options or the settings of this start say, which beats what was remembered.
  public struct Overrides: OptionSet, Sendable {
    /// The set as bits.
    public let rawValue: Int
    /// Makes a set of its bits.
    public init(rawValue: Int) { self.rawValue = rawValue }
    /// The theme.
    public static let theme = Overrides(rawValue: 1)
    /// The symbols, also where the terminal can't show others.
    public static let symbols = Overrides(rawValue: 2)
    /// The time zone.
    public static let zone = Overrides(rawValue: 4)
    /// The screen.
    public static let view = Overrides(rawValue: 8)
  }

  /// Restores what was remembered, apart from what this start says.
  public mutating func restore(_ memory: DashboardMemory, except said: Overrides = []) {
    restored = memory
    func clauses(_ saved: [DashboardMemory.SavedClause]) -> [Filter.Clause] {
      saved.compactMap { saved in
        (Dimension.allCases + [.bots]).first { $0.filterName == saved.dimension }.map {
          Filter.Clause($0, saved.values, isNegated: saved.isNegated)
        }
      }
    }
    if !said.contains(.zone), let name = memory.zone, let zone = Zone(name) { self.zone = zone }
    if let text = memory.range,
      let typed = try? TypedRange(text, now: now, zone: zone), typed.end == nil
    {
      range = typed.range
    }
    let theme = looks.themes.firstIndex { $0.name == memory.theme }
    if !said.contains(.theme), let theme {
      looks.chooseTheme(theme)
    }
    if !said.contains(.symbols), let family = memory.symbols.flatMap(Symbols.Family.init) {
      looks.symbolFamily = family
    }
    measure = Measure.chartable.first { $0.seriesName == memory.measure } ?? measure
    dimension =
      MetricCatalog.breakdowns.first { $0.breakdownName == memory.dimension } ?? dimension
    for id in ScreenID.allCases {
      if let own = memory.screens?[id.rawValue] { screens[id].restore(own) }
    }
    looks.isKiosk = memory.isKiosk ?? looks.isKiosk
    if let name = memory.comparison { comparison = ComparedPeriod(rawValue: name) }
    filters = clauses(memory.filters ?? [])
    savedFilters = (memory.savedFilters ?? [:]).mapValues(clauses)
    if !said.contains(.view), let view = memory.view.flatMap(ScreenID.init) {
      turn(to: view)
    }
  }

  /// Applies the options of a start, the last of what it says: from then on, changes are remembered.
  public mutating func start(
    view: ScreenID? = nil,
    isKiosk: Bool = false,
    isCycling: Bool = false,
    bots: Bots? = nil
  ) {
    if let bots { countBots(bots) }
    if let view { turn(to: view) }
    if isKiosk { looks.isKiosk = true }
    if isCycling {
      viewBeforeCycle = self.view
      cycle = Cycle(cycleOptions, at: uptime)
      turn(to: cycleOptions.views[0])
    }
    atStart = StartMemory(
      remembered: restored ?? DashboardMemory(),
      shown: shownMemory,
      rangeStart: rangeStart
    )
  }
}
