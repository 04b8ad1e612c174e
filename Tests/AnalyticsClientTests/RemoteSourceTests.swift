import AnalyticsAPI
import AnalyticsClient
import AnalyticsSource
import HTTPTypes
import Hummingbird
import PlaybackFacts
import QueryCore
import Synchronization
import TestSupport
import Testing

@Suite("What remote servers tell beside answers", .timeLimit(.minutes(10)))
struct RemoteSourceTests {
  /// A source with more media items than lie on a page.
  private struct Source: MediaListing, SourceObserving {
    let list = MediaList(
      version: 1 << 60,
      items: (0..<2345).map { MediaItem(id: "vi\(100_000 + $0)", title: "No. \($0)") }
    )
    let recent = RecentFacts(
      cursor: 9,
      facts: [
        Fact(
          .watch,
          at: testTime,
          value: 20_000,
          of: Playback(
            id: PlaybackID(rawValue: 0),
            viewer: ViewerID(rawValue: 0),
            mediaID: "vi1",
            country: "FR"
          )
        )
      ],
      skipped: 2
    )
    let report = SourceHealth(ledger: SourceHealth.Ledger())

    func media(unless version: UInt64?) async throws(QueryError) -> MediaList? {
      version == list.version ? nil : list
    }

    func recentFacts(after cursor: UInt64?, limit: Int) async throws(QueryError) -> RecentFacts {
      guard cursor == 8, limit == 1000 else { throw .unavailable(reason: "Asked otherwise.") }
      return recent
    }

    func health() async throws(QueryError) -> SourceHealth { report }
  }

  @Test func `a server tells what its source tells`() async throws {
    let source = Source()
    let engine = QueryEngine(backend: FactModel())

    try await LiveServer.run(data: engine, media: source, observing: source) { url in
      let remote = remote(url)
      let lists = [
        try await remote.media(unless: nil), try await remote.media(unless: 7),
        try await remote.media(unless: source.list.version),
      ]
      let recent = try await remote.recentFacts(after: 8, limit: 5000)
      let report = try await remote.health()

      #expect(lists == [source.list, source.list, nil])
      #expect(recent == source.recent)
      #expect(report == source.report)
    }
  }

  @Test func `what a server does not tell is asked once`() async throws {
    let requests = Mutex([String]())

    try await ForeignServer.run { request in
      requests.withLock { $0.append(request.uri.path) }
      return Response(status: .notFound)
    } _: { url in
      let remote = remote(url)
      for _ in 0..<3 {
        await #expect(throws: QueryError.notProvided) { try await remote.media(unless: nil) }
        await #expect(throws: QueryError.notProvided) {
          try await remote.recentFacts(after: nil, limit: 5)
        }
        await #expect(throws: QueryError.notProvided) { try await remote.health() }
      }
    }

    #expect(requests.withLock(\.self) == ["/media", "/live", "/health"])
  }

  @Test func `a server without histograms is asked for one once`() async throws {
    let watchTime = try #require(MetricCatalog.measure("watch-time", .average))
    let hour = Timeframe(from: testTime - Milliseconds.hour, to: testTime)
    let requests = Mutex([String]())

    try await ForeignServer.run { request in
      requests.withLock { $0.append(request.uri.path) }
      return Response(status: .notFound)
    } _: { url in
      let remote = remote(url)
      for _ in 0..<3 {
        await #expect(throws: QueryError.notProvided) {
          try await remote.answer([Query(watchTime, .histogram, in: hour)])
        }
      }
    }

    #expect(
      requests.withLock { $0.filter { $0.hasPrefix("/data/histogram") } }
        == ["/data/histogram/watch-time"]
    )
  }

  @Test func `a failure is no reason not to ask again`() async throws {
    let requests = Mutex(0)

    try await ForeignServer.run { _ in
      let number = requests.withLock {
        $0 += 1
        return $0
      }
      guard number > 1 else { return Response(status: .badGateway) }
      let body = ByteBuffer(bytes: SourceHealth().json())
      return Response(status: .ok, body: .init(byteBuffer: body))
    } _: { url in
      let remote = remote(url)
      await #expect(
        throws: QueryError.unavailable(reason: "\(url) answered with status 502.")
      ) { try await remote.health() }
      let report = try await remote.health()
      #expect(report == SourceHealth())
    }
  }

  @Test func `a list that changes between its pages is read anew`() async throws {
    let requests = Mutex([String]())

    try await ForeignServer.run { request in
      let number = requests.withLock {
        $0.append(request.uri.query ?? "")
        return $0.count
      }
      // The second page is of the next version already.
      let items = (0..<1500).map { MediaItem(id: "\(10_000 + $0)") }
      let list = MediaList(version: number == 1 ? 1 : 2, items: items)
      let page = Query.Page(
        number: request.uri.query?.contains("currentPage=2") == true ? 2 : 1,
        size: 1000
      )
      let body = ByteBuffer(bytes: MediaPage(page, of: list).json())
      return Response(status: .ok, body: .init(byteBuffer: body))
    } _: { url in
      let list = try #require(try await remote(url).media(unless: nil))
      #expect(list.version == 2)
      #expect(list.items.count == 1500)
    }

    let (first, second) = ("currentPage=1&pageSize=1000", "currentPage=2&pageSize=1000")
    #expect(requests.withLock(\.self) == [first, second, first, second])
  }
}

private func remote(_ url: String) -> RemoteAnswering {
  RemoteAnswering(url: url, deadline: .seconds(300), now: { testTime })
}
