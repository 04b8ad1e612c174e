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

  @Test func `are read out of little memory however much they hold`() throws {
    let row = Array("1716894907123,play\n".utf8)
    let text = Array("time,fact\n".utf8) + (0..<30_000).flatMap { _ in row }

    #expect(try rows(of: gzipped(text)).facts.count == 30_000)
  }
}

/// One gzip member.
private func gzipped(_ plain: some Collection<UInt8>) -> [UInt8] { Array(plain).gzipped() ?? [] }
