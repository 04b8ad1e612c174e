import PlaybackFacts
import Testing

@Suite("HTTP dates")
struct TimestampHTTPTests {
  @Test(arguments: [
    (Int64(0), "Thu, 01 Jan 1970 00:00:00 GMT"),
    (784_111_777_999, "Sun, 06 Nov 1994 08:49:37 GMT"),
    (1_709_251_199_000, "Thu, 29 Feb 2024 23:59:59 GMT"),
    (1_716_894_907_000, "Tue, 28 May 2024 11:15:07 GMT"),
    (1_735_603_200_000, "Tue, 31 Dec 2024 00:00:00 GMT"),
  ])
  func `an instant is written as HTTP writes it`(milliseconds: Int64, text: String) {
    #expect(Timestamp(milliseconds: milliseconds).httpDate == text)
  }
}
