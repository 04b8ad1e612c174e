import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Movers screen")
struct MoversScreenTests {
  private func movers(_ screen: Screen) throws -> MoversScreen {
    try #require(screen.state.screens[.movers] as? MoversScreen)
  }

  private func shown() throws -> Screen {
    var screen = try Screen()
    screen.press(.character("u"))
    return screen
  }

  /// Dimensions of few values, which both ask for at once.
  private static let compared: [Dimension] = [.country, .deviceType]

  private func singles(of movers: Movers) -> [Movers.Row] {
    movers.rows.filter { row in
      row.values.count == 1 && Self.compared.contains(row.values[0].dimension)
    }
  }

  @Test func `single values are those that the command line finds`() async throws {
    let screen = try shown()
    let found = try #require(try movers(screen).movers)
    var request = found.request
    #expect(request.measure == .plays && request.filter == Filter())
    request.findsPairs = false
    request.dimensions = Self.compared

    let expected = try await screen.audience.movers(request)

    #expect(found.now == expected.now && found.before == expected.before)
    let singles = self.singles(of: found)
    #expect(singles == Array(expected.rows.prefix(singles.count)) && singles.count > 15)
  }

  @Test func `from a row that was chosen, they are of that row`() throws {
    var screen = try Screen()
    screen.press(.character("b"), .character("u"))
    #expect(screen.state.view == .movers && screen.state.filters.isEmpty)
    screen.press(.backspace, .down)
    let row = try #require(screen.state.rowUnderCursor)
    screen.press(.character("u"))

    #expect(screen.state.view == .movers)
    #expect(screen.state.filters == [Filter.Clause(.country, [row.id])])
    #expect(
      try movers(screen).movers?.rows.contains { $0.values[0].dimension == .country } == false
    )
    // Both are one step.
    screen.press(.backspace)
    #expect(screen.state.view == .breakdown && screen.state.filters.isEmpty)
  }

  @Test func `names are whole where bars have room`() throws {
    var screen = try Screen()
    screen.send(.resized(width: 120, height: 40))
    screen.press(.character("u"))

    let lines = screen.text(120, 40).split(separator: "\n")
    #expect(lines.count > 20)
    #expect(!lines.contains { $0.contains("…") }, "\(lines)")
    for width in stride(from: 100, through: 200, by: 7) {
      let wide = screen.text(width, 40).split(separator: "\n").dropFirst(3).dropLast()
      #expect(!wide.contains { $0.contains("…") }, "\(width)")
    }
  }

  @Test func `a ratio is split by what it is divided of`() async throws {
    var screen = try shown()
    screen.press(.character("m"))
    screen.type("play rate")
    screen.press(.enter)
    let found = try #require(try movers(screen).movers)
    var request = found.request
    request.findsPairs = false
    request.dimensions = Self.compared

    let expected = try await screen.audience.movers(request)

    #expect(found.request.measure.title == "Play rate")
    let singles = self.singles(of: found)
    #expect(singles == Array(expected.rows.prefix(singles.count)) && singles.count > 15)
    #expect(screen.text(120, 40).contains(" pt"))
  }

  @Test func `Enter makes the row under the cursor a filter, and ! leaves it out`() throws {
    var screen = try shown()
    screen.press(.down, .down)
    let row = try movers(screen).rows[2]
    screen.press(.enter)

    let value = try #require(row.values.first)
    #expect(screen.state.filters == [Filter.Clause(value.dimension, [value.value])])
    #expect(screen.state.view == .movers)
    let left = try movers(screen).rows
    #expect(
      !left.isEmpty && !left.contains { $0.values.contains { $0.dimension == value.dimension } }
    )
    screen.press(.backspace, .character("!"))

    #expect(screen.state.filters.map(\.isNegated) == [true])
  }

  @Test func `a click reads a row, and another one filters by it`() throws {
    var screen = try shown()
    screen.send(.resized(width: 120, height: 40))
    let layout = ShellLayout(screen.state, in: Size(width: 120, height: 40).bounds)
    let area = try #require(layout.place(of: .movers)?.area)

    screen.send(.clicked(x: 10, y: area.y))
    #expect(try movers(screen).selected == nil)
    screen.send(.clicked(x: 10, y: area.y + 5))
    #expect(try movers(screen).selected?.index == 2 && screen.state.filters.isEmpty)
    screen.send(.clicked(x: 10, y: area.y + 5))

    #expect(screen.state.filters.count == 1)
  }

  @Test func `with a cursor on the chart, it is about that interval and the same one before`()
    throws
  {
    var screen = try Screen()
    screen.press(.character(","), .character(","), .character(","), .character("u"))
    let cursor = try #require(screen.state.cursor)
    let request = try #require(try movers(screen).movers?.request)

    let hour = Timeframe(from: cursor, to: cursor + Milliseconds.hour)
    let day = Milliseconds.day
    #expect(request.timeframe == hour)
    #expect(request.before == Timeframe(from: hour.from - day, to: hour.to - day))
    #expect(screen.text(120, 40).contains("Who moved Plays  at Mon 13 May 12:00  "))
    let whole = try #require(screen.state.snapshot?.request.window.timeframe)
    screen.press(.escape)
    #expect(try movers(screen).movers?.request.timeframe == whole)
  }

  @Test func `of the interval that is open, as much is compared as has passed`() throws {
    var screen = try Screen()
    screen.press(.character(","), .character("u"))
    let request = try #require(try movers(screen).movers?.request)

    #expect(request.before.duration == 6 * Milliseconds.minute)
    #expect(request.before.from == request.timeframe.from - Milliseconds.day)
  }

  @Test func `an interval that has just begun is compared with nothing`() throws {
    var screen = try Screen()
    screen.pass(until: Screen.now.ceiled(to: Milliseconds.hour) + 4_000)
    screen.press(.character(","), .character("u"))

    #expect(try movers(screen).movers == nil)
    #expect(screen.text(80, 24).contains("this interval has just begun"))
  }

  @Test func `the cursor moves on from interval to interval`() throws {
    var screen = try Screen()
    screen.press(.character(","), .character(","), .character("u"))
    let first = try #require(try movers(screen).movers?.request.timeframe)
    screen.press(.character(","))

    #expect(try movers(screen).movers?.request.timeframe.to == first.from)
    screen.press(.character("o"))
    #expect(screen.state.snapshot?.request.selection.interval == nil)
  }

  @Test func `Esc lets go of the row`() throws {
    var screen = try shown()
    screen.press(.end)
    let count = try movers(screen).rows.count
    #expect(try movers(screen).selected?.index == count - 1)
    screen.press(.escape)

    #expect(try movers(screen).selected == nil)
  }

  @Test func `what is not made of parts says so, and asks for nothing but itself`() throws {
    var screen = try shown()
    screen.send(.command(.chooseMeasure(.peakViewers)))

    #expect(screen.state.request.queries.count == 1)
    let words = screen.text(80, 24).split { $0.isWhitespace }.joined(separator: " ")
    #expect(words.contains("is not made of parts, so no value has a part in its change."))
    #expect(words.contains("m chooses another metric."))
    screen.press(.enter)
    #expect(screen.state.notice == "there are no rows here")
  }

  @Test func `without a time to compare with nothing moved`() throws {
    var screen = try shown()
    screen.send(.command(.compare(nil)))

    #expect(screen.text(80, 24).contains("nothing to compare with. c chooses a time"))
  }

  @Test func `a time that has expired moved nothing`() throws {
    var screen = try shown()
    screen.send(.command(.chooseRange(.year)))

    #expect(screen.text(80, 24).contains("older than the retention"))
  }

  @Test func `a time without a collector moved nothing`() throws {
    var audience = SampleAudience(now: Screen.now)
    audience.collected = .during(
      Timeframe(from: Screen.now - Milliseconds.day, to: Screen.now)
    )
    var screen = try Screen(audience: audience)
    screen.press(.character("u"))

    #expect(screen.text(80, 24).contains("not collected in the time to compare with"))
    #expect(try movers(screen).movers == nil)
  }

  // MARK: - Pairs

  /// Plays by country and device, now and before.
  private typealias Table = [(country: String, device: String, now: Double, before: Double)]

  /// The plays of phones in FR fell, and nothing else changed.
  private static let table: Table = ["FR", "DE", "US", "ES"].flatMap { country in
    ["phone", "computer", "tv"].map { device in
      (country, device, country == "FR" && device == "phone" ? 1000 : 5000, 5000)
    }
  }

  private func answer(_ request: ScreenRequest, _ table: Table) -> Snapshot {
    let results = request.queries.map { query -> QueryResult in
      let isNow = query.timeframe == request.window.timeframe
      let rows = table.filter { row in
        query.filter.clauses.allSatisfy {
          $0.matches($0.dimension == .country ? row.country : row.device)
        }
      }
      func sum(_ rows: Table) -> Double { rows.reduce(0) { $0 + (isNow ? $1.now : $1.before) } }
      guard case .buckets(let dimension) = query.shape,
        dimension == .country || dimension == .deviceType
      else {
        let isNumber = query.shape == .number
        return QueryResult(
          query: query,
          rows: isNumber ? .number(.decimal(sum(rows))) : .buckets([]),
          itemsTotal: isNumber ? 1 : 0
        )
      }
      let groups = Dictionary(grouping: rows) {
        dimension == .country ? $0.country : $0.device
      }
      let buckets = groups.sorted { $0.key < $1.key }.map {
        QueryResult.Bucket(value: .decimal(sum($0.value)), dimensionValue: $0.key)
      }
      return QueryResult(query: query, rows: .buckets(buckets), itemsTotal: buckets.count)
    }
    let state = SampleAudience(now: Screen.now).state
    return Snapshot(request, QueryAnswer(state: state, results: results), asOf: Screen.now)
  }

  @Test func `a pair comes with a second question, and Enter filters by both`() throws {
    var driver = try Screen(answers: false)
    driver.press(.character("u"))
    var context = driver.state.context
    var screen = MoversScreen()

    context.snapshot = answer(context.asked, Self.table)
    screen.rowsChanged(context)
    #expect(screen.rows.allSatisfy { $0.values.count == 1 })
    let detail = screen.detail(context)
    #expect(!detail.others.isEmpty)
    let request = ScreenRequest(
      context.asked.subject,
      detail,
      at: Screen.now,
      retention: Retention()
    )
    #expect(request.queries.count > context.asked.queries.count)
    context.snapshot = answer(request, Self.table)
    screen.rowsChanged(context)

    let pair = try #require(screen.rows.first)
    let values = Set(pair.values)
    #expect(values == [Movers.Value(.country, "FR"), Movers.Value(.deviceType, "phone")])
    #expect(pair.contribution == -4000 && screen.detail(context) == detail)
    let drawn = canvas(120, 20, screen.view(of: .movers, context))
    #expect(drawn.contains { $0.contains("FR × ") || $0.contains("× country FR") })
    let effects = screen.perform(.chooseRow, context)
    #expect(
      effects == [.filter(pair.values.map { Filter.Clause($0.dimension, [$0.value]) })]
    )
    _ = screen.perform(.moveRow(-100), context)
    let refusal = screen.perform(.excludeRow, context)
    #expect(
      refusal == [
        .notice("only one value can be left out, not a pair")
      ]
    )
  }

  @Test func `the row under the cursor keeps its place while others move`() throws {
    var driver = try Screen(answers: false)
    driver.press(.character("u"))
    var context = driver.state.context
    var screen = MoversScreen()
    context.snapshot = answer(context.asked, Self.table)
    screen.rowsChanged(context)
    _ = screen.perform(.moveRow(1), context)
    let held = screen.rows[1].id

    let other = Self.table.map {
      ($0.country, $0.device, $0.country == "US" ? 100 : $0.now, $0.before)
    }
    context.snapshot = answer(
      context.asked,
      other.map { (country: $0, device: $1, now: $2, before: $3) }
    )
    screen.rowsChanged(context)

    #expect(screen.rows[1].id == held)
    #expect(screen.rows[0].values.map(\.value) == ["US"])
  }

  private func canvas(_ width: Int, _ height: Int, _ view: any View) -> [String] {
    var canvas = Canvas(size: Size(width: width, height: height))
    canvas.draw(view, in: canvas.bounds)
    return canvas.lines
  }

  @Test func `rows are exported as the command line writes them`() throws {
    let screen = try shown()
    let rows = try movers(screen).rows
    let table = try movers(screen).table(of: .movers, screen.state.context)

    let lines = table.csv.split(separator: "\r\n")
    #expect(
      lines[0]
        == "dimension,value,dimension2,value2,metricValue,comparedValue,contribution,share,n,comparedN,noise"
    )
    #expect(lines.count == rows.count + 1)
  }
}
