import Foundation
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@testable import ClickHouseStore

/// Half past two of some day, so that facts of several days lie around it.
let noon =
  Timestamp(milliseconds: 1_700_000_000_000).floored(to: Milliseconds.day)
  + 12 * Milliseconds.hour

@Suite(
  "ClickHouse store answers",
  .enabled(if: TestServers.isInstalled, "clickhouse-server is not installed")
)
struct ConformanceTests {
  private let days = Timeframe(
    from: noon - 60 * Milliseconds.hour,
    to: noon + 12 * Milliseconds.hour
  )

  @Test(arguments: [1, 2], [1, 2, 3] as [UInt64])
  func `as the model does, of one server and of two shards`(shards: Int, seed: UInt64) async throws
  {
    try await TestServers.run(shards: shards) { servers in
      let store = try servers.open()
      let model = FactModel()
      var builder = FactBuilder(seed: seed)
      for round in 0..<3 {
        for _ in 0..<3 {
          let facts = builder.facts(200, in: days)
          let batch = FactBatch(id: builder.generator.next(), receivedAt: noon, facts: facts)
          try await store.commit(batch)
          await model.commit(batch)
        }
        if round > 0 {
          let items = builder.describedMedia()
          try await store.describe(items)
          await model.describe(items)
        }
        try await store.flush()
        let mismatches = try await BackendConformance.mismatches(
          of: store,
          with: model,
          in: days,
          questions: 80,
          seed: seed * 10 + UInt64(round)
        )
        let first = mismatches.first.map { "\($0)" }
        #expect(first == nil, "\(mismatches.count) of 80")
      }
    }
  }
}
