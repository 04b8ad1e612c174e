public import CellCanvas

/// The whole screen: strip, tiles, chart, rankings and keys.
///
/// ```
///  ● LIVE  last 24 h                       production · local   14:05:32
///
///    Plays      Play rate    …
///  ▸ Plays by hour
///    Country    Device       Top media
///    1h 6h [24h] …
/// ```
struct Overview: View {
  let state: DashboardState

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let tileHeight = rect.height < 8 ? 2 : Tiles.height(in: rect.width - FittingLine.gap - 1)
    let isTall = rect.height >= 30
    let chartMinimum = rect.height < 14 ? 3 : 6
    let rows = Layout(
      .rows,
      [
        .fixed(1), .fixed(1).optional(rank: 5),
        .fixed(tileHeight).optional(rank: 2), .fixed(1).optional(rank: 7),
        .flexible(min: chartMinimum, weight: isTall ? 2 : 3).optional(rank: 3),
        .fixed(1).optional(rank: 6),
        .flexible(min: 4, weight: 1).optional(rank: 4), .fixed(isTall ? 1 : 0).optional(rank: 8),
        .fixed(1).optional(rank: 1),
      ]
    ).split(rect)
    let (tiles, chart, rankings) = (rows[2], rows[4], rows[6])
    if state.isZoomed {
      draw(state.focus, in: zoomed(rows, in: rect), on: &canvas)
    } else {
      canvas.draw(Tiles(state: state), in: tiles.inset(left: FittingLine.gap, right: 1))
      draw(.chart, in: chart, on: &canvas)
      drawRankings(in: rankings, on: &canvas)
    }
    if state.fetching.isFailing || state.isOutdated {
      canvas.restyle(rect) { Style(.dim, $0.attributes.subtracting(.bold)) }
    }
    let margin = rect.width < 20 ? 0 : 1
    let strip = Rect(
      x: rect.x,
      y: rect.y,
      width: rect.width - margin,
      height: 1 + rows[1].height
    )
    canvas.draw(TruthStrip(state: state), in: strip)
    canvas.draw(KeyBar(state: state), in: rows[8].inset(left: FittingLine.gap - 1))
    drawOverlay(in: rect, on: &canvas)
  }

  /// All rows between the strip and the keys.
  private func zoomed(_ rows: [Rect], in rect: Rect) -> Rect {
    let top = 1 + rows[1].height
    let bottom = rows[8].height + rows[7].height
    return rect.inset(top: top, bottom: bottom)
  }

  private func drawRankings(in rect: Rect, on canvas: inout Canvas) {
    let areas = Layout(
      .columns,
      spacing: 1,
      [
        .flexible(min: 25, weight: 5), .flexible(min: 25, weight: 4).optional(rank: 2),
        .flexible(min: 25, weight: 5).optional(rank: 1),
      ]
    ).split(rect)
    let panels: [DashboardState.Panel] = [.countries, .devices, .media]
    for (panel, area) in zip(panels, areas) { draw(panel, in: area, on: &canvas) }
  }

  private func draw(_ panel: DashboardState.Panel, in rect: Rect, on canvas: inout Canvas) {
    if let dimension = panel.dimension {
      let view = RankingPanel(state: state, panel: panel, dimension: dimension)
      canvas.draw(view, in: rect.inset(right: 1))
    } else {
      canvas.draw(ChartPanel(state: state), in: rect.inset(right: 1))
    }
  }

  private func drawOverlay(in rect: Rect, on canvas: inout Canvas) {
    switch state.overlay {
    case nil: break
    case .help(let firstLine):
      let list = KeyList(firstLine: firstLine, symbols: state.symbols)
      let popup = Popup(title: "Keys", size: list.size, symbols: state.symbols, content: list)
      canvas.draw(popup, in: rect)
    case .measures(let selected):
      let list = MeasureList(selected: selected, current: state.measure, symbols: state.symbols)
      let popup = Popup(title: "Metric", size: list.size, symbols: state.symbols, content: list)
      canvas.draw(popup, in: rect)
    }
  }
}

extension DashboardState {
  /// Draws the whole screen; every size from 1×1 shows something.
  public func render(into canvas: inout Canvas) {
    canvas.fill(canvas.bounds)
    canvas.draw(Overview(state: self), in: canvas.bounds)
  }
}
