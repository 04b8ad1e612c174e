import CellCanvas

extension DashboardState {
  /// What a click means: a tab is turned to, a panel gets the focus, a row the cursor, and the
  /// interval of a chart is read; the row that has the cursor already is chosen.
  mutating func click(x: Int, y: Int) -> [DashboardEffect] {
    pointer = Pointer()
    guard overlay == nil else { return clickOverlay(x: x, y: y) }
    let layout = ShellLayout(self, in: size.bounds)
    if let command = shellCommand(atX: x, y: y, in: layout) { return perform(command) }
    guard let place = layout.place(atX: x, y: y) else { return [] }
    let context = context
    if let effects = screens[view].click(x: x, y: y, in: place, context) { return apply(effects) }
    let (panel, area) = place
    let isFocusable = view.panels.contains(panel)
    let drawn = isFocusable ? ShellLayout.content(of: area) : area
    let content = screens[view].view(of: panel, context)
    if let linked = content as? any LinkedView,
      let command = linked.command(atX: x, y: y, in: drawn)
    {
      if isFocusable, focus.panel != panel { focus.move(to: panel) }
      return perform(command)
    }
    guard isFocusable else { return [] }
    let isSame = focus.panel == panel
    if !isSame { focus.move(to: panel) }
    if panel.isChart {
      if let chart = screen.chart(of: panel, context),
        let time = chart.interval(atX: x, in: ShellLayout.content(of: area))
      {
        cursor = time
        // Elsewhere no range of choice is shown.
        if view.traits.time == .chosen {
          pointer.drag = Pointer.Drag(panel: panel, from: x, to: x)
        }
      }
    } else if hasRows, let rows = content as? any RowsView {
      guard let index = rows.rowPlaces(in: drawn).row(atX: x, y: y) else { return [] }
      if isSame, rowUnderCursor?.index == index {
        chooseRow()
      } else {
        selectRow(at: index)
      }
    }
    return []
  }

  /// What a click on the rows around the panels does: tabs, chips, ranges and keys do what they say.
  private func shellCommand(atX x: Int, y: Int, in layout: ShellLayout) -> Command? {
    if layout.status.contains(x: x, y: y) {
      return StatusBar(self, tabs: layout.tabs).command(atX: x, y: y, in: layout.status)
    }
    guard layout.keys.contains(x: x, y: y) else { return nil }
    return KeyBar(self).command(atColumn: x - layout.keys.x, in: layout.keys.width)
  }

  /// An entry of a menu is chosen, in one of values marked; a click beside what lies over the screen closes it.
  private mutating func clickOverlay(x: Int, y: Int) -> [DashboardEffect] {
    guard case .menu(var menu)? = overlay else {
      closeOverlay()
      return []
    }
    let popup = popup(of: menu, in: size.bounds)
    let inner = popup.inner(in: size.bounds)
    guard let index = popup.content.index(atX: x, y: y, in: inner) else {
      if !inner.contains(x: x, y: y) { closeOverlay() }
      return []
    }
    menu.select(index)
    if case .values = menu.purpose {
      menu.mark()
      overlay = .menu(menu)
      return []
    }
    overlay = .menu(menu)
    return confirm()
  }

  /// Turning the wheel moves what is under the pointer: rows, lines, or what a screen moves by itself; the metric
  /// of a chart stays.
  mutating func turnWheel(by rows: Int, x: Int, y: Int) -> [DashboardEffect] {
    if overlay == nil {
      let layout = ShellLayout(self, in: size.bounds)
      guard let (panel, _) = layout.place(atX: x, y: y), view.panels.contains(panel),
        !panel.isChart
      else { return [] }
      if focus.panel != panel { focus.move(to: panel) }
    }
    return perform(.moveRow(rows))
  }
}
