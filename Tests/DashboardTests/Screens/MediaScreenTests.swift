import CellCanvas
import PlaybackFacts
import QueryCore
import Testing

@testable import Dashboard

/// More media items than an answer has rows for, of which the first two of each list are known.
@Suite("Media screen")
struct MediaScreenTests {
  private static let mediaIDs = (0..<6).map { "vi\($0)" }

  /// Item n has 10 n plays and a play rate of 1 − n / 10, so that each list begins with others.
  private func answer(_ query: Query, _ mediaIDs: [String] = mediaIDs) -> QueryResult {
    if case .buckets(.country) = query.shape {
      let isBefore = query.timeframe.map { $0.to < Screen.now } ?? false
      let values = isBefore ? [("FR", 20), ("DE", 4)] : [("FR", 10), ("DE", 5), ("US", 1)]
      let rows = values.map { QueryResult.Bucket(value: .integer(Int64($1)), dimensionValue: $0) }
      return QueryResult(query: query, rows: .buckets(rows), itemsTotal: rows.count)
    }
    guard case .buckets(.mediaID) = query.shape else {
      return QueryResult(
        query: query,
        rows: query.shape == .number ? .number(.integer(0)) : .timeseries([]),
        itemsTotal: 0
      )
    }
    let rows = mediaIDs.enumerated().compactMap { number, id -> QueryResult.Bucket? in
      guard query.filter.clauses.allSatisfy({ $0.values.contains(id) }) else { return nil }
      let value: MetricValue =
        query.measure.aggregation == .count
        ? .integer(Int64(10 * number)) : .decimal(1 - Double(number) / 10)
      return value.double > 0 ? QueryResult.Bucket(value: value, dimensionValue: id) : nil
    }.sorted { ($0.value.double > $1.value.double) != query.order.isAscending }
    let known = query.filter.isEmpty ? Array(rows.prefix(2)) : rows
    return QueryResult(query: query, rows: .buckets(known), itemsTotal: rows.count)
  }

  /// A screen whose questions this source answers; the newest question stays unanswered.
  private func screen(_ key: Key = .character("e"), answering count: Int) throws -> Screen {
    var screen = try Screen(answers: false)
    screen.press(key)
    for _ in 0..<count { answerNewest(&screen) }
    return screen
  }

  private func answerNewest(_ screen: inout Screen) {
    guard case .fetch(let id, let request, _)? = screen.takeEffect() else { return }
    let whole = QueryAnswer(
      state: screen.audience.state,
      results: request.queries.map { answer($0) }
    )
    screen.send(.snapshotLoaded(id: id, Snapshot(request, whole, asOf: Screen.now)))
  }

  private func item(_ id: String, _ screen: Screen) throws -> Snapshot.TableRow {
    try #require(screen.state.snapshot?.table?.rows.first { $0.id == id })
  }

  @Test func `what was cut off is not known, rather than 0`() throws {
    let screen = try screen(answering: 1)
    let snapshot = try #require(screen.state.snapshot)

    #expect(!(snapshot.table?.isWhole ?? true))
    #expect(snapshot.table?.count == 6)
    #expect(try item("vi5", screen).values[..<2] == [50, nil])
    #expect(try item("vi0", screen).values[..<2] == [nil, 1])
  }

  @Test func `the numbers of the rows that are shown are asked for`() throws {
    let screen = try screen(answering: 2)

    #expect(try item("vi5", screen).values[..<2] == [50, 0.5])
    // What has no plays at all is left out of the answer, which is whole now.
    #expect(try item("vi0", screen).values[..<2] == [0, 1])
    #expect(screen.text(120, 40).contains("Title 6"))
  }

