import PlaybackFacts
import Testing

@testable import PingCollector

@Suite("Playback tracker, at random")
struct PlaybackTrackerPropertyTests {
  @Test(arguments: 0..<60 as Range<UInt64>)
  func `what is counted does not depend on the order of arrival`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let mediaID = seed.isMultiple(of: 5) ? "li1" : "vi1"
    let playback = RandomPlayback(
      minutes: Int64(1 + seed % 9),
      mediaID: mediaID,
      using: &generator
    )

    let ordered = facts(playback.inOrder, mediaID: mediaID)
    let shuffled = facts(playback.shuffled(using: &generator), mediaID: mediaID)

    #expect(total(.watch, shuffled) == total(.watch, ordered))
    #expect(total(.stall, shuffled) == total(.stall, ordered))
    // A view that was reached before a late event took time back stays.
    #expect(Set(happenedOnce(shuffled)).isSuperset(of: happenedOnce(ordered)))
    #expect(withoutViews(shuffled) == withoutViews(ordered))
    for facts in [ordered, shuffled] { expectSoundness(of: facts) }
  }

  @Test(arguments: 0..<100 as Range<UInt64>)
  func `what is counted follows the rules, slot by slot`(seed: UInt64) {
    var generator = SeededGenerator(seed: 1000 + seed)
    let mediaID = seed.isMultiple(of: 3) ? "li1" : "vi1"
    let playback = RandomPlayback(minutes: 15, mediaID: mediaID, using: &generator)
    let expected = RuleModel(
      playback.events,
      mediaID: mediaID,
      correction: 50 - playback.clockError
    )

    let ordered = facts(playback.inOrder, mediaID: mediaID)
    let shuffled = facts(playback.shuffled(using: &generator), mediaID: mediaID)

    let wanted = expected.slots.filter { $0.value != (0, 0) }
    let found = slots(ordered)
    #expect(Set(found.keys) == Set(wanted.keys))
    for (time, sum) in wanted { #expect(found[time] ?? (0, 0) == sum) }
    #expect(Set(happenedOnce(ordered)) == expected.once)
    #expect(total(.watch, shuffled) == expected.watched)
    #expect(total(.stall, shuffled) == expected.stalled)
  }

  private func slots(_ facts: [Fact]) -> [Timestamp: (watched: Int64, stalled: Int64)] {
    var slots: [Timestamp: (watched: Int64, stalled: Int64)] = [:]
    for fact in facts where fact.kind.isSlotted {
      if fact.kind == .watch { slots[fact.time, default: (0, 0)].watched += fact.value ?? 0 }
      if fact.kind == .stall { slots[fact.time, default: (0, 0)].stalled += fact.value ?? 0 }
    }
    return slots.filter { $0.value != (0, 0) }
  }

  @Test(arguments: 0..<10 as Range<UInt64>)
  func `a tracker goes on from its bytes as if nothing had happened`(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let playback = RandomPlayback(minutes: 5, using: &generator)
    let deliveries = playback.shuffled(using: &generator)
    var tracker = PlaybackTracker(.sample())

    for delivery in deliveries {
      let bytes = tracker.bytes
      var copy = PlaybackTracker(bytes: bytes, of: tracker.playback.id)
      let expected = tracker.apply(delivery.ping, receivedAt: delivery.receivedAt)
      let result = copy?.apply(delivery.ping, receivedAt: delivery.receivedAt)

      #expect(result == expected)
      #expect(copy == tracker)
      #expect(bytes.count < 1000)
    }
  }

  @Test func `bytes that are no state are refused or understood, but nothing breaks`() {
    var generator = SeededGenerator(seed: 3)
    let playback = RandomPlayback(minutes: 3, using: &generator)
    var tracker = PlaybackTracker(.sample())
    for delivery in playback.inOrder.dropLast() {
      _ = tracker.apply(delivery.ping, receivedAt: delivery.receivedAt)
    }
    let bytes = tracker.bytes
    let last = playback.inOrder[playback.inOrder.count - 1]

    for _ in 0..<5000 {
      var broken = bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        broken[Int.random(in: broken.indices, using: &generator)] = .random(
          in: 0...255,
          using: &generator
        )
      }
      if Bool.random(using: &generator) {
        broken.removeLast(.random(in: 0..<broken.count, using: &generator))
      }
      var other = PlaybackTracker(bytes: broken, of: tracker.playback.id)
      _ = other?.apply(last.ping, receivedAt: last.receivedAt)
      _ = other?.bytes
    }

    #expect(PlaybackTracker(bytes: [], of: tracker.playback.id) == nil)
    #expect(PlaybackTracker(bytes: Array(bytes.dropLast()), of: tracker.playback.id) == nil)
    #expect(PlaybackTracker(bytes: bytes + [0], of: tracker.playback.id) == nil)
    #expect(PlaybackTracker(bytes: [4] + bytes.dropFirst(), of: tracker.playback.id) == nil)
  }

  private func withoutViews(_ facts: [Fact]) -> [String] {
    happenedOnce(facts.filter { $0.kind != .view })
  }

  private func facts(_ deliveries: [RandomPlayback.Delivery], mediaID: String) -> [Fact] {
    var tracker = PlaybackTracker(.sample(mediaID: mediaID))
    return deliveries.flatMap { tracker.apply($0.ping, receivedAt: $0.receivedAt).facts }
  }
}

/// The kinds and thresholds of the facts that a playback has once.
func happenedOnce(_ facts: [Fact]) -> [String] {
  facts.filter { !$0.kind.isSlotted }
    .map { $0.kind == .view ? "view \($0.value ?? 0)" : $0.kind.name }
    .sorted()
}

/// Expects that the facts of one playback say nothing that can't be.
func expectSoundness(of facts: [Fact], sourceLocation: SourceLocation = #_sourceLocation) {
  let once = happenedOnce(facts)
  #expect(once.count == Set(once).count, sourceLocation: sourceLocation)
  var sums: [Timestamp: (watched: Int64, stalled: Int64)] = [:]
  for fact in facts where fact.kind.isSlotted {
    #expect(fact.time.floored(to: Milliseconds.slot) == fact.time, sourceLocation: sourceLocation)
    let value = fact.value ?? 0
    if fact.kind == .watch { sums[fact.time, default: (0, 0)].watched += value }
    if fact.kind == .stall { sums[fact.time, default: (0, 0)].stalled += value }
  }
  for sum in sums.values {
    #expect(sum.watched >= 0 && sum.stalled >= 0, sourceLocation: sourceLocation)
    #expect(sum.watched + sum.stalled <= Milliseconds.slot, sourceLocation: sourceLocation)
  }
}
