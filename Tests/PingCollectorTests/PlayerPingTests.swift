import PlaybackFacts
import Testing

@testable import PingCollector

@Suite("Player ping")
struct PlayerPingTests {
  static func ping(
    sat: String = "1716894907000",
    sid: String = "\"s\"",
    pid: String = "\"p\"",
    mid: String = "\"m\"",
    ref: String = "\"https://example.org\"",
    eve: String = "[]"
  ) -> String {
    """
    {"sat":\(sat),"sid":\(sid),"pid":\(pid),"mid":\(mid),"ref":\(ref),"ver":"1.2.3","eve":\(eve)}
    """
  }

  static func decode(_ text: String) throws(PingRefusal) -> PlayerPing {
    try PlayerPing(decoding: Array(text.utf8))
  }

  @Test func `a web player's ping is read`() throws {
    let ping = try Self.decode(
      """
      {"sat":1716894907000,"sid":"5b2c","pid":"f00d","mid":"li400","ref":"https://example.org/a",
       "ver":"2.0.1","eve":[
       {"eat":1716894906000,"typ":1,"vti":0,"vwi":640,"vhe":360,"pau":true,"eco":0},
       {"eat":1716894906500.75,"typ":4.0,"vti":1.25e1,"pau":false}]}
      """
    )

    #expect(
      ping
        == PlayerPing(
          sentAt: Timestamp(milliseconds: 1_716_894_907_000),
          sessionID: "5b2c",
          playbackID: "f00d",
          mediaID: "li400",
          referrer: "https://example.org/a",
          version: "2.0.1",
          events: [
            PlayerEvent(
              .loaded,
              at: Timestamp(milliseconds: 1_716_894_906_000),
              position: 0,
              isPaused: true,
              errorCode: 0
            ),
            PlayerEvent(
              .timeUpdate,
              at: Timestamp(milliseconds: 1_716_894_906_500),
              position: 12.5,
              isPaused: false
            ),
          ]
        )
    )
  }

  @Test func `what is written is read again`() throws {
    let ping = PlayerPing(
      sentAt: Timestamp(milliseconds: 5),
      sessionID: "a\"\\\u{1}\n",
      playbackID: "Zoë 🎬",
      mediaID: "vi1",
      referrer: "/",
      events: [
        PlayerEvent(.play, at: Timestamp(milliseconds: -3), position: 0.1, errorCode: 4),
        PlayerEvent(.end, at: Timestamp(milliseconds: 9), isPaused: true),
      ]
    )

    #expect(try PlayerPing(decoding: ping.json) == ping)
  }

  // MARK: - Refused pings

  static let refused: [(body: String, refusal: PingRefusal)] = [
    ("[]", .notAnObject),
    ("7", .notAnObject),
    (ping(sid: "null"), .missing(field: "sid")),
    (ping(pid: "7"), .wrongType(field: "pid", expected: "a string")),
    (ping(pid: "[\"p\"]"), .wrongType(field: "pid", expected: "a string")),
    (ping(mid: "\"\""), .empty(field: "mid")),
    (
      ping(pid: "\"" + String(repeating: "é", count: 128) + "\""),
      .tooLong(field: "pid", bytes: 256)
    ),
    (ping(eve: "null"), .missing(field: "eve")),
    (ping(eve: "{}"), .wrongType(field: "eve", expected: "an array")),
    (ping(eve: "\"\""), .wrongType(field: "eve", expected: "an array")),
    (#"{"sid":"s","pid":"p","mid":"m"}"#, .missing(field: "eve")),
    (#"{"sid":"s","pid":"p","eve":[]}"#, .missing(field: "mid")),
    (#"{"sid":"s","mid":"m","eve":[]}"#, .missing(field: "pid")),
    (#"{"pid":"p","mid":"m","eve":[]}"#, .missing(field: "sid")),
    (#"{"sid":"s","pid":"p","mid":"m","eve":[],"eve":null}"#, .missing(field: "eve")),
    (#"{"sid":"s","pid":"p","mid":"m","eve":[],"sid":""}"#, .empty(field: "sid")),
  ]

  @Test(arguments: refused)
  func `a ping that is at fault says which field it is`(body: String, refusal: PingRefusal) {
    #expect(throws: refusal) { try Self.decode(body) }
    let isOneSentence = refusal.description.hasSuffix(".") && !refusal.description.contains(". ")
    #expect(isOneSentence)
    #expect(refusal.field.map { refusal.description.contains("\"\($0)\"") } ?? true)
  }

  @Test func `a body may have 64 KiB and no more`() throws {
    let empty = Self.ping()
    let fits = empty + String(repeating: " ", count: 65_536 - empty.utf8.count)

    #expect(throws: Never.self) { try Self.decode(fits) }
    #expect(throws: PingRefusal.tooLarge(bytes: 65_537)) { try Self.decode(fits + " ") }
  }

  @Test func `ids may have 255 bytes`() throws {
    let id = String(repeating: "x", count: 255)

    #expect(try Self.decode(Self.ping(pid: "\"\(id)\"")).playbackID == id)
  }

  // MARK: - Lenient fields

  @Test(arguments: ["null", "0", "-1", "\"now\"", "1e300", "9007199254740993000", "{}", "true"])
  func `a sending time that makes no sense is none`(sat: String) throws {
    #expect(try Self.decode(Self.ping(sat: sat)).sentAt == nil)
  }

  @Test(arguments: ["null", "7", "[]", "\"\""])
  func `a referrer that is no text is none`(ref: String) throws {
    #expect(try Self.decode(Self.ping(ref: ref)).referrer == "")
  }

  @Test func `a referrer is cut at 2048 characters`() throws {
    let long = String(repeating: "ü", count: 3000)

    let referrer = try Self.decode(Self.ping(ref: "\"\(long)\"")).referrer

    #expect(referrer == String(repeating: "ü", count: 2048))
  }

  @Test func `keys that are not known may hold anything, and of two the last counts`() throws {
    let body = #"""
      {"new":{"a":[1,{"b":null}],"c":"\""},"pid":"first","sid":"s","\u0070id":"last","mid":"m",
      "eve":[{"typ":9}],"eve":[{"eat":1,"typ":2,"typ":3,"x":[[],{}]}]}
      """#

    let ping = try Self.decode(body)

    #expect(ping.playbackID == "last")
    #expect(ping.events == [PlayerEvent(.pause, at: Timestamp(milliseconds: 1))])
    #expect(ping.refusedEvents.isEmpty)
  }

  // MARK: - Events

  static let events: [(event: String, refusal: EventRefusal?)] = [
    (#"{"eat":1,"typ":1}"#, nil),
    (#"{"eat":1.0e3,"typ":8}"#, nil),
    (#"{"eat":1,"typ":4,"vti":null,"pau":null,"eco":null,"vwi":null}"#, nil),
    (#"{"eat":1,"typ":4,"pau":1}"#, nil),
    (#"{"eat":9007199254740992,"typ":4,"vti":-9007199254740992}"#, nil),
    (#"{"typ":1}"#, .noTime),
    (#"{"eat":null,"typ":1}"#, .noTime),
    (#"{"eat":1}"#, .unknownType),
    (#"{"eat":1,"typ":0}"#, .unknownType),
    (#"{"eat":1,"typ":9}"#, .unknownType),
    (#"{"eat":1,"typ":4.5}"#, .unknownType),
    (#"{"eat":1,"typ":-1}"#, .unknownType),
    (#"{"eat":1,"typ":257}"#, .unknownType),
    (#"{"eat":1,"typ":1e400}"#, .numberOutOfRange),
    (#"{"eat":1e400,"typ":1}"#, .numberOutOfRange),
    (#"{"eat":9007199254740994,"typ":1}"#, .numberOutOfRange),
    (#"{"eat":-9007199254740994,"typ":1}"#, .numberOutOfRange),
    (#"{"eat":1,"typ":4,"vti":1e17}"#, .numberOutOfRange),
    (#"{"eat":1,"typ":4,"vwi":-1e999}"#, .numberOutOfRange),
    (#"{"eat":1,"typ":4,"eco":12345678901234567890}"#, .numberOutOfRange),
    (#"{"eat":1,"typ":4,"pau":1e40}"#, .numberOutOfRange),
    (#"{"eat":"1","typ":1}"#, .wrongType),
    (#"{"eat":1,"typ":"play"}"#, .wrongType),
    (#"{"eat":1,"typ":4,"vti":"1"}"#, .wrongType),
    (#"{"eat":1,"typ":4,"pau":"no"}"#, nil),
    (#"{"eat":1,"typ":4,"pau":[true]}"#, nil),
    (#"{"eat":1,"typ":4,"eco":[]}"#, .wrongType),
    ("7", .wrongType), ("null", .wrongType), ("[]", .wrongType),
  ]

  @Test(arguments: events)
  func `a bad event is left out and counted, and the rest counts`(
    event: String,
    refusal: EventRefusal?
  ) throws {
    let ping = try Self.decode(Self.ping(eve: "[\(event),{\"eat\":5,\"typ\":2}]"))

    #expect(ping.events.count == (refusal == nil ? 2 : 1))
    #expect(ping.events.last == PlayerEvent(.play, at: Timestamp(milliseconds: 5)))
    #expect(ping.refusedEvents == (refusal.map { [$0: 1] } ?? [:]))
  }

  @Test(arguments: ["1", "0", "0.5", "\"true\"", "null", "{}", "[false]"])
  func `whether it is paused is a boolean, or follows from the type`(pau: String) throws {
    let events = #"[{"eat":1,"typ":4,"pau":\#(pau)},{"eat":2,"typ":4,"pau":true}]"#

    let ping = try Self.decode(Self.ping(eve: events))

    #expect(ping.events.map(\.isPaused) == [nil, true])
    #expect(ping.refusedEvents.isEmpty)
  }

  @Test func `only the first twenty events count`() throws {
    let events = (1...25).map { "{\"eat\":\($0),\"typ\":\($0 == 3 ? 9 : 4)}" }

    let ping = try Self.decode(Self.ping(eve: "[\(events.joined(separator: ","))]"))

    #expect(ping.events.count == 19)
    #expect(ping.events.last?.emittedAt == Timestamp(milliseconds: 20))
    #expect(ping.refusedEvents == [.tooMany: 5, .unknownType: 1])
  }

  // MARK: - Recordings

  @Test func `a line of a recording is read, and written again`() throws {
    let line = """
      {"received":1716894907000,"address":"192.0.2.1","userAgent":"Mozilla/5.0",\
      "body":\(Self.ping(eve: #"[{"eat":5,"typ":2,"vti":null}]"#))}
      """

    let recorded = try RecordedPing(decoding: Array(line.utf8))

    #expect(recorded.receivedAt == Timestamp(milliseconds: 1_716_894_907_000))
    #expect(recorded.address == "192.0.2.1")
    #expect(recorded.userAgent == "Mozilla/5.0")
    #expect(recorded.ping.events.count == 1)
    #expect(try RecordedPing(decoding: recorded.line) == recorded)
  }

  @Test func `client hints of a recording are read, and written again`() throws {
    let line = #"""
      {"received":5,"userAgent":"x","hints":{"sec-ch-ua":"\"Opera\";v=\"1\"","new":[1],\#
      "sec-ch-ua-mobile":"?0","sec-ch-ua-platform":null},"body":BODY}
      """#.replacing("BODY", with: Self.ping())

    let recorded = try RecordedPing(decoding: Array(line.utf8))

    #expect(recorded.hints == ClientHints(brands: #""Opera";v="1""#, mobile: "?0"))
    #expect(try RecordedPing(decoding: recorded.line) == recorded)
  }

  @Test(arguments: [#""hints":null,"#, #""hints":{},"#, #""hints":{"sec-ch-ua":null},"#, ""])
  func `a recording may have no client hints`(member: String) throws {
    let line = "{\(member)\"received\":5,\"body\":\(Self.ping())}"

    #expect(try RecordedPing(decoding: Array(line.utf8)).hints == .none)
  }

  static let refusedLines: [(line: String, refusal: PingRefusal)] = [
    (#"{"address":"a","body":BODY}"#, .missing(field: "received")),
    (
      #"{"received":"soon","body":BODY}"#,
      .wrongType(field: "received", expected: "a time in ms since 1970 or a date-time")
    ),
    (
      #"{"received":1,"address":7,"body":BODY}"#, .wrongType(field: "address", expected: "a string")
    ),
    (
      #"{"received":1,"hints":"?0","body":BODY}"#,
      .wrongType(field: "hints", expected: "an object")
    ),
    (
      #"{"received":1,"hints":{"sec-ch-ua":1},"body":BODY}"#,
      .wrongType(field: "hints.sec-ch-ua", expected: "a string")
    ),
    (#"{"received":1}"#, .missing(field: "body")),
    (#"{"received":1,"body":"{}"}"#, .wrongType(field: "body", expected: "an object")),
    (#"{"received":1,"body":{"sid":"s"}}"#, .missing(field: "pid")),
  ]

  @Test(arguments: refusedLines)
  func `a line that is at fault says which field it is`(line: String, refusal: PingRefusal) {
    let text = line.replacing("BODY", with: Self.ping())

    #expect(throws: refusal) { try RecordedPing(decoding: Array(text.utf8)) }
  }

  @Test func `a receipt may be a date-time`() throws {
    let line = #"{"received":"2024-05-28T11:15:07Z","body":\#(Self.ping())}"#

    let received = try RecordedPing(decoding: Array(line.utf8)).receivedAt

    #expect(received == Timestamp(milliseconds: 1_716_894_907_000))
  }
}
