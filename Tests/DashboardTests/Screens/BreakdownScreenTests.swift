import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Breakdown screen")
struct BreakdownScreenTests {
  private func breakdown(_ screen: Screen) throws -> BreakdownScreen {
    try #require(screen.state.screens[.breakdown] as? BreakdownScreen)
  }

  private func shown(_ metric: String? = nil) throws -> Screen {
    var screen = try Screen()
    screen.send(.resized(width: 200, height: 60))
    screen.press(.character("b"))
    if let metric {
      screen.press(.character("m"))
      screen.type(metric)
      screen.press(.enter)
    }
    return screen
  }

  /// What the columns of a width are called.
  private func headings(_ screen: Screen, _ width: Int, line: Int = 3) -> [String] {
    screen.canvas(width, 40).lines[line].split(separator: " ").map(String.init)
  }

  @Test func `columns vanish whole, the least important first`() throws {
    let screen = try shown()
    let text = { (width: Int) in headings(screen, width).joined(separator: " ") }

    #expect(text(120).contains("plays ▼ share Δ change 24 h play rate n"), "\(text(120))")
    #expect(text(80).contains("plays ▼ share Δ change") && text(80).contains(" n"))
    #expect(!text(80).contains("24 h"))
    #expect(text(48).contains("plays ▼") && !text(48).contains("Δ"), "\(text(48))")
    for width in 20...200 {
      #expect(!screen.canvas(width, 40).lines[4].contains("…") || width < 60)
    }
  }

  @Test func `rows are sorted by the difference`() throws {
    var screen = try shown()
    screen.press(.character("s"))

    #expect(screen.state.notice == "sorted by difference")
    let rows = try breakdown(screen).rows(screen.state.context)
    let deltas = rows.compactMap(\.delta)
    #expect(deltas.count > 10 && deltas == deltas.sorted(by: >))
    screen.press(.character("S"))
    #expect(try breakdown(screen).rows(screen.state.context).first?.delta == deltas.last)
  }

  @Test func `three rows at most are loud`() throws {
    let screen = try shown()
    let known = try #require(try breakdown(screen).known)

    #expect(known.movers.count <= 3)
    for row in known.rows where known.movers.contains(row.id) {
      let change = try #require(Change(from: row.previous, to: row.value, of: .plays))
      #expect(change.verdict != .neutral)
    }
  }

  // MARK: - Sample sizes

  private func rows(_ values: [(String, Double, Double)]) throws -> BreakdownRows {
    let screen = try shown("play rate")
    let snapshot = try #require(screen.state.snapshot)
    let questions = BreakdownQuestions(snapshot.request.selection, second: nil)
    let size = try #require(questions.sampleSize.map(questions.values))
    var other = snapshot
    other.others[size] = [
      QueryResult(
        query: snapshot.request.queries(of: size)[0],
        rows: .buckets(
          values.map { QueryResult.Bucket(value: .integer(Int64($0.2)), dimensionValue: $0.0) }
        ),
        itemsTotal: values.count
      )
    ]
    let ranking = Snapshot.Ranking(
      panel: .breakdown,
      dimension: .country,
      measure: questions.measure,
      rows: values.map { Snapshot.Row(dimensionValue: $0.0, value: $0.1, previous: nil) },
      count: values.count,
      total: 0
    )
    return BreakdownRows(other, ranking, questions)
  }

  @Test func `a ratio of few comes last, whatever it is`() throws {
    let rows = try rows([("AQ", 1, 1), ("FR", 0.6, 500), ("BQ", 0.5, 29), ("DE", 0.4, 30)])

    let shown = rows.shown(RowSort(.value), search: nil, ValueNames())
    #expect(shown.map(\.id) == ["FR", "DE", "AQ", "BQ"])
    #expect(shown.map(\.isThin) == [false, false, true, true])
    var sort = RowSort(.value)
    sort.isReversed = true
    #expect(rows.shown(sort, search: nil, ValueNames()).map(\.id) == ["DE", "FR", "BQ", "AQ"])
    let found = rows.shown(RowSort(.sampleSize), search: SearchText("q"), ValueNames())
    #expect(found.map(\.id) == ["BQ", "AQ"])
  }

