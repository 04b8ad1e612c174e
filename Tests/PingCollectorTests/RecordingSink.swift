import PlaybackFacts
import Synchronization

/// A sink in memory that can fail before or after it has kept a batch, and can be held up.
final class RecordingSink: FactSink {
  struct Failure: Error, CustomStringConvertible {
    var description: String { "the disk is full" }
  }

  /// What to do with a batch.
  enum Step {
    case keep, failBeforeKeeping, failAfterKeeping
  }

  private struct Contents {
    var batches: [FactBatch] = []
    var ids: Set<UInt64> = []
    var states: [PlaybackID: PlaybackState] = [:]
    var stateReads: [[PlaybackID]] = []
    var keyReads: [CivilDate] = []
    var unreadable: Set<PlaybackID> = []
    var isHeld = false
    var held: [CheckedContinuation<Void, Never>] = []
  }

  private let contents = Mutex(Contents())
  private let step: @Sendable () -> Step

  /// Makes a sink that asks `step` what to do with each batch.
  init(step: @escaping @Sendable () -> Step = { .keep }) {
    self.step = step
  }

  /// The batches that were kept, each once.
  var batches: [FactBatch] { contents.withLock(\.batches) }
  /// The facts that were kept.
  var facts: [Fact] { batches.flatMap(\.facts) }
  /// The playbacks whose states were asked for.
  var stateReads: [[PlaybackID]] { contents.withLock(\.stateReads) }
  /// The days whose keys were asked for.
  var keyReads: [CivilDate] { contents.withLock(\.keyReads) }
  /// How many commits wait to be let go.
  var heldCommits: Int { contents.withLock(\.held.count) }

  /// Makes commits wait until ``letGo()``.
  func hold() {
    contents.withLock { $0.isHeld = true }
  }

  /// Lets all commits go on.
  func letGo() {
    let held = contents.withLock { contents in
      defer { contents.held = [] }
      contents.isHeld = false
      return contents.held
    }
    for continuation in held { continuation.resume() }
  }

  /// Lets questions about the states of some playbacks fail.
  func makeUnreadable(_ playbacks: Set<PlaybackID>) {
    contents.withLock { $0.unreadable = playbacks }
  }

  /// Replaces what is kept of a playback.
  func set(_ bytes: [UInt8], of playback: PlaybackID) {
    contents.withLock {
      $0.states[playback] = PlaybackState(
        playback: playback,
        lastPingAt: Timestamp(milliseconds: 0),
        bytes: bytes
      )
    }
  }

  func commit(_ batch: FactBatch) async throws -> CommitOutcome {
    await withCheckedContinuation { continuation in
      let isHeld = contents.withLock { contents in
        if contents.isHeld { contents.held.append(continuation) }
        return contents.isHeld
      }
      if !isHeld { continuation.resume() }
    }
    let step = step()
    if step == .failBeforeKeeping { throw Failure() }
    contents.withLock { contents in
      guard contents.ids.insert(batch.id).inserted else { return }
      contents.batches.append(batch)
      for state in batch.states { contents.states[state.playback] = state }
    }
    if step == .failAfterKeeping { throw Failure() }
    return CommitOutcome(version: Int64(batches.count))
  }

  func playbackStates(of playbacks: [PlaybackID]) async throws -> KeptStates {
    try contents.withLock { contents in
      contents.stateReads.append(playbacks)
      guard contents.unreadable.isDisjoint(with: playbacks) else { throw Failure() }
      return KeptStates(
        version: Int64(contents.batches.count),
        states: contents.states.filter { playbacks.contains($0.key) }.mapValues(\.bytes)
      )
    }
  }

  func viewerKey(for day: CivilDate) async throws -> SipHash.Key {
    contents.withLock { $0.keyReads.append(day) }
    return SipHash.Key(low: UInt64(day.daysSince1970), high: 1)
  }
}
