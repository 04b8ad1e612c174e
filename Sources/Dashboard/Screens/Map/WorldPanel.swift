import CellCanvas
import PlaybackFacts
import QueryCore

/// The world, shaded by a measure, with a legend of what the shades mean.
struct WorldPanel: View {
  let measure: Measure
  /// The countries by their codes.
  let rows: [Snapshot.Row]
  /// The code of the country under the cursor.
  var selected: String?
  var symbols = Symbols.blocks

  func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    // What is nowhere on the map is no measure of its shades.
    let highest =
      rows.filter { Country.of($0.dimensionValue) != nil }.compactMap(\.value).max() ?? 0
    var shades: [String: Double] = [:]
    for row in rows {
      shades[row.dimensionValue] = highest > 0 ? (row.value ?? 0) / highest : 0
    }
    canvas.draw(
      Panel(
        title: [TextRun(measure.title, .title), TextRun(" by country", .dim)],
        symbols: symbols
      ),
      in: rect
    )
    let map = WorldMap(shades: shades, selected: selected, symbols: symbols)
    canvas.draw(map, in: Self.mapArea(in: rect))
    guard rect.height > 4 else { return }
    canvas.draw(legend(upTo: highest), in: rect.row(rect.height - 1).inset(left: 2))
  }

  /// Where the world itself is.
  static func mapArea(in rect: Rect) -> Rect {
    rect.inset(left: 1, top: 1, bottom: rect.height > 4 ? 1 : 0)
  }

  private func legend(upTo highest: Double) -> TextLine {
    let full: Unicode.Scalar = symbols.levels[8]
    let marks: [(Unicode.Scalar, Style)] =
      symbols.family == .ascii
      ? [(".", .border), (":", .text), ("+", .text), ("#", .text)]
      : [0, 0.05, 0.3, 1].map { (full, Style(.gradient(0.25 + 0.75 * $0.squareRoot()))) }
    let runs = marks.map { TextRun("\($0.0)\($0.0)", $0.1) }
    let value = NumberText.text(highest, measure.unit)
    return TextLine([TextRun("0 ", .dim)] + runs + [TextRun(" \(value)", .dim)])
  }
}
