import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

@Suite("Item screen")
struct ItemScreenTests {
  private static let walk = "vi4k0jvEUuaTdRAEjQ4Jfagz"

  private func item(_ screen: Screen) throws -> ItemScreen {
    try #require(screen.state.screens[.item] as? ItemScreen)
  }

  /// The page of the first item of Media.
  private func shown() throws -> Screen {
    var screen = try Screen()
    screen.send(.resized(width: 120, height: 40))
    screen.press(.character("e"), .enter)
    return screen
  }

  private func bins(_ seconds: [(Int64, Int64)]) -> [QueryResult.Bin] {
    seconds.map {
      QueryResult.Bin(bounds: WatchTimes.bounds(of: $0.0), value: .integer($0.1))
    }
  }

  // MARK: - Opening

  @Test func `Enter on a row of Media opens its page, and Backspace goes back`() throws {
    var screen = try shown()

    #expect(screen.state.view == .item)
    #expect(screen.state.filters == [Filter.Clause(.mediaID, [Self.walk])])
    let text = screen.text(120, 40)
    #expect(text.contains("The long walk  \(Self.walk)  video"), "\(text)")
    screen.press(.backspace)
    #expect(screen.state.view == .media && screen.state.filters.isEmpty)
  }

  @Test func `who is watching now counts as left, and the screen says so`() throws {
    var screen = try shown()
    #expect(screen.text(120, 40).contains("Who is watching now counts as having left."))
    screen.press(.left)

    #expect(!screen.text(120, 40).contains("counts as"))
    #expect(screen.text(120, 40).contains("Watched time, not positions"))
  }

  @Test func `an item that is filtered by already is opened again`() throws {
    var screen = try shown()
    screen.press(.character("e"), .enter)

    #expect(screen.state.view == .item && screen.state.filters.count == 1)
    #expect(screen.state.notice == nil)
  }

  @Test func `a row of the top media of Overview opens its page, one of a country filters`() throws
  {
    var screen = try Screen()
    screen.press(.tab, .enter)
    #expect(screen.state.view == .overview && screen.state.filters.count == 1)
    screen.press(.backspace, .tab, .tab)
    #expect(screen.state.focus.panel == .topMedia)
    screen.press(.enter)

    #expect(screen.state.view == .item)
  }

  @Test func `without an item, one can be chosen`() throws {
    var screen = try Screen()
    screen.press(.character("I"))
    let text = screen.text(80, 24)
    #expect(text.contains("No title is chosen. Choose one of these: Enter opens it."))
    #expect(text.contains("The long walk") && text.contains("Title 147"), "\(text)")
    screen.press(.down, .enter)

    #expect(screen.state.view == .item && screen.state.filters.count == 1)
    #expect(screen.text(80, 24).contains("Keynote, part 1"))
  }

  @Test func `of several items, one can be chosen`() throws {
    var screen = try Screen()
    screen.press(.character("I"), .character("F"))
    screen.type("media \(Self.walk),vi2kQBbLbVrlFVRd2gQVEx4k")
    screen.press(.enter)

    #expect(screen.text(80, 24).contains("No title is chosen"))
    #expect(screen.text(80, 24).contains("Title 2"))
  }

  // MARK: - Still watching

