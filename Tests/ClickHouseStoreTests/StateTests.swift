import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@testable import ClickHouseStore

@Suite(
  "Playback states in ClickHouse",
  .timeLimit(.minutes(10)),
  .enabled(if: TestServers.isInstalled, "clickhouse-server is not installed")
)
struct StateTests {
  @Test func `are the newest, while they are on their way and after another opening`() async throws
  {
    try await TestServers.run(shards: 2) { servers in
      let playbacks = (1...6).map { PlaybackID(rawValue: $0) }
      var round: UInt8 = 0
      for opening in 0..<12 {
        let store = try servers.open()
        let sending = Task { if opening % 2 == 0 { await store.run() } }
        for _ in 0..<3 {
          for look in 0..<(opening % 2 == 0 ? 10 : 1) where round > 0 {
            let kept = try await store.playbackStates(of: playbacks)
            for playback in playbacks {
              #expect(kept.states[playback] == [round], "opening \(opening), look \(look)")
            }
          }
          round += 1
          let states = playbacks.map {
            PlaybackState(playback: $0, lastPingAt: noon, bytes: [round])
          }
          try await store.commit(
            FactBatch(id: UInt64(round), receivedAt: noon, facts: [], states: states)
          )
        }
        sending.cancel()
        await sending.value
        try store.close()
      }
    }
  }
}
