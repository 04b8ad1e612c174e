import PlaybackFacts
import TextAndBytes

/// The states of playbacks in a cluster: each is on two shards, so that one shard that is down keeps no playback from
/// going on, and none from beginning.
///
/// Whether a playback is new can be said only by whoever has all states. A state that is on its way to either shard is
/// in the outbox of its collector as well, which is asked first.
struct StateCopies {
  let shards: Shards
  /// The first day since 1970 of which states are kept.
  var oldestDay: Int64 = 0

  /// A state and the version that it is of.
  struct Copy: Sendable {
    let version: Int64
    let bytes: [UInt8]
  }

  /// The numbers of the shards that have the state of a playback, from 0.
  static func shards(of playback: PlaybackID, among count: Int) -> [Int] {
    let first = Int(playback.rawValue % UInt64(count))
    return count == 1 ? [first] : [first, (first + 1) % count]
  }

  /// The newest states of those of some playbacks that have one.
  ///
  /// - Throws: Why a shard can't be asked, where both of a playback can't.
  func newest(of playbacks: [PlaybackID]) async throws -> [PlaybackID: Copy] {
    let answers = try await answers(about: playbacks)
    var states: [PlaybackID: Copy] = [:]
    for playback in playbacks {
      states[playback] = answers.of(playback).compactMap { $0[playback] }
        .max { $0.version < $1.version }
    }
    return states
  }

  /// What the shards have of some playbacks.
  struct Answers {
    fileprivate let count: Int
    fileprivate let byShard: [Int: Answer]

    /// What those shards have that are to have a playback, and answer.
    func of(_ playback: PlaybackID) -> [[PlaybackID: Copy]] {
      StateCopies.shards(of: playback, among: count)
        .compactMap { try? byShard[$0]?.copies.get() }
    }
  }

  /// What the shards of some playbacks have of them.
  ///
  /// - Parameters:
  ///   - playbacks: The playbacks.
  ///   - version: A version whose receipts are asked for as well; nil for none.
  /// - Returns: Their states and receipts.
  /// - Throws: Why a shard can't be asked, where both of a playback can't.
  func answers(
    about playbacks: some Sequence<PlaybackID>,
    receiptsFor version: Int64? = nil
  ) async throws -> Answers {
    let count = try await shards.count()
    var asked: [Int: [PlaybackID]] = [:]
    for playback in playbacks {
      for shard in Self.shards(of: playback, among: count) {
        asked[shard, default: []].append(playback)
        if let version { asked[shard]?.append(Self.receipt(of: playback, version)) }
      }
    }
    let byShard = await withTaskGroup(of: Answer.self) { group in
      for (shard, playbacks) in asked {
        group.addTask { await answer(of: shard, about: playbacks) }
      }
      var answers: [Int: Answer] = [:]
      for await answer in group { answers[answer.shard] = answer }
      return answers
    }
    try Task.checkCancellation()
    let answers = Answers(count: count, byShard: byShard)
    for playback in playbacks where answers.of(playback).isEmpty {
      // Of the failures the first says enough.
      let first = Self.shards(of: playback, among: count)[0]
      _ = try byShard[first]?.copies.get()
    }
    return answers
  }

  /// The key of the row that says that somebody has gone on from a version of a playback.
  static func receipt(of playback: PlaybackID, _ version: Int64) -> PlaybackID {
    PlaybackID(rawValue: playback.mixed(with: UInt64(bitPattern: version)))
  }

  /// Inserts states into all shards that get them.
  ///
  /// - Parameters:
  ///   - states: The states.
  ///   - versions: The versions that some go on from, which get a receipt.
  /// - Returns: Whether all of those shards have taken theirs.
  /// - Throws: Why none of them does.
  @discardableResult
  func insert(
    _ states: [Rows.State],
    goingOnFrom versions: [PlaybackID: Int64] = [:]
  ) async throws -> Bool {
    let shipments = try Self.shipments(
      of: states,
      goingOnFrom: versions,
      shards: try await shards.count()
    )
    return try await withThrowingTaskGroup(of: Void.self) { group in
      for shipment in shipments { group.addTask { try await shards.insert(shipment) } }
      var failures: [any Error] = []
      while let result = await group.nextResult() {
        if case .failure(let error) = result { failures.append(error) }
      }
      if let failure = failures.first, failures.count == shipments.count { throw failure }
      return failures.isEmpty
    }
  }

  /// States as shipments, one for each shard that gets some of them, with receipts for versions that some go on from.
  static func shipments(
    of states: [Rows.State],
    goingOnFrom versions: [PlaybackID: Int64] = [:],
    shards count: Int
  ) throws(ClickHouseError) -> [Outbox.Shipment] {
    var copies: [Int: [Rows.State]] = [:]
    for state in states {
      let playback = PlaybackID(rawValue: state.playback)
      let receipt = versions[playback].map { version in
        Rows.State(
          playback: Self.receipt(of: playback, version).rawValue,
          version: state.version,
          lastPing: state.lastPing,
          body: []
        )
      }
      for shard in shards(of: playback, among: count) {
        copies[shard, default: []].append(state)
        if let receipt { copies[shard]?.append(receipt) }
      }
    }
    var shipments: [Outbox.Shipment] = []
    for (shard, states) in copies.sorted(by: { $0.key < $1.key }) {
      shipments.append(try Rows.states(states, shard: shard))
    }
    return shipments
  }

  /// What a shard has, or why it can't be asked.
  fileprivate struct Answer: Sendable {
    let shard: Int
    let copies: Result<[PlaybackID: Copy], any Error>
  }

  // A function: where the closure of a group makes an answer in both parts of a do statement, Swift 6.3 leaves the
  // number of the shard out of it in release builds, and playbacks begin again.
  private func answer(of shard: Int, about playbacks: [PlaybackID]) async -> Answer {
    do {
      return Answer(shard: shard, copies: .success(try await copies(of: playbacks, on: shard)))
    } catch {
      return Answer(shard: shard, copies: .failure(error))
    }
  }

  private func copies(
    of playbacks: [PlaybackID],
    on number: Int
  ) async throws -> [PlaybackID: Copy] {
    let shard = try await shards.shard(number)
    let ids = playbacks.map { "\($0.rawValue)" as SQL }.joined(by: ", ")
    var rows = try await shard.connection.rows(
      """
      SELECT playback, toInt64(max(version)), argMax(state, version) \
      FROM \(shard.table("playback_states")) \
      WHERE day >= \(oldestDay) AND playback IN (\(ids)) GROUP BY playback
      """
    )
    var copies: [PlaybackID: Copy] = [:]
    while !rows.isAtEnd {
      try shard.connection.reading { () throws(MalformedBytes) in
        let id = PlaybackID(rawValue: try rows.fixed())
        let version = try rows.int64()
        copies[id] = Copy(version: version, bytes: try rows.raw(try rows.count(bytesEach: 1)))
      }
    }
    return copies
  }
}