  @Test func `the curve is the share that was watched for at least so long`() {
    let watching = StillWatching(bins([(0, 20), (1, 10), (60, 30), (240, 40)]))

    #expect(watching.playbacks == 100)
    #expect(
      [0, 1, 2, 60, 61, 240, 241].map { watching.count(atLeast: $0) } == [
        100, 80, 70, 70, 40, 40, 0,
      ]
    )
    #expect(watching.median == 60 && watching.end == 241)
    #expect(StillWatching([]).share(atLeast: 0) == nil && StillWatching([]).end == 1)
  }

  @Test(
    arguments: [1, 7, 59, 250, 599, 1300, 5000, 7199, 9000, 100_000] as [Int64],
    [2, 20, 31, 60]
  )
  func `every point of the curve is where a bucket begins`(end: Int64, most: Int) {
    let watching = StillWatching(bins([(0, 1), (end, 99)]))

    let points = watching.points(most)

    #expect(points.count <= most + 1 && points.first == 0)
    #expect((points.last ?? 0) >= end, "\(points)")
    #expect(points.allSatisfy { WatchTimes.bounds(of: $0).lowerBound == $0 }, "\(points)")
  }

  @Test func `a playback that was left on for a day does not squeeze the curve`() {
    let watching = StillWatching(bins([(30, 500), (240, 500), (80_000, 1)]))

    #expect(watching.end == 241)
  }

  @Test func `watched times are asked for once now and once before, of the item`() throws {
    let screen = try shown()
    let queries = try #require(screen.state.snapshot?.request.queries)

    let histograms = queries.filter { $0.shape == .histogram }
    #expect(histograms.count == 2 && histograms.allSatisfy { $0.measure.metric == "watch-time" })
    #expect(histograms.allSatisfy { $0.filter.clauses == [Filter.Clause(.mediaID, [Self.walk])] })
    let text = screen.text(120, 40)
    #expect(text.contains("Share still watching") && text.contains("median "), "\(text)")
    #expect(text.contains("Watched time, not positions"), "\(text)")
  }

  @Test func `the cursor reads how many are left`() throws {
    var screen = try shown()
    screen.press(.tab, .tab)
    #expect(screen.state.focus.panel == .itemWatched)
    screen.press(.character("."))
    #expect(try item(screen).read?.seconds == 0)
    screen.press(.character("."), .character("."))
    let read = try #require(try item(screen).read?.seconds)
    #expect(
      read > 0 && screen.text(160, 40).contains("from \(NumberText.text(Double(read), .seconds))")
    )
    let narrow = screen.text(80, 24)
    #expect(narrow.contains("from \(NumberText.text(Double(read), .seconds))  "), "\(narrow)")
    screen.press(.escape)
    #expect(try item(screen).read == nil)
    screen.press(.enter)
    #expect(screen.state.notice == "there are no rows here")
  }

  @Test(arguments: [80, 120, 200])
  func `each key goes one column on`(width: Int) throws {
    var screen = try shown()
    screen.send(.resized(width: width, height: 40))
    screen.press(.tab, .tab)
    var read: [Int64] = []
    for _ in 0..<6 {
      screen.press(.character("."))
      read.append(try #require(try item(screen).read?.seconds))
    }

    let layout = ShellLayout(screen.state, in: Size(width: width, height: 40).bounds)
    let area = ShellLayout.content(of: try #require(layout.place(of: .itemWatched)?.area))
    let panel = screen.state.screen.view(of: .itemWatched, screen.state.context) as? WatchedPanel
    #expect(read == Array(try #require(panel).points(in: area).prefix(6)))
  }

  @Test func `what is read of one item is not read of another`() throws {
    var screen = try shown()
    screen.press(.tab, .tab, .character("."), .character("."))
    #expect(screen.text(120, 40).contains("from "))

    screen.state.filters = [Filter.Clause(.mediaID, ["vi2kQBbLbVrlFVRd2gQVEx4k"])]
    screen.send(.command(.refresh))

    #expect(!screen.text(120, 40).contains("from ") && screen.text(120, 40).contains("median "))
  }

  @Test func `a click reads the time at its column`() throws {
    var screen = try shown()
    let layout = ShellLayout(screen.state, in: Size(width: 120, height: 40).bounds)
    let area = try #require(layout.place(of: .itemWatched)?.area)
    screen.send(.clicked(x: area.x + area.width / 2, y: area.y + 4))

    #expect(try item(screen).read?.seconds ?? 0 > 60 && screen.state.focus.panel == .itemWatched)
  }

  @Test func `the curve is exported with what it is made of`() throws {
    let screen = try shown()
    let table = try item(screen).table(of: .itemWatched, screen.state.context)

    let lines = table.csv.split(separator: "\r\n")
    #expect(lines[0] == "watchedSeconds,playbacks,share,shareBefore")
    #expect(lines.count > 40 && lines[1].hasPrefix("0,"))
  }

  @Test func `a source that can't count watched times says so, and shows the rest`() async throws {
    var screen = try Screen(answers: false)
    screen.press(.character("e"))
    screen.send(.command(.show(.item)))
    screen.state.filters = [Filter.Clause(.mediaID, [Self.walk])]
    screen.send(.command(.refresh))
    guard case .fetch(let id, let request, _)? = screen.takeEffect() else {
      Issue.record("nothing was asked")
      return
    }
    let source = WithoutHistograms(audience: screen.audience)

    let snapshot = try await source.snapshot(of: request, asOf: Screen.now)
    screen.send(.snapshotLoaded(id: id, snapshot))

    let text = screen.text(120, 40)
    #expect(text.contains("this source can't count playbacks by watched time"), "\(text)")
    #expect(text.contains("FR France"))
    #expect(!screen.state.isOutdated)
    await #expect(throws: QueryError.notProvided) {
      try await WithoutHistograms(audience: screen.audience, tellsNothing: true)
        .snapshot(of: request, asOf: Screen.now)
    }
  }

  @Test func `too many playbacks to count leave the rest of the page`() async throws {
    var screen = try Screen(answers: false)
    screen.send(.resized(width: 120, height: 40))
    screen.send(.command(.show(.item)))
    screen.state.filters = [Filter.Clause(.mediaID, [Self.walk])]
    screen.send(.command(.refresh))
    let reason = "There are over two million playbacks: ask for a shorter time."
    let source = WithoutHistograms(
      audience: screen.audience,
      failure: .unavailable(reason: reason)
    )
    try await answer(&screen, source)
    let text = screen.text(120, 40)
    #expect(text.contains("– There are over two million playbacks"), "\(text)")
    #expect(text.contains("FR France") && !text.contains("SOURCE DOWN"))

    // It is not asked again with every answer, but with others, later, and when the user wants it.
    func asks(_ screen: Screen) -> Bool { screen.state.request.histogramRefusal == nil }
    #expect(!asks(screen))
    screen.pass(seconds: 290)
    #expect(!asks(screen))
    var other = screen
    other.press(.character("1"))
    #expect(asks(other))
    var later = screen
    later.pass(seconds: 20)
    #expect(asks(later))
    screen.send(.command(.refresh))
    guard case .fetch(_, let request, _)? = screen.takeEffect() else {
      Issue.record("nothing was asked")
      return
    }
    #expect(request.histogramRefusal == nil)
  }

  @Test func `a server that never counts histograms is not asked for them again`() async throws {
    var screen = try Screen(answers: false)
    screen.send(.command(.show(.item)))
    screen.state.filters = [Filter.Clause(.mediaID, [Self.walk])]
    screen.send(.command(.refresh))
    let failure = QueryError.invalidAttribute(name: "breakdown", detail: "no")
    try await answer(&screen, WithoutHistograms(audience: screen.audience, failure: failure))

    screen.press(.character("o"))
    try await answer(&screen, WithoutHistograms(audience: screen.audience))
    screen.send(.command(.show(.item)))

    #expect(screen.state.request.queries.allSatisfy { $0.shape != .histogram })
  }

  /// Answers the newest request.
  private func answer(_ screen: inout Screen, _ source: WithoutHistograms) async throws {
    while let effect = screen.takeEffect() {
      guard case .fetch(let id, let request, _) = effect else { continue }
      let snapshot = try await source.snapshot(of: request, asOf: screen.state.now)
      screen.send(.snapshotLoaded(id: id, snapshot))
      return
    }
    Issue.record("nothing was asked")
  }
}

/// A source without histograms, as former versions are.
private struct WithoutHistograms: QueryAnswering {
  let audience: SampleAudience
  var tellsNothing = false
  var failure = QueryError.notProvided

  func dataState() async throws(QueryError) -> DataState { audience.state }

  func answer(_ queries: [Query]) async throws(QueryError) -> QueryAnswer {
    guard !tellsNothing, !queries.contains(where: { $0.shape == .histogram }) else {
      throw failure
    }
    return audience.answer(to: queries)
  }
}