  @Test func `rows that change places with every answer are followed three times only`() throws {
    var screen = try screen(answering: 1)
    var asked = 0
    var ids = Self.mediaIDs
    while case .fetch(let id, let request, _)? = screen.takeEffect(), asked < 20 {
      asked += 1
      // Whoever led is gone, and another title is there instead.
      ids = ids.dropFirst() + ["vi\(asked + 100)"]
      let whole = QueryAnswer(
        state: screen.audience.state,
        results: request.queries.map { self.answer($0, ids) }
      )
      screen.send(.snapshotLoaded(id: id, Snapshot(request, whole, asOf: Screen.now)))
    }
    #expect((2...4).contains(asked))
  }

  @Test func `from its lowest value a column has other rows`() throws {
    var screen = try screen(answering: 2)
    screen.press(.character("s"), .character("S"))
    for _ in 0..<2 { answerNewest(&screen) }

    #expect(Array(screen.mediaRows.map(\.id).prefix(2)) == ["vi5", "vi4"])
    #expect(try item("vi4", screen).values[..<2] == [40, 0.6])
  }

  @Test func `a title is found that none of the lists reaches down to`() throws {
    var screen = try screen(answering: 2)
    let titles = [
      "vi2": "Rare birds", "vi3": "A rare fish", "vi5": "Not rare", "vi9": "Rare, unseen",
    ]
    let items = titles.map { MediaItem(id: $0, title: $1) }
    screen.send(.mediaListed(MediaNames(items)))
    #expect(screen.mediaRows.map(\.id) == ["vi5", "vi4", "vi1", "vi0"])

    screen.press(.character("/"))
    screen.type("RARE")
    screen.press(.enter)
    let found = ["vi5", "vi3", "vi2", "vi9"]
    #expect(screen.mediaRows.map(\.id) == found)
    #expect(screen.mediaRows[1].values == [nil, nil, nil, nil, nil])
    answerNewest(&screen)

    #expect(screen.mediaRows.map(\.id) == found)
    #expect(screen.mediaRows.map { $0.values[0] } == [50, 30, 20, 0])
    #expect(screen.text(120, 40).contains("Title 4 "))
  }

  @Test func `what is not known comes last in either order`() throws {
    var screen = try screen(answering: 1)
    screen.press(.character("s"))
    #expect(screen.mediaRows.map { $0.values[1] == nil } == [false, false, true, true])
    screen.press(.character("S"))
    #expect(screen.mediaRows.map { $0.values[1] == nil } == [false, false, true, true])
  }

  @Test func `the worst change comes first or last, and what is new always last`() throws {
    var screen = try screen(.character("b"), answering: 1)
    screen.press(.character("s"), .character("s"))
    #expect(screen.state.rowIDs == ["DE", "FR", "US"])
    screen.press(.character("S"))
    #expect(screen.state.rowIDs == ["FR", "DE", "US"])
  }

  @Test func `the table of media is sorted by any column`() throws {
    var screen = try Screen()
    screen.press(.character("e"))
    for sorted in screen.state.screen.sortColumns(screen.state.context).dropFirst() {
      screen.press(.character("s"))
      #expect(screen.mediaRows.count == 147)
      guard let column = MediaColumn(sorted) else { continue }
      let values = screen.mediaRows.map { $0[column] ?? -1 }
      #expect(values == values.sorted(by: >), "\(column)")
      screen.press(.character("S"))
      #expect(screen.mediaRows.map { $0[column] ?? -1 } == values.reversed())
      screen.press(.character("S"))
    }
  }

  @Test func `Enter on a title opens it: everything about that item`() throws {
    var screen = try Screen()

    screen.press(.character("e"), .down, .enter)

    #expect(screen.state.view == .item)
    #expect(screen.state.filters == [.init(.mediaID, ["vi2kQBbLbVrlFVRd2gQVEx4k"])])
  }

  @Test func `shapes of media come for the rows around the cursor`() throws {
    var screen = try Screen()
    screen.press(.character("e"), .end)

    let table = try #require(screen.state.snapshot?.table)
    let selected = try #require(screen.state.rowUnderCursor)
    #expect(table.trends[selected.id] != nil)
    // Those on the screen and some more, so that not every key asks.
    #expect((20...30).contains(table.trends.count))
    #expect(!screen.state.isOutdated)
  }
}
