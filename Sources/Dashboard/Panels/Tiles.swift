import CellCanvas
import QueryCore

/// The measures as numbers, side by side: each a label, the value, its change and its trend.
struct Tiles: LinkedView {
  /// One measure.
  struct Tile: Hashable, Sendable {
    let question: TileQuestion
    /// The number with its trend; nil before it is known.
    let result: Snapshot.Tile?

    var measure: Measure { question.measure }
  }

  let tiles: [Tile]
  /// Whether numbers are compared.
  var isComparing = true
  /// Whether there is room for changes, whether or not there are any.
  var hasChanges = true
  /// Whether the last interval of trends is not over yet.
  var lastIsOpen = false
  var symbols = Symbols.blocks

  private static let narrow = 13
  /// A value, a change such as `▼ 13.4 pt!` beside it, and the blanks after each.
  private static let wide = 22
  /// Where the change stands beside the value.
  private static let changeOffset = 10

  /// The rows that tiles make use of in an area of so many columns and rows.
  static func height(hasChanges: Bool, in rect: Rect) -> Int {
    guard rect.height >= 6 else { return 2 }
    let width = inner(rect).width
    return trendOffset(hasChanges: hasChanges, isWide: isWide(width)) + 1
  }

  private static func inner(_ rect: Rect) -> Rect { rect.inset(left: FittingLine.gap, right: 1) }

  /// The row of the trend: below label, value and, where it has a row of its own, the change.
  private static func trendOffset(hasChanges: Bool, isWide: Bool) -> Int {
    isWide || !hasChanges ? 2 : 3
  }

  private static func isWide(_ width: Int) -> Bool { room(in: width, isWide: true) >= 6 }

  private static func room(in width: Int, isWide: Bool) -> Int {
    isWide ? (width + 2) / wide : (width + 1) / narrow
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let isWide = Self.isWide(Self.inner(rect).width)
    for (tile, area) in places(in: rect) { draw(tile, isWide: isWide, in: area, on: &canvas) }
  }

  /// A click on a tile chooses its metric: over time, of those who watch now the most who did.
  func command(atX x: Int, y: Int, in rect: Rect) -> Command? {
    guard let tile = places(in: rect).first(where: { $0.1.contains(x: x, y: y) })?.0 else {
      return nil
    }
    let measure = tile.measure.reach == .now ? .peakViewers : tile.measure
    return Measure.chartable.contains(measure) ? .chooseMeasure(measure) : nil
  }

  /// The tiles that there is room for, each with its place.
  private func places(in rect: Rect) -> [(Tile, Rect)] {
    let rect = Self.inner(rect)
    guard !rect.isEmpty else { return [] }
    let isWide = Self.isWide(rect.width)
    let room = Self.room(in: rect.width, isWide: isWide)
    let count = min(max(1, tiles.count), max(1, room))
    let layout = Layout(
      .columns,
      spacing: isWide ? 2 : 1,
      Array(repeating: .flexible(), count: count)
    )
    return Array(zip(tiles, layout.split(rect)))
  }

  private func draw(_ tile: Tile, isWide: Bool, in rect: Rect, on canvas: inout Canvas) {
    let measure = tile.measure
    // What is of this moment is of the slot of 20 s that is open, and of the one before.
    let titles = [measure.reach == .now ? "\(measure.title) 20 s" : "", measure.title]
    let title = titles.first { !$0.isEmpty && $0.count <= rect.width }
    let label = TextRun(title ?? tile.question.shortTitle, .dim)
    let value = TextRun(text(of: tile, width: min(9, rect.width)), .title)
    let change = change(of: tile)
    guard rect.height > 1 else {
      canvas.draw(TextLine([label, TextRun(" "), value]), in: rect)
      return
    }
    canvas.draw(TextLine([label]), in: rect.row(0))
    canvas.draw(TextLine([value]), in: rect.row(1))
    let place = isWide ? rect.row(1).inset(left: Self.changeOffset) : rect.row(2)
    // Without its unit or its mark, a change would say something else.
    if change.width <= place.width { canvas.draw(TextLine([change]), in: place) }
    let offset = Self.trendOffset(hasChanges: hasChanges, isWide: isWide)
    // Below the value: a shape that needs less room than there is does not go to the right.
    let cells = ((tile.result?.trend.count ?? 0) + 1) / 2 + 1
    let room = symbols.family == .ascii ? rect.width : min(rect.width, cells)
    canvas.draw(
      trend(of: tile.result),
      in: Rect(x: rect.x, y: rect.y + offset, width: room, height: rect.height - offset)
    )
  }

  func trend(of tile: Snapshot.Tile?) -> Trend {
    let values = tile?.trend ?? []
    let measured = values.compactMap { $0 }
    // What is not added up keeps about the same height, which says little: half the room will do.
    let isCounted = tile?.measure.isZeroWhereAbsent ?? true
    let mean = measured.isEmpty ? 0 : measured.reduce(0, +) / Double(measured.count)
    return Trend(
      values,
      maximum: isCounted || mean == 0 ? nil : 2 * mean,
      lastIsOpen: lastIsOpen,
      symbols: symbols
    )
  }

  func text(of tile: Tile, width: Int) -> String {
    guard let result = tile.result else { return NumberText.unknown }
    let unit = tile.measure.unit
    return result.value.map { NumberText.text($0, unit, width: width) } ?? NumberText.noData
  }

  func change(of tile: Tile) -> TextRun {
    guard let result = tile.result, result.value != nil, isComparing else { return TextRun("") }
    guard let change = Change(from: result.previous, to: result.value, of: tile.measure) else {
      return TextRun(NumberText.noData, .dim)
    }
    return TextRun(change.text(symbols) + (change.isAlarming ? "!" : ""), change.style)
  }
}

extension ScreenContext {
  /// The tiles of the numbers on the screen.
  var tiles: Tiles {
    Tiles(
      tiles: request.questions.tiles.map { question in
        Tiles.Tile(
          question: question,
          result: snapshot?.tiles.first { $0.measure == question.measure }
        )
      },
      isComparing: request.isComparing,
      hasChanges: request.subject.screen.traits.comparesPeriods,
      lastIsOpen: hasOpenInterval,
      symbols: symbols
    )
  }
}

extension ScreenContext {
  /// Whether the last interval of the numbers on the screen is not over yet.
  var hasOpenInterval: Bool {
    snapshot.map { $0.request.window.isOpen(at: $0.asOf) } ?? false
  }
}
