import CellCanvas

/// How the panels of a screen share its room: declared once for each view, for drawing and clicks.
indirect enum Arrangement {
  /// What is drawn in one place.
  enum Slot: Hashable {
    case tiles
    /// The world, beside the list that the cursor is in.
    case map
    case panel(ScreenPanel)
  }

  case slot(Slot)
  case blank
  case rows([(Layout.Part, Arrangement)])
  case columns([(Layout.Part, Arrangement)])

  /// The arrangement of a view in so much room.
  static func of(_ view: DashboardView, in rect: Rect) -> Arrangement {
    switch view {
    case .overview: overview(in: rect)
    case .breakdown: .slot(.panel(.breakdown))
    case .time: .slot(.panel(.curves))
    case .media: .slot(.panel(.items))
    case .map: map(in: rect)
    case .live: live(in: rect)
    case .health: .slot(.panel(.health))
    }
  }

  /// The parts with their places; those for which there is no room are left out.
  func slots(in rect: Rect) -> [(slot: Slot, area: Rect)] {
    switch self {
    case .blank: []
    case .slot(let slot): rect.isEmpty ? [] : [(slot, rect)]
    case .rows(let parts): Self.slots(of: parts, .rows, in: rect)
    case .columns(let parts): Self.slots(of: parts, .columns, in: rect)
    }
  }

  private static func slots(
    of parts: [(Layout.Part, Arrangement)],
    _ axis: Layout.Axis,
    in rect: Rect
  ) -> [(slot: Slot, area: Rect)] {
    let areas = Layout(axis, spacing: axis == .columns ? 1 : 0, parts.map(\.0)).split(rect)
    return zip(parts, areas).flatMap { part, area in part.1.slots(in: area) }
  }

  // MARK: - Views

  private static func tiles(
    of view: DashboardView,
    in rect: Rect
  ) -> (Layout.Part, Arrangement) {
    let width = rect.width - FittingLine.gap - 1
    let height = rect.height < 6 ? 2 : Tiles.height(of: view, in: width)
    return (.fixed(height).optional(rank: 2), .slot(.tiles))
  }

  private static func gap(rank: Int) -> (Layout.Part, Arrangement) {
    (.fixed(1).optional(rank: rank), .blank)
  }

  private static func overview(in rect: Rect) -> Arrangement {
    let isTall = rect.height >= 26
    let chartMinimum = rect.height < 10 ? 3 : 6
    return .rows([
      tiles(of: .overview, in: rect), gap(rank: 6),
      (
        .flexible(min: chartMinimum, weight: isTall ? 2 : 3).optional(rank: 3),
        .slot(.panel(.chart))
      ),
      gap(rank: 5),
      (
        .flexible(min: 4, weight: 1).optional(rank: 4),
        .columns([
          (.flexible(min: 25, weight: 11), .slot(.panel(.countries))),
          (.flexible(min: 25, weight: 8).optional(rank: 2), .slot(.panel(.devices))),
          (.flexible(min: 25, weight: 11).optional(rank: 1), .slot(.panel(.media))),
        ])
      ),
      (.fixed(isTall ? 1 : 0).optional(rank: 8), .blank),
    ])
  }

  private static func map(in rect: Rect) -> Arrangement {
    // The list needs so much and no more: the rest is the world's.
    let list = min(64, max(36, rect.width * 2 / 5 + 8))
    return .columns([
      (.flexible(min: 34).optional(rank: 1), .slot(.map)),
      (
        rect.width < 34 + 36 + 1 ? .flexible(min: 36) : .fixed(min(list, rect.width - 35)),
        .slot(.panel(.countryMap))
      ),
    ])
  }

  private static func live(in rect: Rect) -> Arrangement {
    let lists: Arrangement = .columns([
      (.flexible(min: 25, weight: 4), .slot(.panel(.watchingDevices))),
      (.flexible(min: 25, weight: 4).optional(rank: 2), .slot(.panel(.watchingCountries))),
      (.flexible(min: 40, weight: 9).optional(rank: 1), .slot(.panel(.facts))),
    ])
    return .rows([
      tiles(of: .live, in: rect), gap(rank: 6),
      (.flexible(min: 6, weight: 2).optional(rank: 3), .slot(.panel(.viewers))),
      gap(rank: 5),
      (.flexible(min: 5, weight: 3).optional(rank: 4), lists),
    ])
  }
}
