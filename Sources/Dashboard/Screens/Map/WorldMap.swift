import CellCanvas

/// The world in dots, countries shaded by how much there is of something.
///
/// What there is more of is brighter and has more dots, so that it shows without colours too. A
/// country that is smaller than a dot has one nevertheless, if there is anything of it.
struct WorldMap: View {
  /// ISO codes with shares of the highest, 0…1.
  let shades: [String: Double]
  /// The code of the country under the cursor.
  let selected: String?
  let symbols: Symbols

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let dots = WorldDots(shades.keys.sorted(), in: rect)
    guard !dots.area.isEmpty else { return }
    let number = selected.flatMap { WorldRaster.world.countries.firstIndex(of: $0) }
    for y in 0..<dots.area.height {
      for x in 0..<dots.area.width {
        guard let country = dots.mainCountry(x: x, y: y, preferring: number) else { continue }
        let shade = shades[WorldRaster.world.countries[country]]
        let scalar = glyph(dots, x: x, y: y, shade)
        guard scalar != " " else { continue }
        let style = country == number ? Style.accent.adding(.bold) : style(shade)
        canvas.put(scalar, x: dots.area.x + x, y: dots.area.y + y, style: style)
      }
    }
  }

  /// The code of the country at a cell; nil at sea.
  static func country(atX x: Int, y: Int, in rect: Rect) -> String? {
    let dots = WorldDots([], in: rect)
    guard dots.area.contains(x: x, y: y) else { return nil }
    return dots.mainCountry(x: x - dots.area.x, y: y - dots.area.y, preferring: nil)
      .map { WorldRaster.world.countries[$0] }
  }

  private func style(_ shade: Double?) -> Style {
    guard let shade, shade > 0 else { return .border }
    // Small shares differ visibly only on a scale that stretches them.
    return Style(.gradient(0.25 + 0.75 * shade.squareRoot()))
  }

  private func glyph(_ dots: WorldDots, x: Int, y: Int, _ shade: Double?) -> Unicode.Scalar {
    let density = Self.density(shade)
    guard symbols.family == .ascii else {
      var pattern: UInt32 = 0
      for (bit, place) in Self.bits.enumerated() {
        let (column, row) = (2 * x + place.x, 4 * y + place.y)
        if dots[column, row] > 0, density.covers(column, row) { pattern |= 1 << UInt32(bit) }
      }
      // Land is never quite empty.
      if pattern == 0, dots.count(x: x, y: y) > 2 { pattern = 2 }
      return pattern == 0 ? " " : Unicode.Scalar(0x2800 + pattern) ?? " "
    }
    return dots.count(x: x, y: y) > 1 || shade != nil ? density.ascii : " "
  }

  /// Columns and rows of the bits of a braille pattern.
  private static let bits: [(x: Int, y: Int)] = [
    (0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3),
  ]

  /// How many of a country's dots are drawn.
  private enum Density {
    case sparse, half, most, full

    func covers(_ column: Int, _ row: Int) -> Bool {
      switch self {
      case .sparse: column % 2 == 0 && row % 2 == 0
      case .half: (column + row) % 2 == 0
      case .most: column % 2 == 0 || row % 2 == 0
      case .full: true
      }
    }

    var ascii: Unicode.Scalar {
      switch self {
      case .sparse: "."
      case .half: ":"
      case .most: "+"
      case .full: "#"
      }
    }
  }

  private static func density(_ shade: Double?) -> Density {
    switch shade ?? 0 {
    case ...0: .sparse
    case ..<0.05: .half
    case ..<0.3: .most
    default: .full
    }
  }
}

/// The world as dots, two by four in each cell of an area that keeps its proportions.
private struct WorldDots {
  /// The cells that the world takes.
  let area: Rect
  private let width: Int
  private var countries: [UInt8] = []

  /// Samples the world; the listed countries have one dot at least.
  init(_ wanted: [String], in rect: Rect) {
    // A dot is about as wide as it is high.
    let columns = min(2 * rect.width, Int(Double(4 * rect.height) * WorldRaster.aspect))
    let cellWidth = max(min(1, rect.width), columns / 2)
    let rows = Double(2 * cellWidth) / WorldRaster.aspect
    let cellHeight = min(rect.height, max(1, Int((rows / 4).rounded(.up))))
    area = Rect(
      x: rect.x + (rect.width - cellWidth) / 2,
      y: rect.y + (rect.height - cellHeight) / 2,
      width: cellWidth,
      height: cellHeight
    )
    width = 2 * cellWidth
    let height = 4 * cellHeight
    guard !area.isEmpty else { return }
    let world = WorldRaster.world
    countries.reserveCapacity(width * height)
    var seen: Set<Int> = []
    for row in 0..<height {
      for column in 0..<width {
        let country = world.country(
          atColumn: (Double(column) + 0.5) / Double(width),
          row: (Double(row) + 0.5) / Double(height)
        )
        seen.insert(country)
        countries.append(UInt8(truncatingIfNeeded: country))
      }
    }
    for code in wanted {
      guard let number = world.countries.firstIndex(of: code), !seen.contains(number),
        let place = world.place(of: code)
      else { continue }
      let column = min(width - 1, max(0, Int(place.column * Double(width))))
      let row = min(height - 1, max(0, Int(place.row * Double(height))))
      countries[row * width + column] = UInt8(truncatingIfNeeded: number)
    }
  }

  /// The number of the country at a dot; 0 at sea.
  subscript(column: Int, row: Int) -> UInt8 { countries[row * width + column] }

  /// How many dots of a cell are land.
  func count(x: Int, y: Int) -> Int {
    numbers(x: x, y: y).count { $0 > 0 }
  }

  /// The country with most dots of a cell, or the preferred one if it has any; nil at sea.
  func mainCountry(x: Int, y: Int, preferring preferred: Int?) -> Int? {
    let land = numbers(x: x, y: y).filter { $0 > 0 }
    if let preferred, land.contains(UInt8(truncatingIfNeeded: preferred)) { return preferred }
    var best: (number: UInt8, count: Int)?
    for number in land {
      let count = land.count { $0 == number }
      if count > best?.count ?? 0 { best = (number, count) }
    }
    return best.map { Int($0.number) }
  }

  private func numbers(x: Int, y: Int) -> [UInt8] {
    (0..<8).map { self[2 * x + $0 % 2, 4 * y + $0 / 2] }
  }
}
