import CellCanvas
import QueryCore

/// Numbers in a grid, each as large as the room allows, with its name, its change and its trend; where there is no
/// room for big digits, as everywhere else.
struct WallTiles: View {
  let tiles: Tiles
  /// The first of the numbers, where there is no room for all.
  var firstTile = 0

  /// The places of the numbers, which depend on the room alone: nothing moves as numbers change.
  struct Grid: Hashable {
    let columns: Int
    let rows: Int
    /// How many times as large as usual digits are.
    let scale: Int

    /// The columns of a number such as `888.8 k`, and the blanks beside it.
    private static let digits = BigDigits("888.8 k").width
    private static let margin = 3
    /// A name above the digits, a change and a blank row below.
    private static let otherRows = 3

    /// The grid with the largest digits, of as many numbers as fit; nil where not one does.
    init?(in size: Size, of count: Int) {
      for number in [count, 4, 3, 2, 1] where number <= count {
        let grids = (1...number).compactMap { columns -> Grid? in
          let rows = (number + columns - 1) / columns
          let scale = min(
            (size.width / columns - Self.margin) / Self.digits,
            (size.height / rows - Self.otherRows) / 3
          )
          return scale > 0 ? Grid(columns: columns, rows: rows, scale: scale) : nil
        }
        // Of those with equal digits the one that needs fewest rows: trends get what is left.
        if let best = grids.max(by: { ($0.scale, $1.rows) < ($1.scale, $0.rows) }) {
          self = best
          return
        }
      }
      return nil
    }

    private init(columns: Int, rows: Int, scale: Int) {
      (self.columns, self.rows, self.scale) = (columns, rows, scale)
    }

    /// How many numbers it has room for.
    var count: Int { columns * rows }
  }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let size = Size(width: rect.width, height: rect.height)
    guard tiles.symbols.family != .ascii, let grid = Grid(in: size, of: tiles.tiles.count) else {
      canvas.draw(tiles, in: rect)
      return
    }
    let first = max(0, min(firstTile, tiles.tiles.count - grid.count))
    let lines = Layout(.rows, Array(repeating: .flexible(), count: grid.rows)).split(rect)
    for (row, line) in lines.enumerated() {
      let areas = Layout(.columns, Array(repeating: .flexible(), count: grid.columns)).split(line)
      for (column, area) in areas.enumerated() {
        let index = first + row * grid.columns + column
        guard tiles.tiles.indices.contains(index) else { return }
        draw(tiles.tiles[index], grid.scale, in: area.inset(left: 2, right: 1), on: &canvas)
      }
    }
  }

  private func draw(
    _ tile: Tiles.Tile,
    _ scale: Int,
    in area: Rect,
    on canvas: inout Canvas
  ) {
    canvas.draw(TextLine(tile.measure.title, Style(.text, .bold)), in: area.row(0))
    // The most exact text whose digits fit.
    let digits = (2...9).reversed().lazy
      .map { BigDigits(tiles.text(of: tile, width: $0), scale: scale, symbols: tiles.symbols) }
      .first { $0.width <= area.width }
    guard let digits else { return }
    canvas.draw(digits, in: area.inset(top: 1))
    let below = area.inset(top: 1 + digits.height)
    canvas.draw(TextLine([tiles.change(of: tile)]), in: below.row(0))
    // A blank row is left below.
    let height = min(scale * 2 + 1, below.height - 2)
    guard height > 0 else { return }
    canvas.draw(
      tiles.trend(of: tile.result),
      in: Rect(x: area.x, y: below.y + 1, width: min(area.width, 24 * scale), height: height)
    )
  }
}
