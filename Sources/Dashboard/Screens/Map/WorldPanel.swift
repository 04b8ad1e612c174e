import CellCanvas
import PlaybackFacts
import QueryCore
import TextAndBytes

/// The world, shaded by a measure, with a legend that has a value at every step, and what is known of the country
/// under the cursor.
struct WorldPanel: View {
  let measure: Measure
  /// The countries by their codes.
  let rows: [Snapshot.Row]
  /// The number of all countries together.
  var total = 0.0
  var isComparing = true
  /// The code of the country under the cursor.
  var selected: String?
  var names = ValueNames()
  var symbols = Symbols.blocks

  func draw(in rect: Rect, on canvas: inout Canvas) {
    guard !rect.isEmpty else { return }
    // What is nowhere on the map is no measure of its shades.
    let values = rows.filter { Country.of($0.dimensionValue) != nil }.compactMap(\.value)
    let scale = ShadeScale(values, isIntegral: measure.unit == .count || measure.unit == .viewers)
    let map = WorldMap(
      steps: Dictionary(
        rows.map { ($0.dimensionValue, scale.step(of: $0.value)) },
        uniquingKeysWith: { first, _ in first }
      ),
      selected: selected,
      callout: callout,
      symbols: symbols
    )
    canvas.draw(map, in: Self.mapArea(in: rect))
    let title = [TextRun(measure.title, .title), TextRun(" by country", .dim)]
    let legend = legend(of: scale, map, on: canvas)
    let width = (title + legend).reduce(0) { $0 + $1.width }
    let hasRoom = width + 5 <= rect.width
    let panel = Panel(title: title, right: hasRoom ? legend : [], symbols: symbols)
    canvas.draw(panel, in: rect.row(0).inset(right: 1))
    // In a narrow panel, over the sea in the south.
    guard !hasRoom, rect.height > 4, !values.isEmpty else { return }
    canvas.draw(TextLine(legend), in: rect.row(rect.height - 1).inset(left: 2))
  }

  /// Where the world itself is.
  static func mapArea(in rect: Rect) -> Rect { rect.inset(left: 1, top: 1) }

  /// The shades with the value at which each begins.
  private func legend(of scale: ShadeScale, _ map: WorldMap, on canvas: Canvas) -> [TextRun] {
    let none = [TextRun("none ", .dim), map.sample(0, 2, on: canvas)]
    guard scale.highest > 0 else { return none }
    let first = Self.text(scale.lowest, measure)
    let bounds = [first] + scale.bounds.map { NumberText.axis($0, measure.unit) }
    let steps = bounds.enumerated().flatMap { index, bound in
      let step = ShadeScale.steps - scale.bounds.count + index
      return [TextRun(" \(bound) ", .dim), map.sample(step, 2, on: canvas)]
    }
    return none + [TextRun(" ")] + steps + [TextRun(" \(Self.text(scale.highest, measure))", .dim)]
  }

  private static func text(_ value: Double, _ measure: Measure) -> String {
    NumberText.text(value, measure.unit)
  }

  private var callout: WorldMap.Callout? {
    guard let selected, let row = rows.first(where: { $0.dimensionValue == selected }) else {
      return nil
    }
    let value = row.value.map { Self.text($0, measure) } ?? NumberText.noData
    var content = [TextRun(value, .title)]
    if measure.isAdditive, total > 0, let value = row.value {
      content.append(TextRun("  \(Numbers.fixed(value / total * 100, 1)) %", .dim))
    }
    if isComparing, let change = Change(from: row.previous, to: row.value, of: measure) {
      content += [TextRun("  "), TextRun(change.text(symbols), change.style)]
    }
    return WorldMap.Callout(title: names[selected, in: .country], content: content)
  }
}
