import CellCanvas

/// Where the parts of the screen are: what drawing and clicks agree on.
struct ShellLayout {
  /// The status bar, of one or two rows.
  let status: Rect
  /// The tabs on the second row of the status bar; nil where there are none.
  let tabs: TabStrip?
  /// The panels of the screen.
  let places: [Arrangement.Place]
  let keys: Rect

  init(_ state: DashboardState, in rect: Rect) {
    let margin = rect.width < 20 ? 0 : 1
    let hasTabs = !state.looks.isKiosk
    // Of a wall only what has to be known: why the source fails, and filters.
    let hasSecond = hasTabs || state.fetching.isFailing || !state.shownFilters.isEmpty
    let rows = Layout(
      .rows,
      [
        .fixed(1), .fixed(hasSecond ? 1 : 0).optional(rank: 4),
        .fixed(rect.height >= 26 ? 1 : 0).optional(rank: 5),
        .flexible(min: 3).optional(rank: 2), .fixed(hasTabs ? 1 : 0).optional(rank: 1),
      ]
    ).split(rect)
    let (second, body, last) = (rows[1], rows[3], rows[4])
    status = Rect(
      x: rect.x,
      y: rect.y,
      width: rect.width - margin,
      height: 1 + second.height
    )
    tabs = hasTabs && second.height > 0 ? TabStrip(shown: state.view, keyMap: state.keyMap) : nil
    keys = last.inset(left: FittingLine.gap - 1)
    if state.focus.isZoomed {
      places = [(state.focus.panel, body)]
    } else {
      places = state.screen.layout(in: body, state.context).places(in: body)
    }
  }

  /// The panel at a cell, and where it is.
  func place(atX x: Int, y: Int) -> Arrangement.Place? {
    places.first { $0.area.contains(x: x, y: y) }
  }

  /// Where a panel is; nil where there is no room for it.
  func place(of panel: ScreenPanel) -> Arrangement.Place? { places.first { $0.panel == panel } }

  /// Where a panel that keys go to draws in its place: a column is left between it and the next.
  static func content(of area: Rect) -> Rect { area.inset(right: 1) }
}
