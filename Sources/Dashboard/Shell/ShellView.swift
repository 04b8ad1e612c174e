public import CellCanvas
import PlaybackFacts
import QueryCore

/// The whole screen: status bar, tabs, the panels of the screen, keys, and what lies over them.
///
/// ```
///  ● LIVE  last 24 h                       14:05:32  production · local
///  [o Overview]  b Breakdown  t Time  …
///    country FR ×                               Overview › country FR
///    the panels of the screen, see Screen.layout
///
///    1 1h  2 6h [3 24h] …
/// ```
struct ShellView: View {
  let state: DashboardState

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let layout = ShellLayout(state, in: rect)
    let (screen, context) = (state.screen, state.context)
    for (panel, area) in layout.places {
      let isFocusable = state.view.panels.contains(panel)
      canvas.draw(
        screen.view(of: panel, context),
        in: isFocusable ? ShellLayout.content(of: area) : area
      )
    }
    if layout.places.isEmpty, let text = FirstMinutesView(state) {
      canvas.draw(text, in: layout.body)
    }
    drawMarks(layout, on: &canvas)
    if let selected = state.selectedColumns(layout) {
      canvas.restyle(selected) { $0.adding(.selected) }
    }
    // Other sources don't fail with the one that is shown.
    let isDimmed = state.fetching.isFailing && state.view.traits.observes != .sources
    if isDimmed || state.isAnswerLate {
      canvas.restyle(rect) { Style(.dim, $0.attributes.subtracting(.bold)) }
    }
    if let emptiness = state.emptiness { canvas.draw(emptiness, in: layout.note) }
    canvas.draw(StatusBar(state, tabs: layout.tabs), in: layout.status)
    canvas.draw(KeyBar(state), in: layout.keys)
    if !layout.keys.isEmpty, let notice = state.notice {
      draw(notice, over: layout.keys, in: rect, on: &canvas)
    }
    drawOverlay(in: rect, on: &canvas)
  }

  /// Marks rows between the pointer and their names.
  private func drawMarks(_ layout: ShellLayout, on canvas: inout Canvas) {
    let marked = Set(state.markedRows)
    let panel = state.focus.panel
    guard !marked.isEmpty, let area = layout.place(of: panel)?.area,
      let view = state.screen.view(of: panel, state.context) as? any RowsView
    else { return }
    let places = view.rowPlaces(in: ShellLayout.content(of: area))
    let ids = state.rowIDs
    for row in places.shown where ids.indices.contains(row) && marked.contains(ids[row]) {
      guard let place = places.area(of: row) else { continue }
      let sign = Rect(x: place.x - 1, y: place.y, width: 1, height: 1)
      canvas.draw(TextLine("\(state.symbols.dot)", .accent), in: sign)
    }
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

  private func drawOverlay(in rect: Rect, on canvas: inout Canvas) {
    let symbols = state.symbols
    switch state.overlay {
    case nil: break
    case .help(let firstLine):
      let list = KeyList(
        screen: state.view,
        keyMap: state.keyMap,
        symbols: symbols,
        firstLine: firstLine
      )
      let inner = Size(width: rect.width - 4, height: rect.height - 2)
      let title = "Keys of \(state.view.title)\(list.part(in: inner))"
      let popup = Popup(title: title, size: list.size(in: inner), symbols: symbols, content: list)
      canvas.draw(popup, in: rect)
    case .menu(let menu): canvas.draw(state.popup(of: menu, in: rect), in: rect)
    case .prompt(let prompt):
      let line = PromptLine(
        prompt: prompt,
        today: state.zone.civil(state.now).date,
        preview: state.preview(of: prompt)
      )
      let height = min(line.height(in: rect.width), max(2, rect.height / 2))
      canvas.draw(line, in: rect.inset(top: max(0, rect.height - height)))
    case .explanation(let firstLine):
      let width = min(rect.width - 4, 100)
      let text = ExplanationText(state, firstLine: firstLine, width: width)
      let popup = Popup(
        title: "About this number",
        size: text.size,
        symbols: symbols,
        content: text
      )
      canvas.draw(popup, in: rect)
    }
  }
}

extension DashboardState {
  /// Draws the whole screen; every size from 1×1 shows something.
  public func render(into canvas: inout Canvas) {
    canvas.fill(canvas.bounds)
    canvas.draw(ShellView(state: self), in: canvas.bounds)
  }
}
