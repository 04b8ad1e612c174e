import AnalyticsSource
import FactStore
import PlaybackFacts
import QueryCore
import Synchronization
import TestSupport
import Testing

@Suite("Media items")
struct MediaTests {
  private let walk = MediaItem(id: "vi1", title: "The walk", tags: ["b", "a"], duration: 1500)
  private let talk = MediaItem(id: "vi2", title: nil, tags: [])

  @Test func `are listed as they were described last`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    #expect(try await store.media(unless: nil) == MediaList(version: 0, items: []))

    try await store.describe([talk, walk])
    let first = try #require(try await store.media(unless: 0))
    #expect(first.items == [walk, talk])
    #expect(try await store.media(unless: first.version) == nil)

    let renamed = MediaItem(id: "vi2", title: "Talk \u{202E}\u{1B}[2J", tags: ["ελλάδα"])
    try await store.describe([renamed])
    let second = try #require(try await store.media(unless: first.version))
    #expect(second.items == [walk, renamed])
  }

  @Test func `are read by pages, which together are the list`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let empty = try #require(try await store.media(Query.Page(), unless: nil))
    #expect(empty == MediaPage(MediaList(version: 0, items: []), page: Query.Page(), itemsTotal: 0))
    try await store.describe((0..<25).map { MediaItem(id: "vi\($0)", title: "\($0)") })
    let list = try #require(try await store.media(unless: nil))

    for number in [1, 2, 3, 4, Int(Int32.max), .max] {
      let page = Query.Page(number: number, size: 10)
      #expect(try await store.media(page, unless: nil) == MediaPage(page, of: list))
      #expect(try await store.media(page, unless: list.version) == nil)
    }

    try await store.describe([MediaItem(id: "vi99", title: "99")])
    let last = Query.Page(number: 3, size: 10)
    let page = try #require(try await store.media(last, unless: list.version))
    #expect(page.itemsTotal == 26)
    #expect(page.list.items.last?.id == "vi99")
    #expect(page.list.version > list.version)
  }

  @Test func `are seen by readers in other handles, as is what they change`() async throws {
    let folder = try TemporaryFolder()
    let writer = try FactStore.open(at: folder.storePath, options: options())
    let reader = try FactStore.open(at: folder.storePath, options: options(isReadOnly: true))
    let facts = ["vi1", "vi2"].map { id in
      Fact(
        .play,
        at: noon - Milliseconds.hour,
        of: Playback(id: PlaybackID(id), viewer: ViewerID("v"), mediaID: id)
      )
    }
    try await writer.commit(FactBatch(id: 1, receivedAt: noon, facts: facts))
    let day = Timeframe(from: noon - Milliseconds.day, to: noon)
    let query = SumQuery(
      span: .timeframe(day),
      filter: Filter([Filter.Clause(.tag, ["a"])]),
      sums: [.plays]
    )
    #expect(try await reader.sums(for: [query]).rows == [.total(.zero)])
    let before = try await reader.dataState()

    try await writer.describe([walk])

    #expect(try await reader.dataState().version > before.version)
    #expect(try await reader.dataState().newestReceipt == before.newestReceipt)
    var one = Sums()
    one[.plays] = 1
    #expect(try await reader.sums(for: [query]).rows == [.total(one)])
    #expect(try await reader.media(unless: nil)?.items == [walk])
    #expect(try await writer.check() == [])
  }

  @Test func `of which there is nothing to say leave the version as it is`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    let before = try await store.dataState()

    try await store.describe([])

    #expect(try await store.dataState() == before)
  }

  @Test func `decide which facts are exported`() async throws {
    let folder = try TemporaryFolder()
    let store = try FactStore.open(at: folder.storePath, options: options())
    var builder = FactBuilder(seed: 3)
    let day = Timeframe(from: noon - Milliseconds.day, to: noon)
    let facts = builder.facts(300, in: day)
    try await store.commit(FactBatch(id: 1, receivedAt: noon, facts: facts))
    try await store.seal(now: noon - 6 * Milliseconds.hour)
    let items = builder.describedMedia()
    try await store.describe(items)
    let filter = Filter([Filter.Clause(.tag, ["news", "ελλάδα"], isNegated: true)])

    let exported = Mutex<[Fact]>([])
    try await store.forEachFact(in: day, filter: filter) { fact in
      exported.withLock { $0.append(fact) }
    }

    let tags = Dictionary(uniqueKeysWithValues: items.map { ($0.id, $0.tags) })
    let kept = facts.filter { filter.matches($0.playback) { tags[$0] ?? [] } }
    #expect(!kept.isEmpty && kept.count < facts.count)
    #expect(Set(exported.withLock(\.self).map(\.playback.id)) == Set(kept.map(\.playback.id)))
  }
}
