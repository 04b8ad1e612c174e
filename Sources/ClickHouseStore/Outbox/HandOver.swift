import PlaybackFacts
import Synchronization
import TextAndBytes

/// What makes one of several collectors replaceable: another goes on from the states that it has committed.
///
/// ```
/// outbox: batch, unanswered ─▶ cluster: its states, and a mark ─▶ outbox: answered ─▶ answer
/// ```
/// A collector that ends on the way leaves a batch whose senders ask again, perhaps somebody else. If the states got to
/// the cluster, whoever takes over knows the pings, and the batch counts. If they did not and somebody took over, they
/// were counted there, and the batch does not count. Which of both it was, the mark says: one row for each collector,
/// inserted together with the states.
final class HandOver: Sendable {
  private let outbox: Outbox
  private let copies: StateCopies
  private let former = Mutex(Former.unsettled)

  /// What an earlier process has left.
  private enum Former {
    case unsettled
    case settling(Task<Void, any Error>)
    case settled
  }

  init(_ outbox: Outbox, _ shards: Shards) {
    self.outbox = outbox
    copies = StateCopies(shards: shards)
  }

  /// Keeps a batch, and returns when its states are in the cluster as well, as far as that can be reached.
  func commit(_ batch: FactBatch) async throws -> Int64 {
    let version = try await outbox.commit(batch, isAnswered: false)
    // What a shard does not take now, it gets from the outbox.
    try? await copy(batch.states, version, at: batch.receivedAt)
    try await outbox.noteAnswer()
    return version
  }

  /// Copies states that the outbox has kept to the cluster.
  func copy(_ states: [PlaybackState], _ version: Int64, at time: Timestamp) async throws {
    let rows = states.map { state in
      Rows.State(
        playback: state.playback.rawValue,
        version: version,
        lastPing: state.lastPingAt.milliseconds,
        body: state.bytes
      )
    }
    try await copies.insert(rows, mark: mark(version, time.milliseconds))
  }

  private func mark(_ version: Int64, _ time: Int64) async throws -> Rows.State {
    Rows.State(playback: try await outbox.collectorID(), version: version, lastPing: time, body: [])
  }

  /// Finds out what became of the batch that an earlier process has left, once.
  ///
  /// - Throws: Why the cluster can't be asked; it is asked again with the next call.
  func settleFormer() async throws {
    let task: Task<Void, any Error>? = former.withLock { former in
      switch former {
      case .settled: return nil
      case .settling(let task): return task
      case .unsettled:
        let task = Task { try await settle() }
        former = .settling(task)
        return task
      }
    }
    guard let task else { return }
    do {
      try await task.value
      former.withLock { $0 = .settled }
    } catch {
      former.withLock { $0 = .unsettled }
      throw error
    }
  }

  private func settle() async throws {
    for batch in try await outbox.unanswered() {
      let own = PlaybackID(rawValue: try await outbox.collectorID())
      let playbacks = Set(batch.contents.facts.map(\.playback.id))
        .union(batch.states.map { PlaybackID(rawValue: $0.playback) })
      let answers = try await copies.answers(about: playbacks, and: own)
      var lost: Set<PlaybackID> = []
      for playback in playbacks {
        let known = answers.of(playback)
        let isCopied = known.contains { ($0[own]?.version ?? 0) >= batch.version }
        let isTakenOver = known.contains { ($0[playback]?.version ?? 0) > batch.version }
        if isTakenOver, !isCopied { lost.insert(playback) }
      }
      let rest = batch.states.filter { !lost.contains(PlaybackID(rawValue: $0.playback)) }
      try await copies.insert(
        rest,
        mark: mark(batch.version, batch.contents.receivedAt.milliseconds)
      )
      try await outbox.settle(batch, without: lost)
    }
  }
}
