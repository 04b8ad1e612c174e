import CellCanvas

extension DashboardState {
  /// What a click means: a tab is turned to, a panel gets the focus, a row the cursor, and the
  /// interval of a chart is read; the row that has the cursor already is chosen.
  mutating func click(x: Int, y: Int) -> [DashboardEffect] {
    guard overlay == nil else {
      closeOverlay()
      return []
    }
    let areas = ScreenAreas(self, in: size.bounds)
    if y == areas.strip.y + 1,
      let view = StatusBar(state: self, tabs: areas.tabs).view(atColumn: x, in: areas.strip)
    {
      turn(to: view)
      return []
    }
    if let country = areas.country(atX: x, y: y) {
      if let index = rowIDs(of: .countryMap).firstIndex(of: country) { holdRow(at: index) }
      return []
    }
    guard let (panel, area) = areas.panel(atX: x, y: y) else { return [] }
    let isSame = focus == panel
    if !isSame {
      focus = panel
      search = ""
      held = nil
    }
    if panel.isChart {
      readInterval(atX: x, of: panel, in: area)
    } else if dimension(of: panel) != nil {
      let rows = rowIDs(of: panel).count
      let index = firstRow(of: panel, in: area) + y - area.y - 1
      guard y > area.y, index < rows else { return [] }
      if isSame, pointedRow?.index == index {
        chooseRow()
      } else {
        holdRow(at: index)
      }
    }
    return []
  }

  /// Turning the wheel moves what is under the pointer.
  mutating func turnWheel(by rows: Int, x: Int, y: Int) {
    if overlay == nil {
      let areas = ScreenAreas(self, in: size.bounds)
      guard let (panel, _) = areas.panel(atX: x, y: y), dimension(of: panel) != nil else { return }
      if focus != panel {
        focus = panel
        search = ""
        held = nil
      }
    }
    moveRow(by: rows)
  }

  /// The row that a list shows first: the cursor is in its middle where that can be.
  func firstRow(of panel: ScreenPanel, in area: Rect) -> Int {
    let visible = max(1, area.height - 1)
    let index = focus == panel ? pointedRow?.index ?? 0 : 0
    return max(0, min(index - visible / 2, rowIDs(of: panel).count - visible))
  }

  private mutating func readInterval(atX x: Int, of panel: ScreenPanel, in area: Rect) {
    guard let snapshot, !snapshot.curves.isEmpty else { return }
    let window = snapshot.request.window
    let body = Panel.content(of: area).inset(left: FittingLine.gap)
    let chart = ChartPanel(state: self, panel: panel).chart(of: snapshot, window, in: body.width)
    guard let interval = chart.interval(atColumn: x, in: body), interval < window.count else {
      return
    }
    cursor = window.edges[interval]
  }
}
