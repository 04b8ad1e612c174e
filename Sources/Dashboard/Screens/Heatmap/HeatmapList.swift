import CellCanvas
import PlaybackFacts
import QueryCore
import TextAndBytes

/// Hours or days with their means as bars.
struct HeatmapList: View {
  /// One line.
  struct Row {
    let name: String
    let value: Double?
    /// What stands for the value where it is not all of it.
    var note = ""
    /// Whether it belongs to the cell that is read.
    var isRead = false
  }

  let heading: String
  let measure: Measure
  let rows: [Row]
  /// What the values are compared with; nil for nothing.
  var mean: Double?
  /// Whether there is an answer.
  var isKnown = true
  var symbols = Symbols.blocks

  func draw(in rect: Rect, on canvas: inout Canvas) {
    let area = rect.inset(left: 2)
    let highest = max(mean ?? 0, rows.compactMap(\.value).max() ?? 0)
    let table = DataTable(
      columns: [
        DataTable.Column(heading, .flexible(min: 10, weight: 1, upTo: 14)),
        DataTable.Column(measure.title.lowercased(), .fixed(9), .right),
        DataTable.Column("", .flexible(min: 4, weight: 3).optional(rank: 1)),
      ],
      count: rows.count,
      symbols: symbols
    ) { index in
      let row = rows[index]
      let text = row.value.map(text) ?? NumberText.noData
      let bar: DataTable.Field = .thinBar(
        highest > 0 ? (row.value ?? 0) / highest : 0,
        comparison: mean.map { highest > 0 ? $0 / highest : 0 }
      )
      return [
        .text(row.name, row.isRead ? .accent : .text), .text(text),
        row.note.isEmpty ? bar : .text(row.note, .dim),
      ]
    }
    canvas.draw(table, in: area)
    let title = Rect(x: area.x, y: area.y, width: min(area.width, heading.count), height: 1)
    canvas.restyle(title) { _ in .title }
    if rows.isEmpty {
      let nothing = isKnown ? "\(NumberText.noData) none" : NumberText.unknown
      canvas.draw(TextLine(nothing, .dim), in: area.row(1))
    }
  }
}

extension HeatmapList {
  /// A value; where one is a small mean, all have a decimal.
  private func text(_ value: Double) -> String {
    let isCount = measure.unit == .count || measure.unit == .viewers
    let hasDecimals = rows.contains { row in
      row.value.map { $0 < 99.95 && $0 != $0.rounded() } ?? false
    }
    return isCount && hasDecimals && value < 999.95
      ? Numbers.fixed(value, 1) : NumberText.text(value, measure.unit)
  }

  /// A list of what is known of a week.
  private init(
    _ heading: String,
    of week: HoursOfWeek?,
    mean: Double? = nil,
    symbols: Symbols,
    rows: [Row]
  ) {
    self.init(
      heading: heading,
      measure: week?.measure ?? .plays,
      rows: rows,
      mean: mean,
      isKnown: week != nil,
      symbols: symbols
    )
  }

  /// The hours of one cell, the newest first.
  init(hoursAt place: HoursOfWeek.Place, of week: HoursOfWeek?, zone: Zone, symbols: Symbols) {
    let hours = (week?.hours(at: place) ?? []).reversed()
    self.init(
      place.title,
      of: week,
      mean: week?.mean(at: place),
      symbols: symbols,
      rows: hours.map { hour in
        Row(
          name: TimeText.dayAndMonth(zone.civil(hour.start).date),
          value: hour.value,
          note: hour.isOpen ? "so far" : ""
        )
      }
    )
  }

  /// The days of the week.
  init(daysOf week: HoursOfWeek?, _ read: HoursOfWeek.Place, symbols: Symbols) {
    self.init(
      "Weekday",
      of: week,
      symbols: symbols,
      rows: (0..<7).map { day in
        Row(
          name: TimeText.weekday(day),
          value: week?.mean { $0.weekday == day },
          isRead: day == read.weekday
        )
      }
    )
  }

  /// The hours of the day.
  init(hoursOf week: HoursOfWeek?, _ read: HoursOfWeek.Place, symbols: Symbols) {
    self.init(
      "Hour",
      of: week,
      symbols: symbols,
      rows: (0..<24).map { hour in
        Row(
          name: TimeText.clock(hour: hour),
          value: week?.mean { $0.hour == hour },
          isRead: hour == read.hour
        )
      }
    )
  }

  /// Cells in an order.
  init(
    _ heading: String,
    _ cells: [(place: HoursOfWeek.Place, mean: Double)],
    of week: HoursOfWeek?,
    _ read: HoursOfWeek.Place,
    symbols: Symbols
  ) {
    self.init(
      heading,
      of: week,
      symbols: symbols,
      rows: cells.map { Row(name: $0.place.title, value: $0.mean, isRead: $0.place == read) }
    )
  }
}
