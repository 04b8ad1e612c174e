import AnalyticsSource
import Foundation
import PlaybackFacts
import QueryCore
import Synchronization
import Testing

@testable import playhead

@Suite("Moving a store")
struct StoreMoveTests {
  /// A moment of the day before yesterday, UTC, so that all facts lie in the past.
  private static let start: Timestamp =
    Timestamp.now.floored(to: Milliseconds.day) - 2 * Milliseconds.day

  /// Facts of two days: each playback has an impression, a play and 40 s of watching.
  private static func facts(playbacks: Range<Int>) -> [Fact] {
    playbacks.flatMap { number in
      let time =
        start + Int64(number) * 7 * Milliseconds.minute + Int64(number % 2) * Milliseconds.day
      let playback = Playback(
        id: PlaybackID("p\(number)"),
        viewer: ViewerID("v\(number % 5)"),
        mediaID: "vi\(number % 3)",
        country: ["FR", "DE"][number % 2]
      )
      let slot = time.floored(to: 20_000)
      return [
        Fact(.impression, at: time, value: 300, of: playback),
        Fact(.play, at: time, of: playback),
        Fact(.watch, at: slot, value: 20_000, of: playback),
        Fact(.watch, at: slot + 20_000, value: 20_000, of: playback),
      ]
    }
  }

  private func open(_ name: String, _ world: World) throws -> any ManagedStore {
    let settings = Settings(
      options: [.store: world.path(name)],
      variables: ["HOME": world.path("")]
    )
    return try openStore(settings, .writing)
  }

  private func add(_ facts: [Fact], to store: any ManagedStore) async throws {
    let importing = try await store.beginImport()
    try await importing.append(facts)
    try await importing.finish(sha256: nil)
  }

  private func allFacts(_ store: any ManagedStore) async throws -> Set<Fact> {
    let found = Collected()
    let timeframe = Timeframe(from: Self.start, to: Self.start + 4 * Milliseconds.day)
    try await store.forEachFact(in: timeframe, filter: Filter()) { found.add($0) }
    #expect(found.facts.count == Set(found.facts).count)
    return Set(found.facts)
  }

  private func move(
    _ source: any ManagedStore,
    _ target: any ManagedStore
  ) async throws -> StoreMove.Report {
    try await StoreMove(source: source, target: target, now: .now, sourceName: "a").run { _, _ in }
  }

  @Test func `all facts and media items are in the target, once`() async throws {
    try await World.with { world in
      let (source, target) = (try open("a.db", world), try open("b.db", world))
      try await add(Self.facts(playbacks: 0..<40), to: source)
      try await source.describe([
        MediaItem(id: "vi0", title: "One"), MediaItem(id: "vi1", title: "Two"),
      ])
      try await target.describe([MediaItem(id: "vi1", title: "Newer")])

      let first = try await move(source, target)
      #expect(first == StoreMove.Report(facts: 160, mediaItems: 1))
      #expect(try await allFacts(target) == allFacts(source))
      let titles = try await target.media(unless: nil)?.items.map(\.title)
      #expect(titles == ["One", "Newer"])

      let again = try await move(source, target)
      #expect(again == StoreMove.Report(earlierDays: 2))
      #expect(try await allFacts(target).count == 160)
      try source.close()
      try target.close()
    }
  }

  @Test func `a move that was interrupted goes on`() async throws {
    try await World.with { world in
      let (source, target) = (try open("a.db", world), try open("b.db", world))
      try await add(Self.facts(playbacks: 0..<40), to: source)

      let move = StoreMove(source: source, target: target, now: .now, sourceName: "a")
      let task = Task { try await move.run { _, _ in withUnsafeCurrentTask { $0?.cancel() } } }
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(try await allFacts(target).count == 80)

      #expect(try await move.run { _, _ in } == StoreMove.Report(facts: 80, earlierDays: 1))
      #expect(try await allFacts(target) == allFacts(source))
      try source.close()
      try target.close()
    }
  }

  @Test func `days that differ are named`() async throws {
    try await World.with { world in
      let (source, target) = (try open("a.db", world), try open("b.db", world))
      try await add(Self.facts(playbacks: 0..<4), to: source)
      // Those of even numbers are of the first day.
      try await add(Self.facts(playbacks: 100..<101), to: target)
      let days = [0, 1].map { Int(Self.start.milliseconds / Milliseconds.day) + $0 }
        .map(CivilDate.init(daysSince1970:))

      #expect(
        try await move(source, target) == StoreMove.Report(facts: 16, sharedDays: [days[0]])
      )

      try await add(Self.facts(playbacks: 201..<202), to: source)
      let late = try await move(source, target)
      #expect(late.facts == 0)
      #expect(late.incompleteDays == [days[1]])
      #expect(late.sharedDays == [days[0]])
      try source.close()
      try target.close()
    }
  }
}

/// Facts that a store passes on.
private final class Collected: Sendable {
  private let all = Mutex<[Fact]>([])

  var facts: [Fact] { all.withLock(\.self) }

  func add(_ fact: Fact) { all.withLock { $0.append(fact) } }
}
