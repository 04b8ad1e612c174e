import CellCanvas
import PlaybackFacts
import QueryCore

/// The metric by hour and weekday, as the mean of the last four weeks.
struct HeatmapScreen: Screen {
  static let meaning = "the metric by hour and weekday"
  static let shortTitle: String? = "Heat"
  static let traits = ScreenTraits(time: .fixed(TimeRange(28 * 24, .hour)), comparesPeriods: false)
  static let panels: [ScreenPanel] = [.heatmap]

  /// The cell that is read; nil for that of the newest hour.
  private(set) var chosen: HoursOfWeek.Place?
  /// The hours of the newest answer; nil before there is one.
  private(set) var week: HoursOfWeek?

  func questions(_ selection: Selection) -> Questions {
    Questions(others: [question(selection)])
  }

  private func question(_ selection: Selection) -> Question {
    Question(measure: selection.measure, shape: .timeseries(.hour))
  }

  mutating func rowsChanged(_ context: ScreenContext) {
    week = HoursOfWeek(context.snapshot, question(context.request.selection))
  }

  /// The cell that is read.
  func place(_ context: ScreenContext) -> HoursOfWeek.Place {
    chosen ?? context.zone.place(of: context.request.window.end - 1)
  }

  // MARK: - Drawing

  func layout(in rect: Rect, _ context: ScreenContext) -> Arrangement {
    let rows = rect.height >= 50 ? 3 : rect.height >= 30 ? 2 : 1
    // Names and numbers need so much: hours of the day only where there is room for all of them.
    let hasHours = rect.height >= HeatmapView.height(rows) + 26 && rect.width >= 140
    let list = Layout.Part.flexible(min: 22)
    let days: Arrangement = .rows([
      (.fixed(6), .panel(.heatmapWeeks)),
      (.fixed(9).optional(rank: 1), .panel(.heatmapDays)),
    ])
    let hours: [(Layout.Part, Arrangement)] = hasHours ? [(list, .panel(.heatmapHours))] : []
    let lists: [(Layout.Part, Arrangement)] =
      [(list, days)] + hours + [
        (list.optional(rank: 1), .panel(.heatmapHighest)),
        (list.optional(rank: 2), .panel(.heatmapLowest)),
      ]
    return .rows([
      (.flexible(min: min(rect.height, HeatmapView.height(rows)), weight: 0), .panel(.heatmap)),
      Arrangement.gap(rank: 2),
      (.flexible(min: 4).optional(rank: 1), .columns(lists)),
    ])
  }

  func view(of panel: ScreenPanel, _ context: ScreenContext) -> any View {
    let place = place(context)
    switch panel {
    case .heatmapWeeks:
      return HeatmapList(hoursAt: place, of: week, zone: context.zone, symbols: context.symbols)
    case .heatmapDays: return HeatmapList(daysOf: week, place, symbols: context.symbols)
    case .heatmapHours: return HeatmapList(hoursOf: week, place, symbols: context.symbols)
    case .heatmapHighest:
      return HeatmapList("Highest", week?.ranked ?? [], of: week, place, symbols: context.symbols)
    case .heatmapLowest:
      let lowest = week.map { Array($0.ranked.reversed()) } ?? []
      return HeatmapList("Lowest", lowest, of: week, place, symbols: context.symbols)
    default:
      return HeatmapView(
        measure: context.request.selection.measure,
        week: week,
        place: place,
        zone: context.zone,
        isInPast: context.isInPast,
        key: context.keyMap.label(of: .chooseRow),
        isFocused: context.focus.panel == panel,
        symbols: context.symbols
      )
    }
  }

  func table(of panel: ScreenPanel, _ context: ScreenContext) -> ExportTable {
    let measure = context.request.selection.measure
    var table = ExportTable(["weekday", "hour", measure.seriesName ?? measure.metric, "weeks"])
    guard let week else { return table }
    for place in HoursOfWeek.Place.all {
      table.add([
        .text(TimeText.weekday(place.weekday)), .number(Double(place.hour)),
        .number(week.mean(at: place)), .number(Double(week.weeks(at: place))),
      ])
    }
    return table
  }

  // MARK: - Keys

  mutating func perform(_ command: Command, _ context: ScreenContext) -> [ScreenEffect]? {
    switch command {
    case .moveRow(let days):
      let place = place(context)
      let day = min(max(0, place.weekday + days), 6)
      chosen = HoursOfWeek.Place(weekday: day, hour: place.hour)
      return []
    case .moveCursor(let hours), .shift(let hours):
      chosen = place(context).moved(byHours: hours)
      return []
    case .chooseRow: return show(place(context), context)
    case .dismiss where chosen != nil:
      chosen = nil
      return []
    default: return nil
    }
  }

  func hint(of command: Command, _ context: ScreenContext) -> String? {
    command == .chooseRow ? "show hour" : nil
  }

  /// Shows the newest hour of a cell.
  private func show(_ place: HoursOfWeek.Place, _ context: ScreenContext) -> [ScreenEffect] {
    guard let hour = week?.hours(at: place).last else {
      return [.notice("that hour is not in this range")]
    }
    return [.show(.hour, upTo: hour.end), .command(.show(.overview))]
  }

  mutating func click(
    x: Int,
    y: Int,
    in place: Arrangement.Place,
    _ context: ScreenContext
  ) -> [ScreenEffect]? {
    guard place.panel == .heatmap, let view = view(of: .heatmap, context) as? HeatmapView else {
      return nil
    }
    guard let cell = view.place(atX: x, y: y, in: ShellLayout.content(of: place.area)) else {
      return []
    }
    if cell == chosen { return show(cell, context) }
    chosen = cell
    return []
  }
}

extension ScreenPanel {
  static let heatmap = ScreenPanel("heatmap", .plain)
  static let heatmapWeeks = ScreenPanel("heatmapWeeks", .plain)
  static let heatmapDays = ScreenPanel("heatmapDays", .plain)
  static let heatmapHours = ScreenPanel("heatmapHours", .plain)
  static let heatmapHighest = ScreenPanel("heatmapHighest", .plain)
  static let heatmapLowest = ScreenPanel("heatmapLowest", .plain)
}
