import Foundation
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@testable import ClickHouseStore

@Suite("ClickHouse store, when servers fail", .serialized, .timeLimit(.minutes(10)))
struct FaultTests {
  private func state(_ number: UInt64, _ text: String) -> PlaybackState {
    PlaybackState(playback: PlaybackID(rawValue: number), lastPingAt: noon, bytes: Array(text.utf8))
  }

  private func states(_ numbers: Range<UInt64>, _ text: String) -> [PlaybackState] {
    numbers.map { state($0, "\(text)\($0)") }
  }

  private func facts(_ seed: UInt64, _ count: Int = 200) -> [Fact] {
    var builder = FactBuilder(seed: seed)
    return builder.facts(
      count,
      in: Timeframe(from: noon - 20 * Milliseconds.hour, to: noon)
    )
  }

  private func text(_ states: KeptStates, _ number: UInt64) -> String? {
    states.states[PlaybackID(rawValue: number)].map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func `a shard that is down keeps no playback from going on or beginning`() async throws {
    try await TestServers.run(shards: 2) { servers in
      let store = try servers.open()
      try await store.commit(
        FactBatch(id: 1, receivedAt: noon, facts: [], states: states(0..<20, "first"))
      )
      try await store.flush()
      for number in 1...2 {
        try await servers.kill(number)
        let other = try servers.open(outbox: "other\(number).db")
        let known = try await other.playbackStates(of: (0..<30).map { PlaybackID(rawValue: $0) })
        #expect((0..<20).map { text(known, $0) } == (0..<20).map { "first\($0)" })
        #expect(known.states.count == 20)
        // A version that one of both shards has not is in the outbox of who made it.
        try await store.commit(
          FactBatch(id: 1 + UInt64(number), receivedAt: noon, facts: [], states: [state(3, "new")])
        )
        let own = try await store.playbackStates(of: [PlaybackID(rawValue: 3)])
        #expect(text(own, 3) == "new")
        await #expect(throws: ClickHouseError.self) { try await store.flush() }
        let still = try await store.playbackStates(of: [PlaybackID(rawValue: 3)])
        #expect(text(still, 3) == "new")
        try await servers.restart(number)
        try await store.flush()
        try await store.commit(
          FactBatch(
            id: 4 + UInt64(number),
            receivedAt: noon,
            facts: [],
            states: [state(3, "first3")]
          )
        )
        try await store.flush()
      }
    }
  }

  @Test func `what a server loses after it has acknowledged it is sent again`() async throws {
    try await TestServers.run(shards: 1) { servers in
      let store = try servers.open()
      let shipping = try #require(store.shipping)
      for (number, lost) in [
        ["hourly"], ["facts", "blocks"], ["facts", "blocks", "hourly", "totals"],
      ]
      .enumerated() {
        try await store.commit(
          FactBatch(id: UInt64(number), receivedAt: noon, facts: facts(UInt64(number)))
        )
        try await store.flush()
        let before = try await sums(store)
        for table in lost { try await store.connection.run("TRUNCATE TABLE \(SQL.name(table))") }
        // Not before its time.
        try await shipping.lookAgain(shard: 0, at: noon)
        #expect(try await sums(store) != before)
        try await shipping.lookAgain(shard: 0, at: noon + Outbox.patience)
        #expect(try await sums(store) == before)
        #expect(try await store.outbox?.contents().shipments == 0)
        for table in ClickHouseSchema.filled {
          try await store.connection.run("TRUNCATE TABLE \(SQL.name(table))")
        }
      }
    }
  }

  /// What each of the tables that a block fills says of how many facts there are.
  private func sums(_ store: ClickHouseStore) async throws -> [Int64] {
    var sums: [Int64] = []
    for question: SQL in [
      "sum(length(kinds))) FROM facts", "sum(facts)) FROM blocks",
      "sumIf(facts, dimension = 0)) FROM hourly", "sumIf(facts, dimension = 1)) FROM totals",
    ] {
      var rows = try await store.connection.rows("SELECT toInt64(\(question)")
      sums.append(try rows.int64())
    }
    return sums
  }

  @Test func `a question names what can't be reached, at once, and succeeds afterwards`()
    async throws
  {
    try await TestServers.run(shards: 2) { servers in
      let store = try servers.open()
      try await store.commit(FactBatch(id: 1, receivedAt: noon, facts: facts(1)))
      try await store.flush()
      let state = try await store.dataState()
      let node = servers.address.nodes[1].name
      try await servers.kill(2)
      let error = await #expect(throws: ClickHouseError.self) { try await store.dataState() }
      #expect(
        error?.description
          == "A part of ClickHouse playhead_test can't be reached: \(node) does not answer."
      )
      try await servers.restart(2)
      #expect(try await stateAgain(of: store).newestReceipt == state.newestReceipt)
    }
  }

  @Test func `a server that hangs is found silent, and the other one is asked`() async throws {
    try await TestServers.run(shards: 2) { servers in
      let store = try servers.open()
      try await store.commit(
        FactBatch(id: 1, receivedAt: noon, facts: facts(1), states: states(0..<20, "first"))
      )
      try await store.flush()
      try servers.signal(1, SIGSTOP)
      let began = ContinuousClock.now
      let known = try await store.playbackStates(of: (0..<30).map { PlaybackID(rawValue: $0) })
      #expect(known.states.count == 20)
      await #expect(throws: ClickHouseError.self) { try await store.dataState() }
      // Far from the deadline of a statement.
      #expect(ContinuousClock.now - began < .seconds(25))
      try servers.signal(1, SIGCONT)
      _ = try await stateAgain(of: store)
    }
  }

  /// What a store answers when its servers are back, which it asks every half second.
  private func stateAgain(of store: ClickHouseStore) async throws -> DataState {
    while true {
      do { return try await store.dataState() } catch is ClickHouseError {
        try await Task.sleep(for: .milliseconds(50))
      }
    }
  }

  @Test func `without tables it says what makes them`() async throws {
    try await TestServers.run(shards: 1) { servers in
      let address = ClickHouseAddress(nodes: servers.address.nodes, database: "nothing")
      let store = try ClickHouseStore.open(at: address, options: ClickHouseOptions { noon })
      let error = await #expect(throws: ClickHouseError.self) { try await store.dataState() }
      #expect(error?.description.contains("'playhead clickhouse migrate' makes them") == true)
    }
  }

  @Test
  func `an outbox that another program has open, or that is damaged, is refused in a sentence`()
    throws
  {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "playhead-outbox-\(UInt64.random(in: .min ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appending(path: "outbox.db").path
    let outbox = try Outbox(at: path)
    #expect(throws: ClickHouseError.outbox(path: path, reason: "another program has it open")) {
      try Outbox(at: path)
    }
    try outbox.close()
    try Data("no database at all, but longer than a header".utf8)
      .write(to: URL(filePath: path))
    #expect(throws: ClickHouseError.outbox(path: path, reason: "file is not a database")) {
      try Outbox(at: path)
    }
    try FileManager.default.removeItem(at: folder)
  }
}
