import FactFiles
import PlaybackFacts
import Testing

@Suite("Facts through a file") struct RoundTripTests {
  @Test(arguments: FactFormat.allCases, [1, 2, 3])
  func `come back as they were`(format: FactFormat, seed: UInt64) throws {
    var samples = FactSamples(seed: seed)
    let facts = samples.facts(500)

    let read = try rows(of: file(facts, as: format))

    #expect(read.refused.isEmpty)
    #expect(read.facts == facts)
  }

  @Test(arguments: FactFormat.allCases, [1, 2, 7, 64, 1000])
  func `are the same however the file is cut into parts`(
    format: FactFormat,
    partSize: Int
  ) throws {
    var samples = FactSamples(seed: 4)
    let facts = samples.facts(60)

    let read = try rows(of: file(facts, as: format), inPartsOf: partSize)

    #expect(read.refused.isEmpty)
    #expect(read.facts == facts)
  }

  @Test(arguments: FactFormat.allCases)
  func `share the playback if they had it in common`(format: FactFormat) throws {
    var samples = FactSamples(seed: 5)
    let (one, other) = (samples.playback(), samples.playback())
    let facts = [one, other, one, other].map { samples.fact(of: $0) }

    let read = try rows(of: file(facts, as: format)).facts.map(\.playback)

    #expect(read[0] === read[2])
    #expect(read[1] === read[3])
    #expect(read[0] !== read[1])
  }

  @Test func `have texts that no spreadsheet runs, unless that is not wanted`() throws {
    let playback = Playback(
      id: PlaybackID(rawValue: 1),
      viewer: ViewerID(rawValue: 2),
      mediaID: "=HYPERLINK(\"http://a.example\")",
      country: "FR",
      deviceType: "phone",
      operatingSystem: "ios",
      browser: "safari",
      referrer: "@SUM(A1)"
    )
    let fact = Fact(.stall, at: FactSamples.start, value: -500, of: playback)
    var (guarded, plain): ([UInt8], [UInt8]) = ([], [])

    FactWriter(.csv).append([fact], to: &guarded)
    FactWriter(.csv, guardsFormulas: false).append([fact], to: &plain)

    let row = String(decoding: guarded, as: UTF8.self)
    #expect(row.contains(",-500,\"'=HYPERLINK(\"\"http://a.example\"\")\",FR,"))
    #expect(row.contains(",'@SUM(A1),"))
    #expect(String(decoding: plain, as: UTF8.self) == row.replacing("'", with: ""))
    #expect(try rows(of: FactWriter(.csv).header + guarded).facts == [fact])
  }

  @Test func `are a header and a row each as CSV`() {
    let playback = Playback(
      id: PlaybackID(rawValue: 0xa1),
      viewer: ViewerID(rawValue: 0xb2),
      mediaID: "vi1",
      country: "FR",
      deviceType: "phone",
      operatingSystem: "android",
      browser: "chrome",
      referrer: "https://example.com/?a=1,2",
      isBot: true
    )
    let facts = [
      Fact(.play, at: Timestamp(milliseconds: 1_716_894_907_123), of: playback),
      Fact(.watch, at: Timestamp(milliseconds: 1_716_894_900_000), value: -250, of: playback),
    ]

    let tail =
      "vi1,FR,phone,android,chrome,\"https://example.com/?a=1,2\",00000000000000b2,00000000000000a1,1"
    #expect(
      String(decoding: file(facts, as: .csv), as: UTF8.self) == """
        time,fact,value,mediaId,country,deviceType,operatingSystem,browser,referrer,viewer,playback,bot
        1716894907123,play,,\(tail)
        1716894900000,watch,-250,\(tail)

        """
    )
  }

  @Test func `are an object per line as NDJSON`() {
    let playback = Playback(
      id: PlaybackID(rawValue: 0xa1),
      viewer: ViewerID(rawValue: 0xb2),
      mediaID: "vi\"1\n"
    )
    let fact = Fact(.view, at: Timestamp(milliseconds: 1_716_894_907_123), value: 5, of: playback)

    #expect(
      String(decoding: file([fact], as: .ndjson), as: UTF8.self) == #"""
        {"time":1716894907123,"fact":"view","value":5,"mediaId":"vi\"1\u000a","country":"unknown",\#
        "deviceType":"unknown","operatingSystem":"unknown","browser":"unknown",\#
        "viewer":"00000000000000b2","playback":"00000000000000a1"}

        """#
    )
  }
}
