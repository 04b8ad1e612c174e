import CellCanvas

/// The world as dots, two by two or two by four in each cell of an area that keeps its proportions.
struct WorldDots {
  /// The cells that the world takes.
  let area: Rect
  private let columns: Int
  /// The rows of dots in a cell.
  private let rowsPerCell: Int
  private var countries: [UInt8] = []
  /// Cells that a country has whose dots are too few to be seen beside those of others.
  private var smallCountries: [Int: Int] = [:]

  /// Samples the world; the listed countries have one dot at least.
  init(_ wanted: [String], in rect: Rect, _ symbols: Symbols) {
    let world = WorldRaster.world
    rowsPerCell = symbols.family == .braille ? 4 : 2
    // A row of cells is twice as high as a column is wide.
    let whole = WorldMap.height(in: rect.width)
    let width =
      rect.height >= whole
      ? rect.width : min(rect.width, Int(2 * WorldRaster.aspect * Double(rect.height)))
    area = Rect(
      x: rect.x + (rect.width - width) / 2,
      y: rect.y + max(0, (rect.height - whole) / 2),
      width: width,
      height: min(rect.height, whole)
    )
    columns = 2 * area.width
    let rows = rowsPerCell * area.height
    guard !area.isEmpty else { return }
    countries.reserveCapacity(columns * rows)
    var counts = [Int](repeating: 0, count: world.countries.count)
    for row in 0..<rows {
      for column in 0..<columns {
        let country = world.country(
          atColumn: (Double(column) + 0.5) / Double(columns),
          row: (Double(row) + 0.5) / Double(rows)
        )
        counts[country] += 1
        countries.append(UInt8(truncatingIfNeeded: country))
      }
    }
    for code in wanted {
      guard let number = world.countries.firstIndex(of: code), counts[number] < 2 * rowsPerCell,
        let place = world.place(of: code)
      else { continue }
      let column = min(columns - 1, max(0, Int(place.column * Double(columns))))
      let row = min(rows - 1, max(0, Int(place.row * Double(rows))))
      countries[row * columns + column] = UInt8(truncatingIfNeeded: number)
      smallCountries[row / rowsPerCell * area.width + column / 2] = number
    }
  }

  /// The numbers of the countries at the dots of a cell, row by row; 0 at sea.
  func numbers(x: Int, y: Int) -> [Int] {
    let small = smallCountries[y * area.width + x]
    return (0..<2 * rowsPerCell).map { dot in
      let number = Int(countries[(rowsPerCell * y + dot / 2) * columns + 2 * x + dot % 2])
      return number > 0 ? small ?? number : 0
    }
  }

  /// The country with most dots of a cell; nil at sea.
  func mainCountry(x: Int, y: Int) -> Int? {
    let land = numbers(x: x, y: y).filter { $0 > 0 }
    return land.max { left, right in
      (land.count { $0 == left }, right) < (land.count { $0 == right }, left)
    }
  }

  /// The cells that are a country's, by their places in the area: those of which it has half of the land, or the
  /// one where it has most.
  func cells(of country: Int) -> Set<Int> {
    var cells: Set<Int> = []
    var best: (cell: Int, count: Int)?
    for cell in 0..<area.width * area.height {
      let land = numbers(x: cell % area.width, y: cell / area.width).filter { $0 > 0 }
      let count = land.count { $0 == country }
      guard count > 0 else { continue }
      if count * 2 >= land.count, count > 1 { cells.insert(cell) }
      if count > best?.count ?? 0 { best = (cell, count) }
    }
    return cells.isEmpty ? Set([best?.cell].compactMap { $0 }) : cells
  }

  /// How many dots of land lie below a rectangle.
  func land(in rect: Rect) -> Int {
    let part = rect.intersection(area)
    return (part.y..<part.maxY).reduce(0) { sum, y in
      (part.x..<part.maxX).reduce(sum) { sum, x in
        sum + numbers(x: x - area.x, y: y - area.y).count { $0 > 0 }
      }
    }
  }

  /// Whether a rectangle, or the cells around it, cover one of some cells.
  func covers(_ cells: Set<Int>, _ rect: Rect) -> Bool {
    cells.contains { cell in
      let (x, y) = (area.x + cell % area.width, area.y + cell / area.width)
      return x >= rect.x - 1 && x <= rect.maxX && y >= rect.y - 1 && y <= rect.maxY
    }
  }
}
