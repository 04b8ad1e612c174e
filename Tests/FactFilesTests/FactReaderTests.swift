import FactFiles
import PingCollector
import PlaybackFacts
import Testing

@Suite("Fact reader") struct FactReaderTests {
  private static let time = FactSamples.start.milliseconds + 7123

  private static func implausible(_ text: String, likely unit: RowFault.TimeUnit?) -> RowFault {
    .implausibleTime(text, accepted: .plausible(at: FactSamples.now), likely: unit)
  }

  @Test func `takes columns in any order and leaves missing ones empty`() throws {
    let read = try rows(of: "playback,fact,country,time\n7,play,fr,\(Self.time)\n")

    let playback = try #require(read.facts.first).playback
    #expect(playback.id == PlaybackID("7"))
    #expect(playback.country == "FR")
    #expect(playback.mediaID.isEmpty)
    #expect(playback.browser == Dimension.unknown)
    #expect(playback.referrer.isEmpty)
  }

  @Test func `takes a byte order mark, CRLF, blank lines and a missing last line feed`() throws {
    let row = "\(Self.time),play"
    let read = try rows(of: "\u{feff}time,fact\r\n\r\n\(row)\r\n\n\(row)")

    #expect(read.facts.count == 2)
    #expect(read.refused.isEmpty)
  }

  @Test(arguments: [";", "\t"])
  func `takes fields that are separated as the header is`(separator: String) throws {
    let text = "time,fact,value,referrer\r\n\(Self.time),watch,500,\"https://a.example/;,\t\"\r\n"
    let read = try rows(of: text.replacing(",", with: separator), inPartsOf: 3)

    #expect(read.refused.isEmpty)
    #expect(read.facts.map(\.value) == [500])
    #expect(read.facts.first?.playback.referrer.hasPrefix("https://a.example/;") == true)
  }

