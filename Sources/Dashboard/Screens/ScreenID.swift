/// The screens in the order of their tabs: the one list that tabs, keys, options, help and tests are made from.
public enum ScreenID: String, CaseIterable, Codable, Hashable, Sendable {
  case overview, breakdown, time, media, item, map, live, movers, heatmap, health, wall, sources

  /// What is on it.
  var type: any Screen.Type {
    switch self {
    case .overview: OverviewScreen.self
    case .breakdown: BreakdownScreen.self
    case .time: TimeScreen.self
    case .media: MediaScreen.self
    case .item: ItemScreen.self
    case .map: MapScreen.self
    case .live: LiveScreen.self
    case .movers: MoversScreen.self
    case .heatmap: HeatmapScreen.self
    case .health: HealthScreen.self
    case .wall: WallScreen.self
    case .sources: SourcesScreen.self
    }
  }
}

extension ScreenID {
  /// The name on its tab.
  public var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

  /// The name on its tab where there is little room.
  var shortTitle: String { type.shortTitle ?? title }

  /// What it shows, as a line of the help.
  var meaning: String { type.meaning }

  /// What of the shell it makes use of.
  var traits: ScreenTraits { type.traits }

  /// The panels that the focus goes through.
  var panels: [ScreenPanel] { type.panels }
}

/// Every screen with its own state.
struct Screens: Sendable {
  private var screens: [ScreenID: any Screen]

  /// All screens as they are at the start.
  init() {
    screens = Dictionary(
      ScreenID.allCases.map { ($0, $0.type.init()) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  subscript(id: ScreenID) -> any Screen {
    get { screens[id] ?? id.type.init() }
    _modify { yield &screens[id, default: id.type.init()] }
  }
}
