import CellCanvas
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@testable import Dashboard

@Suite("Snapshot")
struct SnapshotTests {
  private func chart(_ screen: Screen) throws -> [Double?] {
    try #require(screen.state.snapshot?.chart).values
  }

  /// An audience that went away between 20:00 and 22:00 UTC.
  private var interrupted: SampleAudience {
    let from = Screen.now.floored(to: Milliseconds.day) - 4 * Milliseconds.hour
    let gap = Timeframe(from: from, to: from + 2 * Milliseconds.hour)
    return SampleAudience(now: Screen.now, gap: gap)
  }

  @Test func `counts that an answer leaves out are 0`() throws {
    let values = try chart(try Screen(audience: interrupted))

    #expect(values.count == 24)
    #expect(values.filter { $0 == 0 }.count == 2)
    #expect(!values.contains(nil))
  }

  @Test func `where nobody listened, counts are missing and nothing is compared`() throws {
    var audience = SampleAudience(now: Screen.now - 3 * Milliseconds.hour)
    let from = Screen.now.floored(to: Milliseconds.hour) - 10 * Milliseconds.hour
    audience.collected = .during(Timeframe(from: from, to: audience.now))
    audience.gap = Timeframe(from: from + Milliseconds.hour, to: from + 2 * Milliseconds.hour)
    let screen = try Screen(audience: audience)
    let snapshot = try #require(screen.state.snapshot)
    let values = try chart(screen)

    #expect(values.last == .some(nil))
    #expect(values.filter { $0 == 0 }.count == 1)
    #expect(try #require(snapshot.chart).previous.allSatisfy { $0 == nil || $0 ?? 0 > 0 })
    let now = try #require(snapshot.tiles.first { $0.measure.reach == .now })
    #expect(now.value == nil)
    #expect(snapshot.tiles.allSatisfy { $0.previous == nil })
    #expect(snapshot.rankings.flatMap(\.rows).allSatisfy { $0.previous == nil })
    let text = screen.text(160, 40)
    #expect(text.contains("collector down") && text.contains("vs previous 24 h: not collected"))
  }

  @Test func `where collectors had stopped in the midst, counts are missing and the strip says so`()
    throws
  {
    var audience = SampleAudience(now: Screen.now)
    let from = Screen.now.floored(to: Milliseconds.hour) - 10 * Milliseconds.hour
    let gap = Timeframe(from: from, to: from + 3 * Milliseconds.hour)
    audience.gap = gap
    audience.collected = .during(
      Timeframe(from: from - 60 * Milliseconds.day, to: audience.now),
      gaps: [Timeframe(from: gap.from + 30 * Milliseconds.minute, to: gap.to)]
    )
    let screen = try Screen(audience: audience)
    let values = try chart(screen)

    // The first hour of it was listened to for half an hour.
    #expect(values.filter { $0 == nil }.count == 2)
    #expect(values.filter { $0 == 0 }.count == 1)
    #expect(screen.text(160, 40).contains("! 2 h 30 m not collected"))
    #expect(!screen.text(160, 40).contains("collector down"))
  }

  @Test func `facts of a time in which nobody listened are shown all the same`() throws {
    var audience = SampleAudience(now: Screen.now)
    audience.collected = .during(
      Timeframe(from: Screen.now - 60 * Milliseconds.day, to: Screen.now),
      gaps: [Timeframe(from: Screen.now - 3 * Milliseconds.day, to: Screen.now + Milliseconds.day)]
    )
    let snapshot = try #require(try Screen(audience: audience).state.snapshot)

    #expect(try #require(snapshot.tiles.first).value ?? 0 > 0)
  }

  @Test func `a store without anything has no zeros`() throws {
    var audience = SampleAudience(now: Screen.now, scale: 0)
    audience.collected = .never
    let snapshot = try #require(try Screen(audience: audience).state.snapshot)

    #expect(try #require(snapshot.chart).values.allSatisfy { $0 == nil })
    #expect(snapshot.tiles.allSatisfy { $0.value == nil })
  }

  @Test func `rates that an answer leaves out are missing`() throws {
    var screen = try Screen(audience: interrupted)
    screen.press(.character("m"), .down, .enter)

    let values = try chart(screen)

    #expect(values.filter { $0 == nil }.count == 2)
    #expect(!values.contains(0))
  }

  @Test func `time to come is missing, not 0`() throws {
    var screen = try Screen()
    screen.audience.now = Screen.now - 3 * Milliseconds.hour
    screen.send(.command(.chooseRange(.sixHours)))
    let window = try #require(screen.state.snapshot).request.window
    let values = try chart(screen)

    #expect(values.count == window.count)
    #expect(values.last == .some(0))
  }

  @Test func `where nothing was counted, rates have no value and counts are 0`() throws {
    let screen = try Screen(audience: SampleAudience(now: Screen.now, scale: 0))
    let tiles = try #require(screen.state.snapshot).tiles

    for tile in tiles {
      #expect(tile.value == ([.count, .viewers].contains(tile.measure.unit) ? 0 : nil))
      #expect(tile.previous == nil)
    }
  }

  @Test func `numbers of the period before are those of as much time`() throws {
    let screen = try Screen()
    let snapshot = try #require(screen.state.snapshot)
    let plays = try #require(snapshot.tiles.first)
    let now = snapshot.curves[0].values.compactMap { $0 }.reduce(0, +)
    let before = snapshot.curves[0].previous.compactMap { $0 }.reduce(0, +)

    // Counts of intervals are rounded one by one.
    #expect(abs(try #require(plays.value) - now) < 24)
    #expect(try #require(plays.previous) < before - 24)
  }

  @Test(
    "the engine answers every range, also in zones apart from full hours",
    arguments: TimeRange.presets,
    ["Europe/Paris", "Asia/Kathmandu", "UTC"]
  )
  func engine(range: TimeRange, zone: String) async throws {
    var builder = FactBuilder(seed: 3)
    let now = Screen.now
    let day = Timeframe(from: now - Milliseconds.day, to: now)
    let engine = QueryEngine(backend: FactModel(builder.facts(2000, in: day)))
    var state = DashboardState(
      sources: [.init(name: "model")],
      zone: try #require(Zone(zone)),
      now: now,
      themes: []
    )
    state.range = range
    guard case .fetch(let id, let request, _)? = state.update(.ticked(now, uptime: .zero)).first
    else {
      Issue.record("no fetch")
      return
    }

    let answer = try await engine.answer(request.queries)
    let snapshot = Snapshot(request, answer, asOf: now)
    _ = state.update(.snapshotLoaded(id: id, snapshot))

    let plays = try #require(snapshot.tiles.first?.value)
    #expect(plays > 0)
    #expect(snapshot.curves[0].values.compactMap { $0 }.reduce(0, +) == plays)
    #expect(snapshot.rankings[0].rows.compactMap(\.value).reduce(0, +) == plays)
    #expect(snapshot.rankings[0].total == plays)
  }
}