  @Test func `skips rows of empty fields, but counts their lines`() throws {
    let read = try rows(of: "time,fact,value\n\(Self.time),play,\n,,\r\n,\"\",\n,,\n,,,\nx,play,\n")

    #expect(read.facts.count == 1)
    #expect(
      read.refused == [
        RefusedRow(line: 6, fault: .fieldCount(found: 4, expected: 3)),
        RefusedRow(line: 7, fault: .badTime("x")),
      ]
    )
  }

  @Test(arguments: [true, false], [true, false])
  func `takes UTF-16`(isMarked: Bool, isLittleEndian: Bool) throws {
    let text = "time;fact;mediaId\r\n\(Self.time);play;é🎬\r\n;;\r\n"
    let bytes = ((isMarked ? "\u{FEFF}" : "") + text).utf16.flatMap { unit in
      let (low, high) = (UInt8(unit & 0xff), UInt8(unit >> 8))
      return isLittleEndian ? [low, high] : [high, low]
    }

    for size in [1, 3, 1000] {
      let read = try rows(of: bytes, inPartsOf: size)
      #expect(read.facts.map(\.playback.mediaID) == ["é🎬"])
      #expect(read.refused.isEmpty)
    }
  }

  @Test func `half a character of UTF-16 is replaced`() throws {
    let units = Array("time,fact,mediaId\n\(Self.time),play,a".utf16) + [0xd83c, 0x0a, 0xd83c]
    let bytes =
      units.flatMap { unit -> [UInt8] in [UInt8(unit & 0xff), UInt8(unit >> 8)] } + [0x41]

    let read = try rows(of: bytes, inPartsOf: 5)

    #expect(read.facts.map(\.playback.mediaID) == ["a\u{FFFD}"])
    #expect(read.refused.map(\.line) == [3])
  }

  @Test(arguments: [
    "sep=;\nTime;FACT;Media ID\n\(time);play;vi1\n",
    "\u{FEFF}sep=,\r\n time , fact,media_id\n\(time),play,vi1",
    "\"sep=\t\"\ntime\tfact\tmediaid\n\(time)\tplay\tvi1\n",
  ])
  func `takes a header as people write it`(text: String) throws {
    for size in [1, 1000] {
      let read = try rows(of: text, inPartsOf: size)
      #expect(read.facts.map(\.playback.mediaID) == ["vi1"])
      #expect(read.refused.isEmpty)
    }
  }

  @Test func `counts the line that names the separator`() throws {
    let read = try rows(of: "sep=;\ntime;fact\nx;play\n")

    #expect(read.refused == [RefusedRow(line: 3, fault: .badTime("x"))])
  }

  @Test func `takes quoted fields with commas, quotes and line feeds`() throws {
    let read = try rows(
      of: "\"time\",fact,referrer\n\(Self.time),\"play\",\"a,\"\"b\"\"\r\nc\"\r\n\(Self.time),x,\n"
    )

    #expect(read.facts.map(\.playback.referrer) == ["a,\"b\"\r\nc"])
    // The quoted line feed counts as a line.
    #expect(read.refused == [RefusedRow(line: 4, fault: .unknownFact("x"))])
  }

  @Test func `takes ATOM date-times and milliseconds, and cuts slots`() throws {
    let read = try rows(
      of: """
        {"time":"2024-05-28T13:15:07.123+02:00","fact":"play"}
        {"time":\(Self.time),"fact":"play","value":null}
        {"time":"\(Self.time)","fact":"watch","value":"20000"}
        """
    )

    #expect(read.refused.isEmpty)
    #expect(
      read.facts.map(\.time.milliseconds) == [Self.time, Self.time, FactSamples.start.milliseconds]
    )
  }

  @Test(arguments: ["\"p\"", "123", "\"\\u0070\""])
  func `hashes ids that are texts or integers`(id: String) throws {
    let line =
      #"{"time":\#(Self.time),"fact":"play","playback":\#(id),"viewer":"0000000000000007"}"#

    let playback = try #require(try rows(of: line).facts.first).playback

    #expect(playback.id == PlaybackID(id == "123" ? "123" : "p"))
    #expect(playback.viewer == ViewerID(rawValue: 7))
  }

  @Test func `gives a fact without a playback one of its own, the same in every run`() throws {
    let text = "time,fact,mediaId\n\(Self.time),play,vi1\n\(Self.time),play,vi1\n"

    let (first, second) = (try rows(of: text).facts, try rows(of: text).facts)

    #expect(Set(first.map(\.playback.id)).count == 2)
    #expect(Set(first.map(\.playback.viewer)).count == 2)
    #expect(first == second)
  }

  @Test(arguments: [
    ("x,play,", RowFault.badTime("x")),
    (",play,", .missing(column: "time")),
    ("-5,play,", .badTime("-5")),
    ("1716894907123,,", .missing(column: "fact")),
    ("1716894907123,playx,", .unknownFact("playx")),
    ("1716894907123,impressive,", .unknownFact("impressive")),
    ("1716894907123,play,1", .badValue("1", of: .play)),
    ("1716894907123,watch,", .badValue("", of: .watch)),
    ("1716894907123,watch,20001", .badValue("20001", of: .watch)),
    ("1716894907123,stall,-20001", .badValue("-20001", of: .stall)),
    ("1716894907123,watch,1.5", .badValue("1.5", of: .watch)),
    ("1716894907123,view,4", .badValue("4", of: .view)),
    ("1716894907123,impression,1.5", .badValue("1.5", of: .impression)),
    ("1716894907123,watch,-9999999999999", .badValue("-9999999999999", of: .watch)),
    ("1716894907123,error,9999999999999999999", .badValue("9999999999999999999", of: .error)),
    ("1716800000000,play,", .olderThan(FactSamples.edge)),
    ("0,play,", implausible("0", likely: nil)),
    ("1716894907,play,", implausible("1716894907", likely: .seconds)),
    ("1717067700000,play,", implausible("1717067700000", likely: nil)),
    ("1716894907123456,play,", implausible("1716894907123456", likely: .microseconds)),
    ("171689490712345678,play,", implausible("171689490712345678", likely: nil)),
    ("1999-12-31T23:59:59Z,play,", implausible("1999-12-31T23:59:59Z", likely: nil)),
    ("2025-01-01T00:00:00Z,play,", implausible("2025-01-01T00:00:00Z", likely: nil)),
    ("1716894907123,play", .fieldCount(found: 2, expected: 3)),
    ("1716894907123,play,,", .fieldCount(found: 4, expected: 3)),
    ("1716894907123,\"play\"x,", .textAfterQuote),
  ])
  func `refuses a row and says why`(row: String, fault: RowFault) throws {
    let read = try rows(of: "time,fact,value\n\(Self.time),play,\n\(row)\n\(Self.time),error,\n")

    #expect(read.refused == [RefusedRow(line: 3, fault: fault)])
    #expect(read.facts.map(\.value) == [nil, 0])
  }

  @Test func `takes what is up to a day ahead, as clocks differ`() throws {
    let last = FactSamples.now.milliseconds + Milliseconds.day - 1

    #expect(try rows(of: "time,fact\n\(last),play\n").facts.map(\.time.milliseconds) == [last])
  }

  @Test(arguments: [
    ("impression,120000", Int64?(120_000)), ("impression,120001", nil), ("impression,-1", nil),
    ("impression,99999999999999", nil), ("impression,", nil), ("error,65535", 65_535),
    ("error,65536", 0), ("error,-7", 0), ("error,", 0),
  ])
  func `takes an impression's time or an error's code out of range as unknown`(
    row: String,
    value: Int64?
  ) throws {
    let read = try rows(of: "time,fact,value\n\(Self.time),\(row)\n")

    #expect(read.facts.map(\.value) == [value])
    #expect(read.refused.isEmpty)
  }

  @Test func `says in which unit a time seems to be`() {
    let fault = Self.implausible("1716894907", likely: .seconds)

    #expect(
      "\(fault)"
        == "the time '1716894907' is not between 2000-01-01T00:00:00+00:00 and "
        + "2024-05-30T11:15:00+00:00; times are in ms since 1970, and this looks like seconds"
    )
  }

  @Test(arguments: [
    ("1", RowFault.TimeUnit?.none), ("1716894907", .seconds), ("\"2031-01-01T00:00:00Z\"", nil),
  ])
  func `refuses a recorded ping of an impossible time`(
    received: String,
    unit: RowFault.TimeUnit?
  ) throws {
    let body = #"{"sid":"s","pid":"p","mid":"m","eve":[]}"#

    let read = try rows(of: #"{"received":\#(received),"body":\#(body)}"#)

    #expect(read.pings.isEmpty)
    guard case .implausibleTime(_, _, let likely) = read.refused.first?.fault else {
      Issue.record("\(read.refused)")
      return
    }
    #expect(likely == unit)
  }

  @Test func `refuses a recorded ping older than the retention`() throws {
    let body = #"{"sid":"s","pid":"p","mid":"m","eve":[]}"#

    let read = try rows(of: #"{"received":1716800000000,"body":\#(body)}"#)

    #expect(read.refused == [RefusedRow(line: 1, fault: .olderThan(FactSamples.edge))])
  }

  @Test(arguments: [
    (#""country":"XX""#, RowFault.unknownCountry("XX")),
    (#""country":"France""#, .unknownCountry("FRANCE")),
    (#""deviceType":"fridge""#, .unknownDeviceType("fridge")),
    (#""bot":2"#, .badBot("2")), (#""bot":"yes""#, .badBot("yes")),
    (#""mediaId":["vi1"]"#, .wrongType(column: "mediaId")),
    (#""browser":true"#, .wrongType(column: "browser")),
    (#""colour":"red""#, .unknownKey("colour")),
    (#""browser":"\x""#, .notAnObject(byte: 48)),
    (#""browser":"x"#, .notAnObject(byte: 50)),
    (
      #""mediaId":"\#(String(repeating: "x", count: 256))""#,
      .tooLong(column: "mediaId", limit: 255)
    ),
  ])
  func `refuses an object and says why`(member: String, fault: RowFault) throws {
    let read = try rows(of: "\n" + #"{"time":1716894907123,"fact":"play",\#(member)}"# + "\n[]\n")

    #expect(read.refused.first == RefusedRow(line: 2, fault: fault))
    #expect(read.refused.last == RefusedRow(line: 3, fault: .notAnObject(byte: 1)))
    #expect(read.facts.isEmpty)
  }

  @Test func `refuses what is not UTF-8`() throws {
    let bytes = Array("time,fact,mediaId,playback\n\(Self.time),play,".utf8) + [0xc3, 0x2c, 0x31]

    #expect(
      try rows(of: bytes).refused == [RefusedRow(line: 2, fault: .notUTF8(column: "mediaId"))]
    )
  }

  @Test(arguments: FactFormat.allCases)
  func `knows the line of a bad row 40,000 rows into a file`(format: FactFormat) throws {
    var samples = FactSamples(seed: 6)
    let playback = Playback(
      id: PlaybackID(rawValue: 1),
      viewer: ViewerID(rawValue: 2),
      mediaID: "vi1"
    )
    let facts = (0..<40_500).map { _ in samples.fact(of: playback) }
    let bad = 40_000
    let writer = FactWriter(format)
    var bytes = writer.header
    let headerLines = bytes.isEmpty ? 0 : 1
    writer.append(facts[..<(bad - 1 - headerLines)], to: &bytes)
    bytes += Array("what is this?\n".utf8)
    writer.append(facts[(bad - 1 - headerLines)...], to: &bytes)

    let read = try rows(of: bytes, inPartsOf: 10_000)

    #expect(read.refused.map(\.line) == [bad])
    #expect(read.facts == facts)
  }

  @Test(arguments: [
    ("time,fact,colour\n", FactFileError.unknownColumn("colour")),
    ("time,fact,time\n", .repeatedColumn("time")),
    ("fact,value\n", .missingColumn("time")),
    ("time,value", .missingColumn("fact")),
    ("%PDF-1.4\n", .notAFactFile),
    ("time,fact,referrer\n1716894907123,play,\n1716894907123,play,\"oh\n", .unclosedQuote(line: 3)),
  ])
  func `refuses a file as a whole and says why`(text: String, error: FactFileError) {
    #expect(throws: error) { try rows(of: text) }
    #expect(throws: error) { try rows(of: text, inPartsOf: 1) }
  }

  @Test func `refuses a row without an end`() {
    let text = "time,fact,referrer\n1,play,\"" + String(repeating: "x", count: 2 << 20)

    #expect(throws: FactFileError.rowTooLong(line: 2, limit: 1 << 20)) {
      try rows(of: text, inPartsOf: 1 << 16)
    }
  }

  @Test(arguments: ["", "\n", "time,fact", "time,fact\n"])
  func `takes a file without rows`(text: String) throws {
    #expect(try rows(of: text).isEmpty)
  }

  @Test func `reads recorded pings`() throws {
    let ping = RecordedPing(
      PlayerPing(
        sentAt: Timestamp(milliseconds: 1_716_894_907_000),
        sessionID: "s",
        playbackID: "p",
        mediaID: "vi1",
        events: [PlayerEvent(.play, at: Timestamp(milliseconds: 1_716_894_906_000), position: 0)]
      ),
      receivedAt: Timestamp(milliseconds: 1_716_894_907_050),
      address: "192.0.2.1",
      userAgent: "Player/1.0",
      hints: ClientHints(brands: #""Opera";v="1""#, mobile: "?1")
    )
    let bad = #"{"received":1,"address":"192.0.2.1","body":{"sid":"s","pid":"p","eve":[]}}"#
    let bytes = ping.line + Array("\n\(bad)\n".utf8) + ping.line

    let read = try rows(of: bytes, inPartsOf: 11)

    #expect(read.pings == [ping, ping])
    #expect(
      read.refused == [RefusedRow(line: 2, fault: .badPing(.missing(field: "mid")))]
    )
  }

  @Test func `says every fault in one short sentence`() {
    let evil = "\u{1b}[2J" + String(repeating: "x", count: 1000)
    for fault in [RowFault.badTime(evil), .unknownFact(evil), .unknownKey(evil)] {
      #expect(!"\(fault)".contains("\u{1b}"))
      #expect("\(fault)".count < 160)
    }
  }
}
