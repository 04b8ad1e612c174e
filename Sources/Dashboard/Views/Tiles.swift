import CellCanvas
import QueryCore

/// The measures as numbers, side by side: each a label, the value, its change and its shape.
struct Tiles: View {
  let state: DashboardState

  private static let narrow = 13
  /// A value, a change such as `▼ 13.4 pt!` beside it, and the blanks after each.
  private static let wide = 22
  /// Where the change stands beside the value.
  private static let changeOffset = 10

  /// The rows that tiles of a screen make use of.
  static func height(of view: DashboardView, in width: Int) -> Int {
    shapeOffset(of: view, isWide: isWide(width)) + 1
  }

  /// The row of the shape: below label, value and, where it has a row of its own, the change.
  private static func shapeOffset(of view: DashboardView, isWide: Bool) -> Int {
    isWide || !view.isComparing ? 2 : 3
  }

  private static func isWide(_ width: Int) -> Bool { room(in: width, isWide: true) >= 6 }

  private static func room(in width: Int, isWide: Bool) -> Int {
    isWide ? (width + 2) / wide : (width + 1) / narrow
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    let isWide = Self.isWide(rect.width)
    let room = Self.room(in: rect.width, isWide: isWide)
    let count = min(max(1, state.shownRequest.tiles.count), max(1, room))
    let layout = Layout(
      .columns,
      spacing: isWide ? 2 : 1,
      Array(repeating: .flexible(), count: count)
    )
    for (kind, area) in zip(state.shownRequest.tiles, layout.split(rect)) {
      let tile = state.snapshot?.tiles.first { $0.measure == kind.measure }
      draw(kind, tile, isWide: isWide, in: area, on: &canvas)
    }
  }

  private func draw(
    _ kind: ScreenRequest.Tile,
    _ tile: Snapshot.Tile?,
    isWide: Bool,
    in rect: Rect,
    on canvas: inout Canvas
  ) {
    let measure = kind.measure
    // What is of this moment is of the slot of 20 s that is open, and of the one before.
    let titles = [measure.reach == .now ? "\(measure.title) 20 s" : "", measure.title]
    let title = titles.first { !$0.isEmpty && $0.count <= rect.width }
    let label = TextRun(title ?? kind.shortTitle, .dim)
    let value = TextRun(text(of: tile, measure, width: min(9, rect.width)), .title)
    let change = change(of: tile, measure)
    guard rect.height > 1 else {
      canvas.draw(TextLine([label, TextRun(" "), value]), in: rect)
      return
    }
    canvas.draw(TextLine([label]), in: rect.row(0))
    canvas.draw(TextLine([value]), in: rect.row(1))
    let place = isWide ? rect.row(1).inset(left: Self.changeOffset) : rect.row(2)
    // Without its unit or its mark, a change would say something else.
    if change.width <= place.width { canvas.draw(TextLine([change]), in: place) }
    let offset = Self.shapeOffset(of: state.shownRequest.subject.view, isWide: isWide)
    canvas.draw(shape(of: tile), in: rect.inset(top: offset))
  }

  private func shape(of tile: Snapshot.Tile?) -> Sparkline {
    let values = tile?.shape ?? []
    let measured = values.compactMap { $0 }
    // What is not added up keeps about the same height, which says little: half the room will do.
    let isCounted = tile?.measure.isZeroWhereAbsent ?? true
    let mean = measured.isEmpty ? 0 : measured.reduce(0, +) / Double(measured.count)
    return Sparkline(
      values,
      maximum: isCounted || mean == 0 ? nil : 2 * mean,
      style: .area,
      symbols: state.symbols
    )
  }

  private func text(of tile: Snapshot.Tile?, _ measure: Measure, width: Int) -> String {
    guard let tile else { return NumberText.unknown }
    return tile.value.map { NumberText.text($0, measure.unit, width: width) } ?? NumberText.noData
  }

  private func change(of tile: Snapshot.Tile?, _ measure: Measure) -> TextRun {
    guard let tile, tile.value != nil, state.shownRequest.isComparing else {
      return TextRun("")
    }
    guard let change = Change(from: tile.previous, to: tile.value, of: measure) else {
      return TextRun(NumberText.noData, .dim)
    }
    return TextRun(change.text(state.symbols) + (change.isAlarming ? "!" : ""), change.style)
  }
}

extension Style {
  /// Filled areas: quieter than the numbers they belong to.
  static let area = Style(.gradient4)
}
