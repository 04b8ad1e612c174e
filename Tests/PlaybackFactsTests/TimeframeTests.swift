import PlaybackFacts
import Testing

@Suite("Timeframe")
struct TimeframeTests {
  private func frame(_ from: Int64, _ to: Int64) -> Timeframe {
    Timeframe(from: Timestamp(milliseconds: from), to: Timestamp(milliseconds: to))
  }

  @Test func `the start lies in it, the end does not`() {
    let frame = frame(10, 20)

    #expect((9...20).filter { frame.contains(Timestamp(milliseconds: $0)) } == Array(10...19))
    #expect(frame.duration == 10)
  }

  @Test func `it is empty where the end is not after the start`() {
    #expect(frame(10, 10).isEmpty)
    #expect(frame(10, 5).isEmpty)
    #expect(frame(10, 5).duration == 0)
    #expect(!frame(10, 11).isEmpty)
  }

  @Test(arguments: [
    (0, 30, false), (10, 20, true), (12, 15, true), (9, 15, false), (15, 21, false),
  ])
  func `a timeframe lies in another whole or not`(from: Int64, to: Int64, isInside: Bool) {
    #expect(frame(10, 20).contains(frame(from, to)) == isInside)
  }

  @Test(arguments: [
    (0, 30, 10, 20), (15, 30, 15, 20), (0, 12, 10, 12), (12, 13, 12, 13), (20, 30, 20, 20),
    (0, 5, 10, 10), (25, 30, 25, 25),
  ])
  func `two have in common what lies in both`(
    from: Int64,
    to: Int64,
    commonFrom: Int64,
    commonTo: Int64
  ) {
    #expect(frame(10, 20).intersection(frame(from, to)) == frame(commonFrom, commonTo))
  }
}
