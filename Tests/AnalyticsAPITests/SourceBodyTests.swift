import AnalyticsAPI
import AnalyticsSource
import PlaybackFacts
import QueryCore
import Testing

@Suite("Bodies beside answers")
struct SourceBodyTests {
  @Test func `a page of media items reads back as it was written`() throws {
    let items = [
      MediaItem(id: "a\"\u{1}é", title: "Лес 🎬", tags: ["x", "Y"], duration: 1),
      MediaItem(id: "b", duration: 9_007_199_254_740), MediaItem(id: "c"),
    ]
    let page = MediaPage(Query.Page(size: 1000), of: MediaList(version: .max, items: items))

    #expect(try MediaPage(json: page.json()) == page)
  }

  @Test func `passing facts read back, without ids`() throws {
    let playback = Playback(
      id: PlaybackID(rawValue: 0),
      viewer: ViewerID(rawValue: 0),
      mediaID: "vi1",
      country: "DE",
      referrer: "https://example.org/?a=\"b\""
    )
    let facts = FactKind.allCases.map { kind in
      Fact(
        kind,
        at: Timestamp(milliseconds: 1_716_981_307_123),
        value: kind == .play ? nil : -20_000,
        of: playback
      )
    }
    let recent = RecentFacts(cursor: 1 << 60, facts: facts, skipped: 4)

    #expect(try RecentFacts(json: recent.json()) == recent)
  }

  @Test func `a history of pings reads back`() throws {
    let time = Timestamp(milliseconds: 1_716_981_307_123)
    let history = PingHistory(
      pings: [
        .init(
          playback: PlaybackID(rawValue: .max),
          viewer: ViewerID(rawValue: 1),
          mediaID: "vi\"1\u{1}",
          receivedAt: time,
          outcome: PingOutcome(
            accepted: 1,
            outOfOrder: 2,
            duplicates: 3,
            late: 4,
            refused: ["too-old": 5, "too-many": 6]
          ),
          facts: FactKind.allCases.map { .init($0, at: time, value: $0 == .play ? nil : -7) }
        ),
        .init(
          playback: PlaybackID(rawValue: 0),
          viewer: ViewerID(rawValue: 0),
          mediaID: "",
          receivedAt: time,
          outcome: PingOutcome()
        ),
      ],
      total: 9,
      since: time
    )

    #expect(try PingHistory(json: history.json()) == history)
    let none = PingHistory(pings: [], total: 0, since: nil)
    #expect(try PingHistory(json: none.json()) == none)
  }

  @Test func `a selection is spelled as it is read`() throws {
    for selection in [.playback(.init("a pid")), .viewer(.init("v")), .media("li/1")]
      as [PingSelection]
    {
      #expect(PingSelection(name: selection.name, id: selection.id) == selection)
    }
    #expect(PingSelection(name: "media", id: "") == nil)
    #expect(PingSelection(name: "country", id: "FR") == nil)
  }

  @Test func `how a source fares reads back`() throws {
    var ledger = SourceHealth.Ledger()
    ledger.acceptedPings = 1
    ledger.refusedPings = [.init(name: "not-json", count: 2)]
    ledger.acceptedEvents = 3
    ledger.duplicateEvents = 4
    ledger.lateEvents = 5
    ledger.refusedEvents = [.init(name: "too-old", count: 6), .init(name: "x", count: 0)]
    ledger.otherPlaybacks = [.init(name: "media-id", count: 13)]
    ledger.facts = 7
    ledger.refusedReads = [.init(name: "too-many-requests", count: 14)]
    let span = Timeframe(from: Timestamp(seconds: 1), to: Timestamp(seconds: 2))
    let store = SourceHealth.Store(
      bytes: 8,
      logBytes: 3,
      facts: 9,
      bytesPerFact: 1.0 / 3,
      dailyBytes: 10,
      dailyFacts: 11,
      forecastBytes: 12,
      span: span,
      freeDiskBytes: 15
    )
    let health = SourceHealth(ledger: ledger, store: store)

    #expect(try SourceHealth(json: health.json()) == health)
    #expect(try SourceHealth(json: SourceHealth().json()) == SourceHealth())
  }

  @Test(arguments: [
    #"{"version":"x","data":[],"pagination":{"currentPage":1,"pageSize":1,"itemsTotal":0}}"#,
    #"{"version":"1","data":[],"pagination":{"currentPage":0,"pageSize":1,"itemsTotal":0}}"#,
    #"{"version":"1","data":[{"mediaId":"a","tags":[],"duration":-1}],"pagination":"#
      + #"{"currentPage":1,"pageSize":1,"itemsTotal":0}}"#,
    #"{"version":"1","data":[{"mediaId":"a","tags":[],"duration":1e300}],"pagination":"#
      + #"{"currentPage":1,"pageSize":1,"itemsTotal":0}}"#,
  ])
  func `a body that is no page of media items is refused`(body: String) {
    #expect(throws: AnswerError.self) { try MediaPage(json: Array(body.utf8)) }
  }

  @Test func `facts of no kind and spans that end before they begin are refused`() {
    let facts =
      #"{"cursor":"1","skipped":0,"data":[{"fact":"jump","time":1,"mediaId":"","country":"","#
      + #""deviceType":"","operatingSystem":"","browser":"","referrer":""}]}"#
    let health =
      #"{"store":{"bytes":1,"facts":1,"bytesPerFact":1,"dailyBytes":1,"dailyFacts":1,"#
      + #""forecastBytes":1,"span":{"from":2,"to":1}}}"#

    #expect(throws: AnswerError.malformed(reason: "there is no fact 'jump'")) {
      try RecentFacts(json: Array(facts.utf8))
    }
    #expect(throws: AnswerError.malformed(reason: "'store.span' ends before it begins")) {
      try SourceHealth(json: Array(health.utf8))
    }
  }
}
