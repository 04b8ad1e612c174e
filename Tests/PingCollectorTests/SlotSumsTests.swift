import PlaybackFacts
import Testing

@testable import PingCollector

@Suite("Slot sums")
struct SlotSumsTests {
  private func amounts(_ entries: [(slot: Int64, watched: Int64, stalled: Int64)]) -> SlotAmounts {
    var amounts = SlotAmounts()
    for entry in entries {
      amounts.add(watched: entry.watched, stalled: entry.stalled, to: entry.slot)
    }
    return amounts
  }

  @Test func `what fits goes where it belongs`() {
    var sums = SlotSums()

    let changes = sums.settle(amounts([(5, 20_000, 0), (6, 3000, 2000)]), upTo: 6)

    #expect(changes == amounts([(5, 20_000, 0), (6, 3000, 2000)]))
    #expect(sums.sums == changes)
  }

  @Test func `what no longer fits goes into the next slot`() {
    var sums = SlotSums()
    _ = sums.settle(amounts([(5, 15_000, 3000)]), upTo: 9)

    let changes = sums.settle(amounts([(5, 4000, 0)]), upTo: 9)

    #expect(changes == amounts([(5, 2000, 0), (6, 2000, 0)]))
  }

  @Test func `nothing goes past the slot of the receipt but back to where there is room`() {
    var sums = SlotSums()

    let changes = sums.settle(amounts([(5, 45_000, 0)]), upTo: 6)

    #expect(changes == amounts([(4, 5000, 0), (5, 20_000, 0), (6, 20_000, 0)]))
  }

  @Test func `what was moved is taken back from where it went`() {
    var sums = SlotSums()
    _ = sums.settle(amounts([(5, 15_000, 0)]), upTo: 9)
    _ = sums.settle(amounts([(5, 15_000, 0)]), upTo: 9)

    let changes = sums.settle(amounts([(5, -25_000, 0)]), upTo: 9)

    #expect(changes == amounts([(5, -20_000, 0), (6, -5000, 0)]))
  }

  @Test func `watched time that turns out stalled changes in its place`() {
    var sums = SlotSums()
    _ = sums.settle(amounts([(5, 20_000, 0)]), upTo: 5)

    let changes = sums.settle(amounts([(5, -4000, 4000)]), upTo: 5)

    #expect(changes == amounts([(5, -4000, 4000)]))
  }

  @Test func `what fits nowhere waits for the next ping`() {
    var sums = SlotSums()
    let hour = Int64(SlotSums.capacity)
    // All the slots that are known are full, and those before them are closed.
    for slot in 0...hour { _ = sums.settle(amounts([(slot, 20_000, 0)]), upTo: slot) }

    let none = sums.settle(amounts([(hour, 7000, 0)]), upTo: hour)
    let later = sums.settle(SlotAmounts(), upTo: hour + 1)

    #expect(none == SlotAmounts())
    #expect(later == amounts([(hour + 1, 7000, 0)]))
  }

  @Test func `what can be taken back nowhere is set off against what comes`() {
    var sums = SlotSums()
    let none = sums.settle(amounts([(5, -3000, 0)]), upTo: 5)
    let later = sums.settle(amounts([(6, 5000, 0)]), upTo: 6)
    let rest = sums.settle(SlotAmounts(), upTo: 7)

    #expect(none == SlotAmounts())
    #expect(total(later) + total(rest) == 2000)
  }

  @Test func `closed slots never change`() {
    var sums = SlotSums()
    for slot in stride(from: Int64(0), to: 1000, by: 2) {
      _ = sums.settle(amounts([(slot, 1000 + slot, 0)]), upTo: slot)
    }
    let open = sums.firstOpen

    let changes = sums.settle(amounts([(open - 2, 5000, 0), (open - 4, -5000, 0)]), upTo: 1000)

    #expect(open > 800)
    #expect(changes.entries.allSatisfy { $0.slot >= open })
    #expect(SlotRun.runs(of: sums.sums.entries).count <= SlotSums.capacityOfDifferent)
  }

  private func total(_ amounts: SlotAmounts) -> Int64 {
    amounts.entries.reduce(0) { $0 + $1.watched }
  }

  @Test func `no order of changes leaves the range of a slot`() {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<50 {
      var sums = SlotSums()
      var written: [Int64: (watched: Int64, stalled: Int64)] = [:]
      var last: Int64 = 100
      for _ in 0..<100 {
        last += Int64.random(in: -1...2, using: &generator)
        var differences = SlotAmounts()
        for _ in 0..<Int.random(in: 0...4, using: &generator) {
          differences.add(
            watched: .random(in: -30_000...40_000, using: &generator),
            stalled: .random(in: -9000...9000, using: &generator),
            to: last - .random(in: 0...20, using: &generator)
          )
        }
        for change in sums.settle(differences, upTo: last).entries {
          #expect(change.slot <= last || (change.watched <= 0 && change.stalled <= 0))
          written[change.slot, default: (0, 0)].watched += change.watched
          written[change.slot, default: (0, 0)].stalled += change.stalled
        }
        for sum in written.values {
          #expect(sum.watched >= 0 && sum.stalled >= 0)
          #expect(sum.watched + sum.stalled <= 20_000)
        }
      }
    }
  }
}
