import CellCanvas

/// Where the parts of the screen are: what drawing and clicks agree on.
struct ShellLayout {
  /// The status bar, of one to three rows.
  let status: Rect
  /// The tabs on the second row of the status bar; nil where there are none.
  let tabs: TabStrip?
  /// A row that says why all numbers are empty; empty where they are not.
  let note: Rect
  /// Where the panels are.
  let body: Rect
  /// The panels of the screen.
  let places: [Arrangement.Place]
  let keys: Rect

  init(_ state: DashboardState, in rect: Rect) {
    let margin = rect.width < 20 ? 0 : 1
    let hasTabs = !state.looks.isKiosk
    let strip = hasTabs ? TabStrip(shown: state.view, keyMap: state.keyMap) : nil
    let width = rect.width - margin
    let hasDetails =
      rect.height >= 26 || StatusBar(state, tabs: strip).needsDetails(in: width)
    let rows = Layout(
      .rows,
      [
        .fixed(1), .fixed(hasTabs ? 1 : 0).optional(rank: 4),
        .fixed(hasDetails ? 1 : 0).optional(rank: 5),
        .fixed(state.emptiness == nil ? 0 : 1).optional(rank: 6),
        .flexible(min: 3).optional(rank: 2), .fixed(hasTabs ? 1 : 0).optional(rank: 1),
      ]
    ).split(rect)
    let height = 1 + rows[1].height + rows[2].height
    status = Rect(x: rect.x, y: rect.y, width: width, height: height)
    tabs = rows[1].height > 0 ? strip : nil
    note = rows[3].inset(left: FittingLine.gap, right: margin)
    body = rows[4]
    keys = rows[5].inset(left: FittingLine.gap - 1)
    if state.firstMinutes != nil, state.view.traits.time != .none {
      places = []
    } else if state.focus.isZoomed {
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
