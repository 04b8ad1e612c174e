import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Heatmap screen")
struct HeatmapScreenTests {
  private let measure = Measure.plays

  private func place(_ weekday: Int, _ hour: Int) -> HoursOfWeek.Place {
    HoursOfWeek.Place(weekday: weekday, hour: hour)
  }

  private func heatmap(_ screen: Screen) throws -> HeatmapScreen {
    try #require(screen.state.screens[.heatmap] as? HeatmapScreen)
  }

  private func shown(_ size: Size = Size(width: 120, height: 40)) throws -> Screen {
    var screen = try Screen()
    screen.send(.resized(width: size.width, height: size.height))
    screen.press(.character("H"))
    return screen
  }

  @Test func `a cell is the mean of its whole hours, and the open one is not in it`() throws {
    let paris = try #require(Zone("Europe/Paris"))
    let monday = Timestamp(seconds: 1_715_594_400)  // Mon 2024-05-13 12:00 in Paris
    func hour(_ weeks: Int64, _ value: Double?, isOpen: Bool = false) -> HoursOfWeek.Hour {
      let start = monday - weeks * 7 * Milliseconds.day
      return HoursOfWeek.Hour(
        start: start,
        end: start + Milliseconds.hour,
        value: value,
        isOpen: isOpen
      )
    }

    let week = HoursOfWeek(
      [hour(3, nil), hour(2, 10), hour(1, 30), hour(0, 1, isOpen: true)],
      of: measure,
      in: paris
    )

    #expect(week.mean(at: place(0, 12)) == 20 && week.weeks(at: place(0, 12)) == 2)
    #expect(week.mean { $0.weekday == 0 } == 20 && week.mean { $0.hour == 13 } == nil)
    #expect(week.ranked.map(\.place) == [place(0, 12)])
    #expect(week.hours(at: place(0, 12)).map(\.value) == [nil, 10, 30, 1])
  }

  @Test func `an hour that clocks show twice counts twice, in as many weeks`() throws {
    let paris = try #require(Zone("Europe/Paris"))
    let first = Timestamp(seconds: 1_729_987_200)  // Sun 2024-10-27 02:00 in Paris, +02:00
    let hours = [first, first + Milliseconds.hour].map {
      HoursOfWeek.Hour(start: $0, end: $0 + Milliseconds.hour, value: 7, isOpen: false)
    }

    let week = HoursOfWeek(hours, of: measure, in: paris)

    #expect(week.hours(at: place(6, 2)).count == 2 && week.weeks(at: place(6, 2)) == 1)
  }

  @Test func `four weeks are asked for by hour, of the chosen zone and metric`() throws {
    let screen = try shown()
    let request = try #require(screen.state.snapshot?.request)

    let query = try #require(request.queries.first)
    #expect(request.queries.count == 1 && query.shape == .timeseries(.hour))
    #expect(query.zone == "Europe/Paris" && query.measure == measure)
    #expect(request.window.count == 28 * 24)
    let week = try #require(try heatmap(screen).week)
    #expect(HoursOfWeek.Place.all.allSatisfy { (3...4).contains(week.weeks(at: $0)) })
    #expect(week.hours(at: place(0, 14)).last?.isOpen == true)
  }

  @Test func `what nobody listened to is blank, and what nobody played is 0`() throws {
    var audience = SampleAudience(now: Screen.now)
    audience.scale = 0
    audience.collected = .during(Timeframe(from: Screen.now - 2 * Milliseconds.day, to: Screen.now))
    var screen = try Screen(audience: audience)
    screen.press(.character("H"))

    let week = try #require(try heatmap(screen).week)
    #expect(week.mean(at: place(6, 12)) == 0)
    #expect(week.mean(at: place(3, 12)) == nil && week.weeks(at: place(3, 12)) == 0)
    screen.press(.up, .home, .down, .down, .down)
    #expect(screen.text(120, 40).contains("Thu 14:00  – nothing was measured"))
  }

  @Test func `keys move the cell through the hours and days of a week, and no further`() throws {
    var screen = try shown()
    #expect(try heatmap(screen).place(screen.state.context) == place(0, 14))

    screen.press(.right, .character("."), .down)
    #expect(try heatmap(screen).chosen == place(1, 16))
    for _ in 0..<20 { screen.press(.left) }
    #expect(try heatmap(screen).chosen == place(0, 20))
    screen.press(.end)
    #expect(try heatmap(screen).chosen == place(6, 20))
    for _ in 0..<9 { screen.press(.right) }
    #expect(try heatmap(screen).chosen == place(6, 23))
    #expect(screen.state.mode == .live)

    screen.press(.escape)
    #expect(try heatmap(screen).chosen == nil)
  }

  @Test func `the cell says its mean, its weeks, its newest hour and how that differs`() throws {
    var screen = try shown()
    #expect(screen.text(120, 40).contains("n 3 weeks   now "))
    screen.press(.left)

    let week = try #require(try heatmap(screen).week)
    let cell = place(0, 13)
    let mean = try #require(week.mean(at: cell))
    let newest = try #require(week.hours(at: cell).last?.value)
    let change = try #require(Change(from: mean, to: newest, of: measure))
    let text = screen.text(120, 40)
    #expect(text.contains("Mon 13:00  average \(NumberText.text(mean, .count))  n 4 weeks"))
    #expect(
      text.contains("13 May \(NumberText.text(newest, .count))  \(change.text(.blocks))")
    )
  }

  @Test func `a ratio says that it is the mean of the hours`() throws {
    var screen = try shown()
    screen.press(.character("m"))
    screen.type("play rate")
    screen.press(.enter)

    #expect(
      screen.text(120, 40).contains(
        "Play rate by hour and weekday, last 4 weeks, mean of the hours"
      )
    )
  }

  @Test func `Enter shows the newest of the hours`() throws {
    var screen = try shown()
    screen.press(.left, .up, .enter)

    #expect(screen.state.view == .overview && screen.state.range == .hour)
    let end = Screen.now.floored(to: Milliseconds.hour)
    #expect(screen.state.mode == .history(end: end))
  }

  @Test func `a click reads a cell, and another one shows its hour`() throws {
    var screen = try shown()
    let size = Size(width: 120, height: 40)
    let area = try #require(ShellLayout(screen.state, in: size.bounds).place(of: .heatmap)?.area)
    let view = try #require(
      try heatmap(screen).view(of: .heatmap, screen.state.context) as? HeatmapView
    )
    let content = ShellLayout.content(of: area)
    let cells = (content.y..<content.maxY).flatMap { y in
      (content.x..<content.maxX).map { (x: $0, y: y) }
    }
    let cell = try #require(
      cells.first { view.place(atX: $0.x, y: $0.y, in: content) == place(2, 5) }
    )

    screen.send(.clicked(x: content.x, y: content.y))
    #expect(try heatmap(screen).chosen == nil)
    screen.send(.clicked(x: cell.x, y: cell.y))
    #expect(try heatmap(screen).chosen == place(2, 5) && screen.state.view == .heatmap)
    screen.send(.clicked(x: cell.x, y: cell.y))

    #expect(screen.state.view == .overview)
  }

  @Test func `every cell is exported`() throws {
    let screen = try shown()

    let lines = try heatmap(screen).table(of: .heatmap, screen.state.context).csv
      .split(separator: "\r\n")
    #expect(
      lines.count == 169 && lines[0].hasPrefix("weekday,hour,") && lines[1].hasPrefix("Mon,0,")
    )
  }
}