  @Test func `errors without impressions are many, and not few`() throws {
    let rate = try #require(MetricCatalog.measure("error", .rate))
    let screen = try shown("error rate")
    let snapshot = try #require(screen.state.snapshot)
    let questions = BreakdownQuestions(snapshot.request.selection, second: nil)
    #expect(questions.measure == rate && questions.sampleSizes.count == 2)
    var other = snapshot
    // Of players in AQ that never loaded, and of those in FR that did.
    let counts: [[(String, Int64)]] = [[("FR", 500)], [("AQ", 400), ("FR", 5)]]
    for (size, rows) in zip(questions.sampleSizes.map(questions.values), counts) {
      other.others[size] = [
        QueryResult(
          query: snapshot.request.queries(of: size)[0],
          rows: .buckets(
            rows.map { QueryResult.Bucket(value: .integer($0.1), dimensionValue: $0.0) }
          ),
          itemsTotal: rows.count
        )
      ]
    }
    let ranking = Snapshot.Ranking(
      panel: .breakdown,
      dimension: .country,
      measure: rate,
      rows: [("AQ", 1), ("FR", 0.01)].map {
        Snapshot.Row(dimensionValue: $0.0, value: $0.1, previous: nil)
      },
      count: 2,
      total: 0
    )

    let rows = BreakdownRows(other, ranking, questions).rows

    #expect(rows.map(\.sampleSize) == [400, 500])
    #expect(rows.map(\.isThin) == [false, false])
  }

  @Test func `few are dimmed, and said`() throws {
    var screen = try shown("play rate")
    let context = screen.state.context
    let known = try rows([("FR", 0.6, 500), ("BQ", 0.5, 29)])
    var table = BreakdownTable(
      rows: known.shown(RowSort(.value), search: nil, ValueNames()),
      known,
      sort: RowSort(.value),
      context
    )
    table.cursor = nil
    var canvas = Canvas(size: Size(width: 100, height: 20))
    canvas.draw(table, in: canvas.bounds)

    #expect(canvas.lines[2].hasPrefix("  BQ ") && canvas[x: 2, y: 2]?.style.role == .dim)
    #expect(canvas.lines[19].contains("fewer than 30 impressions: dimmed, and ranked last"))
    screen.press(.escape)
  }

  @Test(arguments: [
    ("play", Aggregation.rate, "impression"), ("end", .rate, "start"),
    ("watch-time", .average, "start"), ("impression-time", .p95, "impression"),
    ("error", .rate, "impression"), ("start", .rate, "play"),
  ])
  func `what counts a ratio`(metric: String, aggregation: Aggregation, sample: String) throws {
    let measure = try #require(MetricCatalog.measure(metric, aggregation))

    #expect(measure.sampleSize?.metric == sample && measure.sampleSize?.aggregation == .count)
    #expect(Measure.plays.sampleSize == nil)
  }

  @Test func `trends are asked for the rows about the cursor`() throws {
    var screen = try shown()
    let asked = try #require(screen.state.snapshot?.request.detail.others)
    #expect(asked.count == 18 && asked.allSatisfy { $0.shape == .timeseries(.hour) })

    let known = try #require(try breakdown(screen).known)
    let trend = try #require(screen.state.snapshot?.trend(of: known.questions.trend("FR")))
    #expect(trend.count == 24 && trend.allSatisfy { $0 != nil })
    screen.press(.character("6"))
    #expect(screen.text(200, 60).contains("365 d") || screen.text(200, 60).contains("1 y"))
  }

  @Test func `trends are asked for only where they are shown`() throws {
    func asked(_ width: Int, _ height: Int, crossed: Bool = false) throws -> Int {
      var screen = try Screen()
      screen.send(.resized(width: width, height: height))
      screen.press(.character("b"))
      screen.send(.command(.chooseDimension(.mediaID)))
      if crossed { screen.send(.command(.screen(.chooseSecondDimension(.deviceType)))) }
      let asked = try #require(screen.state.snapshot?.request.detail.others)
      return asked.count { $0.shape == .timeseries(.hour) }
    }

    let counts = (try asked(80, 24), try asked(200, 24), try asked(200, 60))
    #expect(counts.0 == 0)
    #expect((20...40).contains(counts.1), "\(counts)")
    #expect((40...72).contains(counts.2), "\(counts)")
    #expect(try asked(80, 24, crossed: true) == 0)
    #expect(try asked(200, 60, crossed: true) == 1)
  }

  @Test(arguments: [24, 40, 60])
  func `every row on the screen has its trend, wherever the cursor is`(height: Int) throws {
    var screen = try Screen()
    screen.send(.resized(width: 200, height: height))
    screen.press(.character("b"))
    screen.send(.command(.chooseDimension(.mediaID)))
    for step in 0..<12 {
      let context = screen.state.context
      let ids = screen.state.rowIDs
      let cursor = screen.state.rowUnderCursor?.index ?? 0
      let layout = ShellLayout(screen.state, in: Size(width: 200, height: height).bounds)
      let area = try #require(layout.place(of: .breakdown)?.area)
      let first = RankingPanel.firstRow(of: ids.count, cursor: cursor, in: area)
      let questions = BreakdownQuestions(context.selection, second: nil)
      let asked = Set(screen.state.detail.others)
      for id in ids.dropFirst(first).prefix(area.height - 1) {
        #expect(asked.contains(questions.trend(id)), "\(id) at \(cursor) of \(ids.count)")
      }
      screen.send(.command(.moveRow(step % 3 == 0 ? 7 : 13)))
    }
  }

