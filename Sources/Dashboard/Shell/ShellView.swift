public import CellCanvas
import PlaybackFacts
import QueryCore

/// The whole screen: status bar, tabs, the panels of the screen, keys, and what lies over them.
///
/// ```
///  ● LIVE  last 24 h                       production · local   14:05:32
///  [o Overview]  b Breakdown  t Time  …                    country FR ×
///
///    the panels of the screen, see Screen.layout
///
///    1h  6h [24h] …
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
    // Other sources don't fail with the one that is shown.
    let isDimmed = state.fetching.isFailing && state.view.traits.observes != .sources
    if isDimmed || state.isAnswerLate {
      canvas.restyle(rect) { Style(.dim, $0.attributes.subtracting(.bold)) }
    }
    canvas.draw(StatusBar(state, tabs: layout.tabs), in: layout.status)
    canvas.draw(KeyBar(state), in: layout.keys)
    if !layout.keys.isEmpty, let notice = state.notice {
      draw(notice, over: layout.keys, in: rect, on: &canvas)
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
      let title = "Keys of \(state.view.title)\(list.part(in: rect.height - 2))"
      canvas.draw(Popup(title: title, size: list.size, symbols: symbols, content: list), in: rect)
    case .menu(let menu):
      let list = MenuList(menu: menu, symbols: symbols)
      let popup = Popup(title: menu.title, size: list.size, symbols: symbols, content: list)
      canvas.draw(popup, in: rect)
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
      let popup = Popup(title: "Explained", size: text.size, symbols: symbols, content: text)
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
