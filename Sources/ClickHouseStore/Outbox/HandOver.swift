import PlaybackFacts
import Synchronization
import TextAndBytes

/// What makes one of several collectors replaceable: another goes on from the states that it has committed.
///
/// ```
/// outbox: batch, unanswered ─▶ cluster: its states ─▶ outbox: answered ─▶ answer
/// ```
/// A collector that ends or stands still on the way leaves a batch whose senders ask again, perhaps somebody else. Whoever
/// takes a playback over, or has it back, inserts a *receipt* together with its own state: a row that says which version it went on from.
/// So the batch counts for all playbacks that nobody has taken over, and for those with a receipt for its version; the
/// others were counted where they were taken over.
final class HandOver: Sendable {
  private let outbox: Outbox
  private let copies: StateCopies
  private let options: ClickHouseOptions
  private let former = Mutex(Former.unsettled)
  private let read = Mutex(Read())

  /// Of which versions the states are that were read since the last batch, and when.
  private struct Read {
    var versions: [PlaybackID: Int64] = [:]
    var time: ContinuousClock.Instant?
  }

  /// So long states may be read, and copied, before somebody may have taken playbacks over in between.
  private static let promptness = Duration.seconds(1)
  /// After so long, in milliseconds, the sender of a ping may have asked somebody else.
  private static let patience = 3 * Milliseconds.second

  /// What an earlier process has left, or this one where the cluster could not be asked.
  private enum Former {
    case unsettled
    case settling(Task<Void, any Error>)
    case settled
  }

  init(_ outbox: Outbox, _ shards: Shards, _ options: ClickHouseOptions) {
    self.outbox = outbox
    self.options = options
    copies = StateCopies(shards: shards)
  }

  /// Notes of which versions the states are that the next batch goes on from.
  func noteRead(_ versions: [PlaybackID: Int64]) {
    read.withLock { $0 = Read(versions: versions, time: .now) }
  }

  /// Keeps a batch, and returns when its states are in the cluster as well, as far as that can be reached.
  func commit(_ batch: FactBatch) async throws -> CommitOutcome {
    let (versions, time) = read.withLock { ($0.versions, $0.time) }
    let begun = ContinuousClock.now
    let newest = versions.values.max()
    // Who reads for long may have read too early.
    if let time, begun - time > Self.promptness { return Self.outdated(batch, newest ?? 0) }
    let version = try await outbox.commit(batch, isAnswered: false, after: newest)
    do {
      let outcome = try await answer(batch, version, goingOnFrom: versions, since: begun)
      read.withLock { $0 = Read() }
      return outcome
    } catch {
      // It is found unanswered before the next one.
      former.withLock { $0 = .unsettled }
      throw error
    }
  }

  private func answer(
    _ batch: FactBatch,
    _ version: Int64,
    goingOnFrom versions: [PlaybackID: Int64],
    since begun: ContinuousClock.Instant
  ) async throws -> CommitOutcome {
    // What a shard does not take now, it gets from the outbox.
    let isCopied = try? await copy(batch.states, version, goingOnFrom: versions)
    let isPrompt =
      ContinuousClock.now - begun <= Self.promptness
      && options.now() - batch.firstReceivedAt <= Self.patience
    guard !isPrompt else {
      try await outbox.noteAnswer(version, isCopied: isCopied ?? false)
      return CommitOutcome(version: version)
    }
    let (takenOver, lost) = try await settle()
    guard !lost.isEmpty else { return CommitOutcome(version: version, changed: takenOver) }
    return Self.outdated(batch, version)
  }

  /// The pings are taken again, on what is known now; what counts already adds nothing.
  private static func outdated(_ batch: FactBatch, _ version: Int64) -> CommitOutcome {
    CommitOutcome(isKept: false, version: version, changed: Set(batch.states.map(\.playback)))
  }

  /// Copies states that the outbox has kept to the cluster, with receipts for those that they go on from.
  ///
  /// - Returns: Whether all shards that are to have them took them.
  @discardableResult
  func copy(
    _ states: [PlaybackState],
    _ version: Int64,
    goingOnFrom versions: [PlaybackID: Int64] = [:]
  ) async throws -> Bool {
    try await copies.insert(
      states.map { state in
        Rows.State(
          playback: state.playback.rawValue,
          version: version,
          lastPing: state.lastPingAt.milliseconds,
          body: state.bytes
        )
      },
      goingOnFrom: versions
    )
  }

  /// Finds out what became of a batch that was left without an answer, once.
  ///
  /// - Throws: Why the cluster can't be asked; it is asked again with the next call.
  func settleFormer() async throws {
    let task: Task<Void, any Error>? = former.withLock { former in
      switch former {
      case .settled: return nil
      case .settling(let task): return task
      case .unsettled:
        let task = Task { _ = try await settle() }
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

  /// Forgets what unanswered batches have of playbacks that somebody took over without knowing of it; the rest counts.
  ///
  /// - Returns: The playbacks that somebody took over, and those of them that are forgotten.
  private func settle() async throws -> (takenOver: Set<PlaybackID>, lost: Set<PlaybackID>) {
    let batches = try await outbox.unanswered()
    guard !batches.isEmpty else { return ([], []) }
    for batch in batches { try await copies.insert(batch.states) }
    // Whoever took over before is done by then, and nobody does any more.
    try await Task.sleep(for: options.handOver)
    var (takenOver, allLost): (Set<PlaybackID>, Set<PlaybackID>) = ([], [])
    for batch in batches {
      let playbacks = Set(batch.contents.facts.map(\.playback.id))
        .union(batch.states.map { PlaybackID(rawValue: $0.playback) })
      let answers = try await copies.answers(about: playbacks, receiptsFor: batch.version)
      var lost: Set<PlaybackID> = []
      for playback in playbacks {
        let receipt = StateCopies.receipt(of: playback, batch.version)
        let known = answers.of(playback)
        guard known.contains(where: { ($0[playback]?.version ?? 0) > batch.version }) else {
          continue
        }
        takenOver.insert(playback)
        if !known.contains(where: { $0[receipt] != nil }) { lost.insert(playback) }
      }
      try await outbox.settle(batch, without: lost)
      allLost.formUnion(lost)
    }
    return (takenOver, allLost)
  }
}
