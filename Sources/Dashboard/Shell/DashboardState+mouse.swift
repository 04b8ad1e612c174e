import CellCanvas

extension DashboardState {
  /// What a click means: a tab is turned to, a panel gets the focus, a row the cursor, and the
  /// interval of a chart is read; the row that has the cursor already is chosen.
  mutating func click(x: Int, y: Int) -> [DashboardEffect] {
    guard overlay == nil else {
      closeOverlay()
      return []
    }
    let layout = ShellLayout(self, in: size.bounds)
    if y == layout.status.y + 1,
      let view = StatusBar(self, tabs: layout.tabs).view(atColumn: x, in: layout.status)
    {
      turn(to: view)
      return []
    }
    guard let place = layout.place(atX: x, y: y) else { return [] }
    let context = context
    if let effects = screens[view].click(x: x, y: y, in: place, context) { return apply(effects) }
    let (panel, area) = place
    guard view.panels.contains(panel) else { return [] }
    let isSame = focus.panel == panel
    if !isSame { focus.move(to: panel) }
    if panel.isChart {
      if let chart = screen.chart(of: panel, context),
        let time = chart.interval(atX: x, in: ShellLayout.content(of: area))
      {
        cursor = time
      }
    } else if hasRows {
      let rows = RankingPanel.body(of: area)
      let count = rowIDs.count
      let first = RankingPanel.firstRow(of: count, cursor: rowUnderCursor?.index ?? 0, in: rows)
      let index = first + y - area.y - 1
      guard y > area.y, index < count else { return [] }
      if isSame, rowUnderCursor?.index == index {
        chooseRow()
      } else {
        selectRow(at: index)
      }
    }
    return []
  }

  /// Turning the wheel moves what is under the pointer.
  mutating func turnWheel(by rows: Int, x: Int, y: Int) {
    if overlay == nil {
      let layout = ShellLayout(self, in: size.bounds)
      guard let (panel, _) = layout.place(atX: x, y: y),
        subject.questions.dimension(ofRowsIn: panel) != nil
      else { return }
      if focus.panel != panel { focus.move(to: panel) }
    }
    moveRow(by: rows)
  }
}
