import FactFiles
import PlaybackFacts
import Testing
import TextAndBytes

@Suite("Gzipped files") struct GzipTests {
  private let facts: [Fact]
  private let plain: [UInt8]

  init() {
    var samples = FactSamples(seed: 9)
    facts = samples.facts(200)
    plain = file(facts, as: .csv)
  }

  @Test(arguments: [1, 17, 4096, .max])
  func `are read like plain ones, whatever the parts`(partSize: Int) throws {
    #expect(try rows(of: gzipped(plain), inPartsOf: partSize).facts == facts)
  }

  @Test(arguments: [1, .max])
  func `may have several members and zeros at the end`(partSize: Int) throws {
    let bytes =
      gzipped(plain[..<1000]) + gzipped(plain[1000..<1001]) + gzipped(plain[1001...])
      + [0, 0, 0]

    #expect(try rows(of: bytes, inPartsOf: partSize).facts == facts)
  }

  @Test func `are refused where they end too early`() {
    let bytes = gzipped(plain)
    for length in [2, 5, 20, bytes.count / 2, bytes.count - 1] {
      #expect(throws: FactFileError.truncatedGzip) { try rows(of: Array(bytes[..<length])) }
    }
  }

  @Test func `are refused where they are damaged`() {
    var bytes = gzipped(plain)
    bytes[bytes.count - 6] ^= 1

    #expect(throws: FactFileError.damagedGzip(reason: "incorrect data check")) {
      try rows(of: bytes)
    }
    #expect(throws: FactFileError.damagedGzip(reason: "incorrect header check")) {
      try rows(of: gzipped(plain) + [1, 2, 3])
    }
    #expect(throws: FactFileError.damagedGzip(reason: "something follows its end")) {
      try rows(of: gzipped(plain) + [0, 0, 3], inPartsOf: 1)
    }
  }

  @Test func `give a few rows at a time however much a part holds`() throws {
    let row = Array("1716894907123,play\n".utf8)
    let count = 1_000_000
    let packed = gzipped(
      Array("time,fact\n".utf8) + [[UInt8]](repeating: row, count: count).joined()
    )
    var reader = FactReader(since: FactSamples.edge, now: FactSamples.now)
    reader.add(packed)
    reader.end()

    var (total, most) = (0, 0)
    while let rows = try reader.next() {
      total += rows.facts.count
      most = max(most, rows.facts.count)
    }

    #expect(packed.count < 100_000)
    #expect(total == count)
    #expect(most <= 1 << 18)
    #expect(most < 20_000)
  }

  @Test func `are refused by their first row that is longer than any real one`() {
    let line = "time,fact\n" + String(repeating: "1", count: 20 << 20)

    #expect(throws: FactFileError.rowTooLong(line: 2, limit: 1 << 20)) {
      try rows(of: gzipped(Array(line.utf8)))
    }
  }

  @Test func `of media items are refused where their text is too long for memory`() throws {
    let text = Array(("mediaId\n" + String(repeating: "vi1\n", count: 1000)).utf8)

    #expect(throws: FactFileError.textTooLong(limit: 4000)) {
      try MediaFile(gzipped(text), limit: 4000)
    }
    #expect(try MediaFile(gzipped(text), limit: text.count).items.map(\.id) == ["vi1"])
  }
}

/// One gzip member.
private func gzipped(_ plain: some Collection<UInt8>) -> [UInt8] { Array(plain).gzipped() ?? [] }
