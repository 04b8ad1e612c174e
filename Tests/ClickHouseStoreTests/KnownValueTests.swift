import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@testable import ClickHouseStore

@Suite(
  "Known values in ClickHouse",
  .enabled(if: TestServers.isInstalled, "clickhouse-server is not installed")
)
struct KnownValueTests {
  @Test func `are those of facts and of batches, or of described media items`() async throws {
    try await TestServers.run(shards: 2) { servers in
      let store = try servers.open()
      let day = CivilTime(noon).date
      let playback = Playback(
        id: PlaybackID(rawValue: 1),
        viewer: ViewerID(rawValue: 2),
        mediaID: "vi1",
        referrer: "https://example.org/it's"
      )
      try await store.commit(
        FactBatch(
          id: 1,
          receivedAt: noon,
          facts: [Fact(.impression, at: noon, of: playback)],
          newValues: [NewValue(OpenValue(.mediaID, "vi2"), on: day)]
        )
      )
      try await store.describe([MediaItem(id: "vi3", title: "Three")])
      try await store.flush()
      let values: Set = [
        OpenValue(.mediaID, "vi1"), OpenValue(.mediaID, "vi2"), OpenValue(.mediaID, "vi3"),
        OpenValue(.mediaID, "vi4"), OpenValue(.referrer, "https://example.org/it's"),
        OpenValue(.referrer, "vi1"),
      ]

      let known = try await store.knownValues(
        among: values,
        hasDescribedMediaOnly: false,
        on: [day]
      )
      #expect(
        known.values == [
          OpenValue(.mediaID, "vi1"), OpenValue(.mediaID, "vi2"),
          OpenValue(.referrer, "https://example.org/it's"),
        ]
      )
      #expect(known.newCounts == [day: [.mediaID: 1]])

      let described = try await store.knownValues(
        among: values,
        hasDescribedMediaOnly: true,
        on: []
      )
      #expect(
        described.values == [
          OpenValue(.mediaID, "vi3"), OpenValue(.referrer, "https://example.org/it's"),
        ]
      )
    }
  }
}
