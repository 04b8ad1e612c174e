/// The world as a grid of countries: 0 is the sea, others are numbers into a list of codes.
struct WorldRaster: Sendable {
  /// The world; unpacked when it is needed first.
  static let world = WorldRaster()

  /// The ISO codes by number; the first is that of the sea and empty.
  let countries: [String]
  private let cells: [UInt8]
  private let places: [String: (column: Double, row: Double)]

  private init() {
    countries = [""] + Self.codes.split(separator: " ").map(String.init)
    var values = [UInt8](repeating: 0, count: 128)
    for (value, digit) in Self.digits.enumerated() { values[Int(digit)] = UInt8(value) }
    let base = Self.digits.count
    var cells: [UInt8] = []
    cells.reserveCapacity(Self.width * Self.height)
    var pair: [Int] = []
    for byte in Self.runs.utf8 {
      pair.append(Int(values[Int(byte)]))
      guard pair.count == 4 else { continue }
      let number = UInt8(truncatingIfNeeded: pair[0] * base + pair[1])
      cells += repeatElement(number, count: pair[2] * base + pair[3])
      pair.removeAll(keepingCapacity: true)
    }
    self.cells = cells
    var places: [String: (column: Double, row: Double)] = [:]
    for (code, text) in zip(countries.dropFirst(), Self.middles.split(separator: " ")) {
      let degrees = text.split(separator: ",").compactMap { Double($0) }
      guard degrees.count == 2 else { continue }
      places[code] = (
        (degrees[0] / 2 + 180) / 360, (Self.shownNorth - degrees[1] / 2) / Self.shownHeight
      )
    }
    self.places = places
  }

  /// The number of the country at a place of the part that is shown, both from 0 at the north-west to 1; 0 is the
  /// sea.
  func country(atColumn column: Double, row: Double) -> Int {
    let x = Int(column * Double(Self.width))
    let latitude = Self.shownNorth - row * Self.shownHeight
    let y = Int((Self.north - latitude) / (Self.north - Self.south) * Double(Self.height))
    guard x >= 0, x < Self.width, y >= 0, y < Self.height else { return 0 }
    return Int(cells[y * Self.width + x])
  }

  /// The middle of a country, in the same measures; nil for an unknown code.
  func place(of code: String) -> (column: Double, row: Double)? { places[code] }

  /// The latitude at which the part that is shown begins: hardly anybody lives in the north of that.
  static let shownNorth = 75.0
  private static let shownHeight = shownNorth - south

  /// How much wider the part that is shown is than high.
  static let aspect = 360 / shownHeight
}
