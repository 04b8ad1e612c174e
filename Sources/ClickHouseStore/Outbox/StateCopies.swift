import PlaybackFacts
import TextAndBytes

/// The states of playbacks in a cluster: each is on two shards, so that one shard that is down keeps no playback from
/// going on, and none from beginning.
///
/// Whether a playback is new can be said only by whoever has all states. A state that is on its way to either shard is
/// in the outbox of its collector as well, which is asked first.
struct StateCopies {
  let shards: Shards
  let playbacks: [PlaybackID]
  /// The day since 1970 from which on states are kept.
  let oldestDay: Int64

  /// A state and the version that it is of.
  private struct Copy: Sendable {
    let version: Int64
    let bytes: [UInt8]
  }

  /// The numbers of the shards that have the state of a playback, from 0.
  static func shards(of playback: PlaybackID, among count: Int) -> [Int] {
    let first = Int(playback.rawValue % UInt64(count))
    return count == 1 ? [first] : [first, (first + 1) % count]
  }

  /// The newest states of the playbacks that have one.
  ///
  /// - Throws: Why a shard can't be asked, where both of a playback can't.
  func newest() async throws -> [PlaybackID: [UInt8]] {
    let count = try await shards.count()
    var asked: [Int: [PlaybackID]] = [:]
    for playback in playbacks {
      for shard in Self.shards(of: playback, among: count) {
        asked[shard, default: []].append(playback)
      }
    }
    let answers = await withTaskGroup(of: Answer.self) { group in
      for (shard, playbacks) in asked {
        group.addTask { await answer(of: shard, about: playbacks) }
      }
      var answers: [Int: Answer] = [:]
      for await answer in group { answers[answer.shard] = answer }
      return answers
    }
    try Task.checkCancellation()
    var states: [PlaybackID: [UInt8]] = [:]
    for playback in playbacks {
      let own = Self.shards(of: playback, among: count).compactMap { answers[$0]?.copies }
      let known = own.compactMap { try? $0.get() }
      // Of the failures the first says enough.
      if known.isEmpty, let failure = own.first { _ = try failure.get() }
      states[playback] = known.compactMap { $0[playback] }.max { $0.version < $1.version }?.bytes
    }
    return states
  }

  /// What a shard has, or why it can't be asked.
  private struct Answer: Sendable {
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
