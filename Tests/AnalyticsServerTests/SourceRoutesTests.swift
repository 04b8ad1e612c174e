import AnalyticsAPI
import AnalyticsSource
import HTTPTypes
import HummingbirdTesting
import NIOCore
import PlaybackFacts
import QueryCore
import Testing

@testable import AnalyticsServer

@Suite("Source routes")
struct SourceRoutesTests {
  private static let items = (1...30).map { number in
    MediaItem(
      id: "vi\(number + 10)",
      title: number == 1 ? "Rain, \"on\" a tin roof" : nil,
      tags: number == 1 ? ["nature", "series"] : [],
      duration: number == 1 ? 192_500 : nil
    )
  }
  private let source = StubSource(media: MediaList(version: 17, items: items))

  @Test func `media items are told in pages`() async throws {
    let answer = try await server(source: source).answer(.get, "/media?pageSize=1")

    #expect(answer.status == .ok)
    #expect(answer.headers[.eTag] == "\"17\"")
    #expect(answer.headers[.rateLimit] == "500")
    #expect(
      answer.text
        == #"{"version":"17","data":[{"mediaId":"vi11","title":"Rain, \"on\" a tin roof","#
        + #""tags":["nature","series"],"duration":192.5}],"pagination":{"currentPage":1,"#
        + #""currentPageItems":1,"pageSize":1,"pagesTotal":30,"itemsTotal":30,"links":["#
        + #"{"rel":"self","uri":"/media?currentPage=1&pageSize=1"},"#
        + #"{"rel":"first","uri":"/media?currentPage=1&pageSize=1"},"#
        + #"{"rel":"last","uri":"/media?currentPage=30&pageSize=1"},"#
        + #"{"rel":"next","uri":"/media?currentPage=2&pageSize=1"}]}}"#
    )
  }

  @Test(arguments: [
    ("", 1...25), ("?currentPage=2", 26...30), ("?currentPage=9", nil),
    ("?pageSize=1000", 1...30), ("?currentPage=2147483647&pageSize=1000", nil),
  ])
  func `a page has the items that lie on it`(query: String, numbers: ClosedRange<Int>?) async throws
  {
    let answer = try await server(source: source).answer(.get, "/media\(query)")

    #expect(source.calls.count == 1 && source.calls[0].hasPrefix("page "))
    let page = try MediaPage(json: Array(answer.body.readableBytesView))
    #expect(page.itemsTotal == 30)
    #expect(
      page.list.items == numbers.map { Array(Self.items[($0.lowerBound - 1)..<$0.upperBound]) }
        ?? []
    )
  }

  @Test(arguments: [
    ("\"17\"", true), ("W/\"17\"", true), ("\"3\", \"17\"", true), ("\"18\"", false),
    ("\"abc\"", false), ("", false),
  ])
  func `a list that is known already is not sent again`(tag: String, isKnown: Bool) async throws {
    let answer = try await server(source: source).answer(
      .get,
      "/media",
      headers: [.ifNoneMatch: tag]
    )

    #expect(answer.status == (isKnown ? .notModified : .ok))
    #expect(answer.text.isEmpty == isKnown)
    #expect(answer.headers[.eTag] == "\"17\"")
  }

  @Test func `passing facts are told without who they are of`() async throws {
    let playback = Playback(
      id: PlaybackID(rawValue: 77_777),
      viewer: ViewerID(rawValue: 88_888),
      mediaID: "vi1",
      country: "FR",
      deviceType: "phone",
      operatingSystem: "ios",
      browser: "safari",
      referrer: "https://example.org/",
      isBot: true
    )
    let facts = [
      Fact(.play, at: testTime, of: playback), Fact(.watch, at: testTime, value: -5, of: playback),
    ]
    let source = StubSource(facts: RecentFacts(cursor: 19, facts: facts, skipped: 3))

    let answer = try await server(source: source).answer(.get, "/live?after=18&limit=2")

    let rest =
      #""mediaId":"vi1","country":"FR","deviceType":"phone","operatingSystem":"ios","#
      + #""browser":"safari","referrer":"https://example.org/","bot":true}"#
    #expect(
      answer.text
        == #"{"cursor":"19","skipped":3,"data":[{"fact":"play","time":1716981307000,"value":null,"#
        + rest + #",{"fact":"watch","time":1716981307000,"value":-5,"# + rest + "]}"
    )
    #expect(answer.headers[.rateLimit] == "500")
    #expect(source.calls == ["facts after 18 limit 2"])
  }

  @Test func `without a cursor the newest facts are told`() async throws {
    _ = try await server(source: source).answer(.get, "/live")

    #expect(source.calls == ["facts after - limit 50"])
  }

  @Test func `what became of pings is told by playback, viewer and media item`() async throws {
    let history = PingHistory(
      pings: [
        .init(
          playback: PlaybackID(rawValue: 0xab),
          viewer: ViewerID(rawValue: 0),
          mediaID: "vi1",
          receivedAt: testTime,
          outcome: PingOutcome(accepted: 2, outOfOrder: 1, refused: ["too-old": 1]),
          facts: [.init(.view, at: testTime, value: 3)]
        )
      ],
      total: 7,
      since: testTime
    )
    let source = StubSource(history: history)
    let app = server(source: source)

    let answer = try await app.answer(.get, "/pings/media/vi%2F1%20?limit=1")
    for path in ["/pings/playback/00000000000000ab", "/pings/viewer/00000000000000CD"] {
      #expect(try await app.answer(.get, path).status == .ok)
    }
    for path in [
      "/pings", "/pings/media", "/pings/media/", "/pings/country/FR", "/pings/media/%ff",
    ] {
      #expect(try await app.answer(.get, path).status == .notFound, "\(path)")
    }

    #expect(
      answer.text
        == #"{"since":1716981307000,"total":7,"data":[{"receivedAt":1716981307000,"#
        + #""playback":"00000000000000ab","viewer":null,"mediaId":"vi1","verdict":"out-of-order","#
        + #""accepted":2,"outOfOrder":1,"duplicates":0,"late":0,"#
        + #""refused":[{"name":"too-old","count":1}],"#
        + #""facts":[{"fact":"view","time":1716981307000,"value":3}]}]}"#
    )
    // It counts as ten reads.
    #expect(answer.headers[.rateLimitRemaining] == "490")
    #expect(
      source.calls == [
        "pings of media vi/1  limit 1", "pings of playback 00000000000000ab limit 200",
        "pings of viewer 00000000000000cd limit 200",
      ]
    )
  }

  @Test func `how the source fares is told as it is known`() async throws {
    var ledger = SourceHealth.Ledger()
    ledger.since = testTime
    ledger.acceptedPings = 12
    ledger.refusedPings = [.init(name: "not-json", count: 3)]
    ledger.otherPlaybacks = [.init(name: "referrer", count: 4)]
    let health = SourceHealth(
      ledger: ledger,
      store: .init(
        bytes: 1,
        facts: 2,
        bytesPerFact: 3.25,
        dailyBytes: 4,
        dailyFacts: 5,
        forecastBytes: 6,
        span: nil
      )
    )

    let answer = try await server(source: StubSource(health: health)).answer(.get, "/health")

    #expect(
      answer.text
        == #"{"ledger":{"since":1716981307000,"acceptedPings":12,"refusedPings":[{"name":"#
        + #""not-json","count":3}],"acceptedEvents":0,"duplicateEvents":0,"lateEvents":0,"#
        + #""refusedEvents":[],"otherPlaybacks":[{"name":"referrer","count":4}],"facts":0,"refusedReads":[]},"#
        + #""store":{"bytes":1,"logBytes":null,"facts":2,"bytesPerFact":3.25,"dailyBytes":4,"dailyFacts":5,"forecastBytes":6,"span":null,"#
        + #""clockDoubt":null,"freeDiskBytes":null}}"#
    )
    #expect(answer.headers[.rateLimit] == "500")
  }

  @Test(arguments: [
    ("/media?pageSize=1001", "pageSize", "This value must be an integer from 1 to 1000."),
    ("/media?pageSize=x", "pageSize", "This value must be an integer from 1 to 1000."),
    ("/media?currentPage=0", "currentPage", "This value must be an integer from 1 to 2147483647."),
    ("/media?from=1", "from", "This field was not expected."),
    ("/live?after=-1", "after", "This value must be an integer from 0 to 9223372036854775807."),
    ("/live?limit=1001", "limit", "This value must be an integer from 1 to 1000."),
    ("/health?x=1", "x", "This field was not expected."),
    ("/pings/playback/p?limit=10001", "limit", "This value must be an integer from 1 to 10000."),
    ("/pings/viewer/v?after=1", "after", "This field was not expected."),
  ])
  func `what can't be asked is refused in one sentence`(
    path: String,
    name: String,
    detail: String
  ) async throws {
    let answer = try await server(source: source).answer(.get, path)

    let problem = try answer.problem()
    #expect(answer.status == .badRequest)
    #expect(problem.kind == .invalidParameter)
    #expect(problem.name == name)
    #expect(problem.detail == detail)
  }

  @Test(arguments: SourceRoutes.paths.map { $0 == "/pings" ? "/pings/media/vi1" : $0 })
  func `a source that is lost is unavailable, and one that tells nothing is not there`(
    path: String
  ) async throws {
    let lost = StubSource(failure: .unavailable(reason: "No disk."))

    let failed = try await server(source: lost).answer(.get, path)
    let missing = try await server().answer(.get, path)

    #expect(failed.status == .serviceUnavailable)
    #expect(missing.status == .notFound)
    #expect(try missing.problem().kind == .unrecognizedURL)
  }

  @Test func `what load balancers ask has no limits of questions`() async throws {
    let answer = try await server(source: source).answer(.get, "/healthz")

    #expect(answer.text == "ok\n")
    #expect(answer.headers[.rateLimit] == nil)
  }
}
