import CellCanvas

/// How the panels of a screen share its room: declared once, for drawing and clicks.
indirect enum Arrangement {
  case panel(ScreenPanel)
  case blank
  case rows([(Layout.Part, Arrangement)])
  case columns([(Layout.Part, Arrangement)])

  /// A panel with its place.
  typealias Place = (panel: ScreenPanel, area: Rect)

  /// The panels with their places; those for which there is no room are left out.
  func places(in rect: Rect) -> [Place] {
    switch self {
    case .blank: []
    case .panel(let panel): rect.isEmpty ? [] : [(panel, rect)]
    case .rows(let parts): Self.places(of: parts, .rows, in: rect)
    case .columns(let parts): Self.places(of: parts, .columns, in: rect)
    }
  }

  /// An empty row that vanishes where there is no room: the highest rank first.
  static func gap(rank: Int) -> (Layout.Part, Arrangement) {
    (.fixed(1).optional(rank: rank), .blank)
  }

  private static func places(
    of parts: [(Layout.Part, Arrangement)],
    _ axis: Layout.Axis,
    in rect: Rect
  ) -> [Place] {
    let areas = Layout(axis, spacing: axis == .columns ? 1 : 0, parts.map(\.0)).split(rect)
    return zip(parts, areas).flatMap { part, area in part.1.places(in: area) }
  }
}
