@testable import FactStore
import PlaybackFacts
import QueryCore
import Testing

/// The article *Format* decodes these bytes by hand.
@Suite("Format")
struct FormatTests {
  @Test func `of a detail is that of the article`() throws {
    let events = [
      Event(offset: 600_000, code: .timedImpression, value: 1200),
      Event(offset: 600_000, code: .watch, value: 12_500),
      Event(offset: 601_500, code: .play, value: 0),
      Event(offset: 602_200, code: .start, value: 0),
      Event(offset: 620_000, code: .watch, value: 20_000),
      Event(offset: 640_000, code: .watch, value: 4000),
    ]

    let expected =
      "01 03010203 0000 00809f49 dc0b bc05 e012"
      + " 0002 003c 0004 02 010002 0ec03e34210000 0000 00"
    #expect(hex(HourDetail.encode([events[...]])) == expected.filter { $0 != " " })
  }

  @Test(
    arguments: [
      ([7, 7, 9, 12], "030e800a"),
      (
        [Int64](repeating: 3, count: 5) + [Int64](repeating: -400, count: 100),
        "ff020604a50663"
      ),
    ]
  )
  func `of an integer column is that of the article`(values: [Int64], bytes: String) {
    #expect(hex(IntegerColumn.encode(values)) == bytes)
  }

  @Test func `of column numbers is that of the article`() {
    #expect(SegmentColumn.slotCounts(.playbacks).number == 2)
    #expect(SegmentColumn.slotCounts(.viewers).number == 3)
    #expect(SegmentColumn.dimension(.referrer).number == 23)
    #expect(SegmentColumn.sum(.timedImpressions).number == 44)
    #expect(SegmentColumn.detail(hour: 23).number == 87)
    #expect(SegmentColumn.summarySum(nil, .plays).number == 130)
    #expect(SegmentColumn.summaryKeys(.country).number == 160 + 32 * 3)
    #expect(SegmentColumn.summarySum(.referrer, .plays).number == 161 + 32 * 7 + 1)
    #expect(SegmentColumn.histogram(nil).number == 159)
    #expect(SegmentColumn.histogram(.country).number == 160 + 32 * 3 + 31)
    #expect(Set(SegmentColumn.all.map(\.number)).count == SegmentColumn.all.count)
    #expect(SegmentColumn.all.allSatisfy { $0.number < 1 << Schema.columnBits })
  }

  @Test func `of a histogram is that of the article`() throws {
    let counts = BucketCounts(
      of: [1_204, 64, 65, 1_204].map {
        BucketCounts.key(2, Histogram.bucket(of: $0))
      }
    )

    // Three integer columns of one block each: code 2 twice, buckets 64 and 197, counts 2 and 2.
    #expect(hex(counts.encoded) == "02" + "0004" + "08" + "8001" + "0085" + "0004")
    #expect(try BucketCounts(decoding: counts.encoded).keys == counts.keys)
    #expect(BucketCounts.bucketCount == 411)
  }

  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
