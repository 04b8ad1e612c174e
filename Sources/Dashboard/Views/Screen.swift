public import CellCanvas
import PlaybackFacts
import QueryCore

/// The whole screen: strip, tabs, the panels of the view, keys, and what lies over them.
///
/// ```
///  ● LIVE  last 24 h                       production · local   14:05:32
///  [o Overview]  b Breakdown  t Time  …                    country FR ×
///
///    the panels, see Arrangement
///
///    1h  6h [24h] …
/// ```
struct Screen: View {
  let state: DashboardState

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let areas = ScreenAreas(state, in: rect)
    for (slot, area) in areas.slots { draw(slot, in: area, on: &canvas) }
    if state.fetching.isFailing || state.isAnswerLate {
      canvas.restyle(rect) { Style(.dim, $0.attributes.subtracting(.bold)) }
    }
    canvas.draw(StatusBar(state: state, tabs: areas.tabs), in: areas.strip)
    canvas.draw(KeyBar(state: state), in: areas.keys)
    if !areas.keys.isEmpty, let notice = state.notice {
      draw(notice, over: areas.keys, in: rect, on: &canvas)
    }
    drawOverlay(in: rect, on: &canvas)
  }

  /// A sentence is read to its end: what does not fit on the last row takes some above it.
  private func draw(_ notice: String, over row: Rect, in rect: Rect, on canvas: inout Canvas) {
    let lines = notice.lines(in: row.width - 1)
    let height = min(lines.count, max(1, rect.height / 2))
    let top = row.maxY - height
    canvas.fill(Rect(x: rect.x, y: top, width: rect.width, height: height))
    for (index, line) in lines.prefix(height).enumerated() {
      let area = Rect(x: row.x, y: top + index, width: row.width, height: 1)
      canvas.draw(TextLine(line, .accent), in: area)
    }
  }

  private func draw(_ slot: Arrangement.Slot, in area: Rect, on canvas: inout Canvas) {
    switch slot {
    case .tiles: canvas.draw(Tiles(state: state), in: area.inset(left: FittingLine.gap, right: 1))
    case .map: canvas.draw(MapPanel(state: state), in: area)
    case .panel(let panel): draw(panel, in: area.inset(right: 1), on: &canvas)
    }
  }

  private func draw(_ panel: ScreenPanel, in area: Rect, on canvas: inout Canvas) {
    switch panel {
    case .chart, .viewers, .curves: canvas.draw(ChartPanel(state: state, panel: panel), in: area)
    case .countries, .devices, .media, .breakdown, .countryMap, .watchingDevices,
      .watchingCountries:
      canvas.draw(RankingPanel(state: state, panel: panel), in: area)
    case .items: canvas.draw(ItemTable(state: state), in: area)
    case .facts: canvas.draw(FactStream(state: state), in: area)
    case .health: canvas.draw(HealthPanel(state: state), in: area)
    }
  }

  private func drawOverlay(in rect: Rect, on canvas: inout Canvas) {
    let symbols = state.symbols
    switch state.overlay {
    case nil: break
    case .help(let firstLine):
      let list = KeyList(state: state, firstLine: firstLine)
      let title = "Keys of \(state.view.title)\(list.part(in: rect.height - 2))"
      canvas.draw(Popup(title: title, size: list.size, symbols: symbols, content: list), in: rect)
    case .menu(let menu):
      let list = MenuList(menu: menu, symbols: symbols)
      let popup = Popup(title: menu.title, size: list.size, symbols: symbols, content: list)
      canvas.draw(popup, in: rect)
    case .prompt(let prompt):
      let line = PromptLine(prompt: prompt, today: state.zone.civil(state.now).date)
      let height = min(line.height(in: rect.width), max(2, rect.height / 2))
      canvas.draw(line, in: rect.inset(top: max(0, rect.height - height)))
    case .explanation(let firstLine):
      let text = ExplanationText(
        state: state,
        firstLine: firstLine,
        width: min(rect.width - 4, 100)
      )
      let popup = Popup(title: "Explained", size: text.size, symbols: symbols, content: text)
      canvas.draw(popup, in: rect)
    }
  }
}

/// Where the parts of the screen are: what drawing and clicks agree on.
struct ScreenAreas {
  let strip: Rect
  let tabs: TabStrip?
  let slots: [(slot: Arrangement.Slot, area: Rect)]
  let keys: Rect

  init(_ state: DashboardState, in rect: Rect) {
    let margin = rect.width < 20 ? 0 : 1
    let hasTabs = !state.isKiosk
    // Of a wall only what has to be told: why the source fails, and filters.
    let hasSecond = hasTabs || state.fetching.isFailing || !state.shownFilters.isEmpty
    let rows = Layout(
      .rows,
      [
        .fixed(1), .fixed(hasSecond ? 1 : 0).optional(rank: 4),
        .fixed(rect.height >= 26 ? 1 : 0).optional(rank: 5),
        .flexible(min: 3).optional(rank: 2), .fixed(hasTabs ? 1 : 0).optional(rank: 1),
      ]
    ).split(rect)
    strip = Rect(
      x: rect.x,
      y: rect.y,
      width: rect.width - margin,
      height: 1 + rows[1].height
    )
    tabs = hasTabs && rows[1].height > 0 ? TabStrip(state: state) : nil
    keys = rows[4].inset(left: FittingLine.gap - 1)
    let body = rows[3]
    if state.isZoomed {
      slots = [(.panel(state.focus), body)]
    } else {
      slots = Arrangement.of(state.view, in: body).slots(in: body)
    }
  }

  /// The country at a cell of the map; nil at sea and beside the map.
  func country(atX x: Int, y: Int) -> String? {
    for (slot, area) in slots where slot == .map {
      return WorldMap.country(atX: x, y: y, in: MapPanel.mapArea(in: area))
    }
    return nil
  }

  /// The panel at a cell, and where it is.
  func panel(atX x: Int, y: Int) -> (panel: ScreenPanel, area: Rect)? {
    for (slot, area) in slots where area.contains(x: x, y: y) {
      if case .panel(let panel) = slot { return (panel, area.inset(right: 1)) }
    }
    return nil
  }
}

extension DashboardState {
  /// Draws the whole screen; every size from 1×1 shows something.
  public func render(into canvas: inout Canvas) {
    canvas.fill(canvas.bounds)
    canvas.draw(Screen(state: self), in: canvas.bounds)
  }
}
