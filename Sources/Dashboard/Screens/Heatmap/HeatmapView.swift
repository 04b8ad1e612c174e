import CellCanvas
import PlaybackFacts
import QueryCore
import TextAndBytes

/// The grid of hours and weekdays, what its shades mean, and the cell that is read.
struct HeatmapView: View {
  let measure: Measure
  /// Nil before there is an answer.
  var week: HoursOfWeek?
  /// The cell that is read.
  var place: HoursOfWeek.Place
  var zone = Zone.utc
  /// Whether the weeks end in the past.
  var isInPast = false
  /// The key that shows the newest hour of the cell; nil for none.
  var key: String?
  var isFocused = false
  var symbols = Symbols.blocks

  /// The rows that it needs for cells of so many rows.
  static func height(_ rows: Int) -> Int { 4 + 7 * rows }

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let note = measure.isAdditive ? "" : ", mean of the hours"
    let weeks = isInPast ? "the 4 weeks before" : "last 4 weeks"
    let title = [
      TextRun(measure.title, .title), TextRun(" by hour and weekday, \(weeks)\(note)", .dim),
    ]
    canvas.draw(Panel(title: title, isFocused: isFocused, symbols: symbols), in: rect)
    let body = rect.inset(left: 2)
    if rect.height > 9 {
      let hint = key.map { [TextRun("\($0) shows the newest of these hours", .dim)] } ?? []
      canvas.draw(TextLine(reading, right: rect.width < 110 ? [] : hint), in: body.row(1))
    }
    let area = grid(in: rect)
    guard !area.isEmpty else { return }
    canvas.draw(heatmap, in: area)
    if rect.height > 10 {
      canvas.draw(TextLine(heatmap.legend(on: canvas)), in: body.row(gridHeight(in: area) + 2))
    }
  }

  /// The cell at a place of the screen.
  func place(atX x: Int, y: Int, in rect: Rect) -> HoursOfWeek.Place? {
    heatmap.cell(atColumn: x, row: y, in: grid(in: rect)).map {
      HoursOfWeek.Place(weekday: $0.row, hour: $0.column)
    }
  }

  private func grid(in rect: Rect) -> Rect {
    rect.inset(left: 2, top: rect.height > 9 ? 2 : 1, bottom: rect.height > 10 ? 1 : 0)
  }

  /// The rows that the grid takes of its area.
  private func gridHeight(in area: Rect) -> Int {
    1 + 7 * min(3, max(1, (area.height - 1) / 7))
  }

  private var heatmap: Heatmap {
    Heatmap(
      rows: (0..<7).map { day in
        let values = (0..<24).map { hour in
          week?.mean(at: HoursOfWeek.Place(weekday: day, hour: hour))
        }
        return (TimeText.weekday(day), values)
      },
      headings: (0..<24).map { AxisLabel(at: $0, Numbers.padded($0)) },
      cursor: (place.weekday, place.hour),
      symbols: symbols
    ) { NumberText.axis($0, measure.unit) }
  }

  /// What the cell under the cursor says: its mean, of how many weeks, and the newest of its hours.
  private var reading: [TextRun] {
    let name = TextRun("\(place.title)  ", .accent)
    guard let week else { return [name, TextRun(NumberText.unknown, .dim)] }
    let weeks = week.weeks(at: place)
    guard let mean = week.mean(at: place) else {
      return [name, TextRun("\(NumberText.noData) nothing was measured", .dim)]
    }
    let runs = [
      name, TextRun("average ", .dim), TextRun(Self.text(mean, measure), .title),
      TextRun("  n \(weeks) week\(weeks == 1 ? "" : "s")", .dim),
    ]
    guard let newest = week.hours(at: place).last, let value = newest.value else { return runs }
    let date = TimeText.dayAndMonth(zone.civil(newest.start).date)
    let number = TextRun(NumberText.text(value, measure.unit), .title)
    if newest.isOpen {
      return runs + [TextRun("   now ", .dim), number, TextRun(" so far", .dim)]
    }
    guard let change = Change(from: mean, to: value, of: measure) else {
      return runs + [TextRun("   \(date) ", .dim), number]
    }
    return runs + [
      TextRun("   \(date) ", .dim), number, TextRun("  \(change.text(symbols))", change.style),
    ]
  }

  /// A mean: that of small counts is between whole numbers.
  static func text(_ mean: Double, _ measure: Measure) -> String {
    let isCount = measure.unit == .count || measure.unit == .viewers
    return isCount && mean < 99.95 && mean != mean.rounded()
      ? Numbers.fixed(mean, 1) : NumberText.text(mean, measure.unit)
  }
}
