import Dashboard
import Testing

@Suite("Frame pace")
struct FramePaceTests {
  private let start = ContinuousClock.now
  private var pace = FramePace()

  private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

  /// Stops reading at second 0, with somebody who draws whenever that is due.
  private mutating func stall(seconds: Int) {
    for tenth in 0...(10 * seconds) {
      let now = at(Double(tenth) / 10)
      pace.look(isTaken: tenth == 0, at: now)
      if pace.isDue(at: now) { pace.drew(isTaken: false, at: now) }
    }
  }

  @Test func `a terminal that takes everything gets frames as they come`() {
    var pace = pace
    for frame in 0..<100 {
      #expect(pace.isDue(at: at(Double(frame) / 100)))
      pace.drew(isTaken: true, at: at(Double(frame) / 100))
    }

    #expect(pace.interval == nil)
    #expect(pace.nextLook == nil)
  }

  @Test func `a frame that waits for a moment changes nothing`() {
    var pace = pace
    pace.drew(isTaken: false, at: at(0))
    #expect(pace.nextLook == at(0.5))

    pace.look(isTaken: false, at: at(0.49))
    pace.look(isTaken: true, at: at(0.5))

    #expect(pace.interval == nil)
    #expect(pace.nextLook == nil)
  }

  @Test(
    "the longer a frame waits, the seldomer they come",
    arguments: [(0.4, nil), (0.5, 1), (1.4, 1), (1.5, 2), (3.4, 2), (3.5, 5), (60, 5)]
      as [(Double, Int?)]
  )
  func waiting(seconds: Double, interval: Int?) {
    var pace = pace
    pace.drew(isTaken: false, at: at(0))

    for tenth in 1...Int(seconds * 10 + 0.5) {
      pace.look(isTaken: false, at: at(Double(tenth) / 10))
    }

    #expect(pace.interval == interval.map { .seconds($0) })
  }

  @Test func `frames in between are skipped`() {
    var test = self
    test.stall(seconds: 4)
    test.pace.drew(isTaken: false, at: at(4))

    #expect(test.pace.interval == .seconds(5))
    #expect(!test.pace.isDue(at: at(8.9)))
    #expect(test.pace.nextLook == at(9))
    #expect(test.pace.isDue(at: at(9)))
  }

  @Test func `frames taken at once bring the pace back step by step`() {
    var test = self
    test.stall(seconds: 4)

    var intervals: [Duration?] = []
    var now = at(4)
    for _ in 0..<6 {
      now = test.pace.nextLook ?? now
      test.pace.look(isTaken: true, at: now)
      now = test.pace.nextLook ?? now
      test.pace.drew(isTaken: true, at: now)
      intervals.append(test.pace.interval)
    }

    #expect(
      intervals == [.seconds(5), .seconds(2), .seconds(2), .seconds(1), .seconds(1), nil]
    )
  }

  @Test func `a burst of frames for keys does not bring it back`() {
    var test = self
    test.stall(seconds: 4)
    test.pace.look(isTaken: true, at: at(4.1))

    for key in 0..<50 { test.pace.drew(isTaken: true, at: at(4.1 + Double(key) / 100)) }

    #expect(test.pace.interval == .seconds(5))
  }

  @Test func `whoever has to slow down again soon waits longer before the next try`() {
    var pace = pace
    var now = at(0)
    var counts: [Int] = []
    for _ in 0..<5 {
      pace.drew(isTaken: false, at: now)
      now += .milliseconds(500)
      pace.look(isTaken: false, at: now)
      #expect(pace.interval == .seconds(1))
      var count = 0
      while pace.interval != nil {
        now += .seconds(1)
        pace.drew(isTaken: true, at: now)
        count += 1
      }
      counts.append(count)
    }

    #expect(counts == [2, 4, 8, 16, 16])
  }

  @Test func `a relapse after a long time is a first one`() {
    var pace = pace
    for second in [0.0, 100, 200] {
      pace.drew(isTaken: false, at: at(second))
      pace.look(isTaken: false, at: at(second + 0.5))
      pace.drew(isTaken: true, at: at(second + 2))
      pace.drew(isTaken: true, at: at(second + 4))
      #expect(pace.interval == nil)
    }
  }

  @Test func `the next look always lies ahead, so that nobody spins`() {
    var pace = pace
    var now = at(0)
    var random = SystemRandomNumberGenerator()
    for _ in 0..<2000 {
      let isTaken = Bool.random(using: &random)
      pace.look(isTaken: isTaken, at: now)
      if pace.isDue(at: now) { pace.drew(isTaken: isTaken, at: now) }
      if let next = pace.nextLook {
        #expect(next > now)
        now = next
      } else {
        now += .milliseconds(700)
      }
    }
  }
}
