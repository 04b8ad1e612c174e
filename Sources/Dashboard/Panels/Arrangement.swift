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

  /// A list among those that stand beside each other.
  struct List {
    let panel: ScreenPanel
    /// The columns without which it is not shown.
    let least: Int
    /// Its part of a width that is too small for all.
    let weight: Int
    /// When it vanishes; nil for never.
    var rank: Int?

    /// Its part of the width, if it takes so many columns at most.
    fileprivate func part(upTo most: Int?) -> Layout.Part {
      let part = Layout.Part.flexible(min: least, weight: weight, upTo: max(least, most ?? .max))
      return rank.map { part.optional(rank: $0) } ?? part
    }
  }

  /// Lists beside each other: each gets what its names and numbers take; where that is too much for all, those that
  /// take less leave more for the others.
  ///
  /// - Parameters:
  ///   - lists: the panels.
  ///   - width: the columns for all of them.
  ///   - needed: the columns that a list takes; nil where that is not known.
  /// - Returns: the lists as columns.
  static func lists(
    _ lists: [List],
    in width: Int,
    needed: (ScreenPanel) -> Int?
  ) -> Arrangement {
    // In steps, so that a name that comes and goes doesn't move columns each time.
    let needs = lists.map { list in needed(list.panel).map { ($0 + 3) / 4 * 4 } }
    let sum = needs.reduce(0) { $0 + ($1 ?? width) } + lists.count - 1
    return .columns(
      zip(lists, needs).map { list, need in
        (sum <= width ? .flexible(min: need ?? 0) : list.part(upTo: need), .panel(list.panel))
      }
    )
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
