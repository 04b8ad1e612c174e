import PlaybackFacts
import Testing

@Suite("Timestamp")
struct TimestampTests {
  @Test(arguments: [
    (Int64(0), Int64(1000), Int64(0), Int64(0)), (1, 1000, 0, 1000), (999, 1000, 0, 1000),
    (1000, 1000, 1000, 1000), (-1, 1000, -1000, 0), (-1000, 1000, -1000, -1000),
    (-86_400_001, Milliseconds.day, -172_800_000, -86_400_000),
    (59_999, Milliseconds.slot, 40_000, 60_000),
  ])
  func `multiples are found below and above, also before 1970`(
    time: Int64,
    width: Int64,
    floor: Int64,
    ceiling: Int64
  ) {
    #expect(Timestamp(milliseconds: time).floored(to: width).milliseconds == floor)
    #expect(Timestamp(milliseconds: time).ceiled(to: width).milliseconds == ceiling)
  }

  @Test func `instants differ by milliseconds`() {
    let time = Timestamp(seconds: 10)

    #expect(time + 250 - time == 250)
    #expect(time - 250 < time)
    #expect((time - 10_001).milliseconds == -1)
  }
}
