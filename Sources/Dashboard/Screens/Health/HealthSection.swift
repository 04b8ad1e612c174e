import CellCanvas
import TextAndBytes

/// Numbers under a heading, each with its shape over time.
struct HealthSection {
  /// One number.
  struct Line {
    let name: String
    var value: [TextRun] = []
    /// How fast it grows, as text; empty for what does not.
    var rate = ""
    /// What it was before, the oldest first; nil for what has no past.
    var trend: [Double?]?
    var trendStyle = Style(.barTop)
    /// Whether it keeps about the same height, of which half the room says enough.
    var isLevel = false
  }

  let title: String
  /// What stands beside the title, such as since when shapes are.
  var note = ""
  let lines: [Line]

  /// The rows that it takes with shapes of so many rows.
  func height(_ trendHeight: Int) -> Int {
    1 + lines.reduce(0) { $0 + ($1.trend == nil ? 1 : trendHeight) }
  }

  /// The section, of which only those rows are drawn that lie in an area.
  func view(trendHeight: Int, symbols: Symbols, clippedTo area: Rect) -> Drawing {
    Drawing(section: self, trendHeight: trendHeight, symbols: symbols, area: area)
  }

  struct Drawing: View {
    let section: HealthSection
    let trendHeight: Int
    let symbols: Symbols
    let area: Rect

    func draw(in rect: Rect, on canvas: inout Canvas) {
      let title = TextLine([TextRun(section.title, .title)], right: [TextRun(section.note, .dim)])
      draw(title, in: rect.row(0), on: &canvas)
      let places = places(in: rect)
      var y = rect.y + 1
      for line in section.lines {
        let height = trendHeight
        func cells(_ column: Rect, _ rows: Int = 1) -> Rect {
          Rect(x: column.x, y: y + height - rows, width: column.width, height: rows)
        }
        guard line.trend != nil else {
          let text = TextLine([TextRun(line.name, .dim)], right: line.value)
          draw(text, in: Rect(x: rect.x, y: y, width: rect.width, height: 1), on: &canvas)
          y += 1
          continue
        }
        // Words stand on the baseline of the shape.
        draw(TextLine([TextRun(line.name, .dim)]), in: cells(places.name), on: &canvas)
        draw(TextLine([], right: line.value), in: cells(places.value), on: &canvas)
        draw(TextLine([], right: [TextRun(line.rate)]), in: cells(places.rate), on: &canvas)
        if let trend = line.trend, !places.trend.isEmpty {
          let known = line.isLevel ? trend.compactMap { $0 } : []
          let mean = known.reduce(0, +) / Double(max(1, known.count))
          // From the right edge: a short history takes little width.
          let room = Trend.capacity(in: places.trend.width, lastIsOpen: false, symbols)
          let shape = Trend(
            Array(repeating: nil, count: max(0, room - trend.count)) + trend,
            maximum: mean > 0 ? 2 * mean : nil,
            style: line.trendStyle,
            symbols: symbols
          )
          draw(shape, in: cells(places.trend, height), on: &canvas)
        }
        y += height
      }
    }

    /// Draws what is whole in the area.
    private func draw(_ view: some View, in rect: Rect, on canvas: inout Canvas) {
      if rect.intersection(area) == rect { canvas.draw(view, in: rect) }
    }

    /// Where the parts of lines with a shape are; shapes give way before the rate, and both before words.
    private func places(in rect: Rect) -> (name: Rect, trend: Rect, rate: Rect, value: Rect) {
      let lines = section.lines.filter { $0.trend != nil }
      func widest(_ width: (Line) -> Int) -> Int { lines.map(width).max() ?? 0 }
      let areas = Layout(
        .columns,
        spacing: 1,
        [
          .fixed(widest { CharacterWidth.columns(of: $0.name) }),
          .flexible(min: 5).optional(rank: 1),
          .fixed(widest { CharacterWidth.columns(of: $0.rate) }).optional(rank: 2),
          .fixed(widest { $0.value.reduce(0) { $0 + $1.width } }),
        ]
      ).split(rect)
      let value = areas[3].width
      return (
        areas[0], areas[1], areas[2],
        Rect(x: rect.maxX - value, y: rect.y, width: value, height: 1)
      )
    }
  }
}
