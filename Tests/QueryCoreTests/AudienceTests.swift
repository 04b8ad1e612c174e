import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@Suite("Views and viewers")
struct AudienceTests {
  let hour = timeframe("2024-05-29T11:00:00Z", "2024-05-29T12:00:00Z")

  private func watch(_ slot: Int64, _ id: String, viewer: String = "v") -> Fact {
    let playback = Playback(id: PlaybackID(id), viewer: ViewerID(viewer), mediaID: "vi1")
    return Fact(.watch, at: hour.from + slot * Milliseconds.slot, value: 20_000, of: playback)
  }

  private func view(_ time: String, viewer: String, seconds: Int64 = 5) -> Fact {
    let playback = Playback(
      id: PlaybackID(time + viewer),
      viewer: ViewerID(viewer),
      mediaID: "vi1"
    )
    return Fact(.view, at: at(time), value: seconds, of: playback)
  }

  private func rows(_ query: Query, _ facts: [Fact]) async throws -> QueryResult.Rows? {
    try await QueryEngine(backend: FactModel(facts)).answer([query]).results.first?.rows
  }

  @Test func `an average is over all slots, those in which nobody watched too`() async throws {
    let measure = try #require(MetricCatalog.measure("ccv", .average))
    let facts = [watch(0, "a"), watch(0, "b"), watch(3, "a")]

    #expect(try await rows(Query(measure, in: hour), facts) == .number(.decimal(3.0 / 180)))
  }

  @Test func `an average leaves out slots that have not begun`() async throws {
    let measure = try #require(MetricCatalog.measure("ccv", .average))
    let facts = [watch(0, "a"), watch(0, "b"), watch(3, "a")]
    let open = hour.from + 5 * Milliseconds.slot

    #expect(
      try await rows(Query(measure, in: hour, openSlot: open), facts) == .number(.decimal(0.5))
    )
  }

  @Test func `an average before the first slot has begun is 0`() async throws {
    let measure = try #require(MetricCatalog.measure("ccv", .average))
    let query = Query(measure, in: hour, openSlot: hour.from - Milliseconds.hour)

    #expect(try await rows(query, []) == .number(.decimal(0)))
  }

  @Test func `a viewer counts once a day and again on the next`() async throws {
    let frame = timeframe("2024-05-28T00:00:00Z", "2024-05-30T00:00:00Z")
    let facts = [
      view("2024-05-28T23:00:00Z", viewer: "a"), view("2024-05-28T23:30:00Z", viewer: "a"),
      view("2024-05-28T23:30:00Z", viewer: "b"), view("2024-05-29T00:10:00Z", viewer: "a"),
      view("2024-05-29T00:10:00Z", viewer: "c", seconds: 10),
    ]

    let unique = Query(try .named("view"), isUnique: true, in: frame)

    #expect(try await rows(unique, facts) == .number(.integer(3)))
    #expect(try await rows(Query(.named("view"), in: frame), facts) == .number(.integer(4)))
  }

  @Test func `peak and average of the same slots are asked for once`() async throws {
    let backend = GatedBackend(isOpen: true)
    let queries = [
      Query(try .named("ccv-peak"), .timeseries(.hour), in: hour),
      Query(try .named("ccv-average"), .timeseries(.hour), in: hour),
      Query(try .named("ccv-peak"), .timeseries(.hour), isUnique: true, in: hour),
    ]

    _ = try? await QueryEngine(backend: backend).answer(queries)

    #expect(await backend.calls.first?.count == 2)
  }

  @Test func `what a parameter changes is another question`() throws {
    let views = Query(try .named("view"), in: hour)
    var others = [views, views, views]
    others[0].isUnique = true
    others[1].viewDuration = .tenSeconds
    others[2].openSlot = hour.from

    #expect(Set(others + [views]).count == 4)
  }
}