  @Test func `a row that a long column does not list has an unknown number`() throws {
    let screen = try crossed()
    var snapshot = try #require(screen.state.snapshot)
    let known = try #require(try breakdown(screen).known)
    let question = try #require(known.questions.cells("phone", .window))
    #expect(question.rows == 1000)
    let answer = try #require(snapshot.results(of: question).first)
    func first(of count: Int) throws -> BreakdownRow {
      snapshot.others[question] = [
        QueryResult(
          query: answer.query,
          rows: .buckets([QueryResult.Bucket(value: .integer(3), dimensionValue: "DE")]),
          itemsTotal: count
        )
      ]
      let ranking = try #require(snapshot.ranking(of: .breakdown))
      let rows = BreakdownRows(snapshot, ranking, known.questions).rows
      return try #require(rows.first { $0.id == "FR" })
    }

    #expect(try first(of: 1).cells[0].value == 0)
    #expect(try first(of: 1001).cells[0].value == nil)
  }

  @Test func `rows are sorted by columns that are shown`() throws {
    var screen = try shown()
    while screen.state.screen.sort?.column != .sampleSize { screen.press(.character("s")) }
    screen.press(.character("x"))
    screen.type("device")
    screen.press(.enter)

    #expect(screen.state.screen.sort?.column == .value)
    #expect(screen.state.screen.sortColumns(screen.state.context) == [.value, .delta, .name])
    screen.press(.character("m"))
    screen.type("play rate")
    screen.press(.enter)
    #expect(screen.state.screen.sortColumns(screen.state.context) == [.value, .change, .name])
  }

  @Test func `what is exported while other columns load is what is shown`() throws {
    var screen = try crossed()
    screen.answers = false
    screen.send(.command(.screen(.chooseSecondDimension(.browser))))
    let table = try breakdown(screen).table(of: .breakdown, screen.state.context)

    #expect(table.csv.hasPrefix("country,play,before,deviceType phone,"), "\(table.csv.prefix(90))")
  }

  @Test func `a tall screen has the row under the cursor over time`() throws {
    var screen = try shown()
    #expect(screen.text(200, 60).contains("FR France  Plays by hour"))
    screen.press(.down)
    #expect(screen.text(200, 60).contains("DE Germany  Plays by hour"))
    #expect(!screen.text(200, 40).contains("Plays by hour"))
  }

  // MARK: - Second dimension

  private func crossed() throws -> Screen {
    var screen = try shown()
    screen.press(.character("x"))
    screen.type("device")
    screen.press(.enter)
    return screen
  }

  @Test func `a second dimension makes its values columns`() throws {
    let screen = try crossed()
    let known = try #require(try breakdown(screen).known)

    #expect(known.columns == ["phone", "computer", "tablet", "tv", "console", "unknown"])
    let row = try #require(known.rows.first)
    #expect(row.id == "FR" && row.cells.count == 6)
    #expect(row.cells.allSatisfy { $0.value != nil && $0.previous != nil })
    let text = screen.text(200, 60)
    #expect(text.contains("phone") && text.contains("console"))
    let narrow = screen.text(80, 24)
    #expect(narrow.contains("phone") && !narrow.contains("console"), "\(narrow)")
  }

  @Test func `of a ratio, columns come with how much is behind them`() throws {
    var screen = try crossed()
    screen.press(.character("m"))
    screen.type("play rate")
    screen.press(.enter)
    let known = try #require(try breakdown(screen).known)

    let row = try #require(known.rows.first { $0.id == "SE" })
    #expect(row.cells.count == 6 && row.cells[0].previous == nil)
    #expect(row.cells.map(\.isThin) == [false, false, false, true, true, true], "\(row)")
  }

  @Test func `the second dimension is remembered, and taken away`() throws {
    var screen = try crossed()
    #expect(try breakdown(screen).memory == ["second": ["device-type"]])
    screen.press(.character("x"), .enter)
    screen.press(.character("x"))
    screen.type("none")
    screen.press(.enter)

    #expect(try breakdown(screen).second == nil)
    #expect(screen.state.snapshot?.request.questions.others.count == 2)
  }

  @Test func `a dimension is not crossed with itself`() throws {
    var screen = try crossed()
    screen.send(.command(.chooseDimension(.deviceType)))

    #expect(try breakdown(screen).known?.columns == [])
    #expect(screen.text(120, 40).contains("play rate"))
  }

  @Test func `columns are exported, now and before`() throws {
    let screen = try crossed()
    let table = try breakdown(screen).table(of: .breakdown, screen.state.context)

    let lines = table.csv.split(separator: "\r\n")
    #expect(lines[0].hasPrefix("country,play,before,deviceType phone,deviceType phone before,"))
    #expect(lines.count == 19)
  }
}
