import AnalyticsSource
import HTTPTypes
import Hummingbird
import PlaybackFacts
import QueryCore
import Testing

@testable import AnalyticsServer

@Suite("Base path")
struct BasePathTests {
  @Test(arguments: [
    ("", ""), ("/", ""), ("stats", "/stats"), ("/stats/", "/stats"), ("//a//b", "/a/b"),
    ("/a-b_c.d~e/9", "/a-b_c.d~e/9"),
  ])
  func `is read with or without slashes`(text: String, path: String) throws {
    #expect(try BasePath(text).text == path)
  }

  @Test(arguments: ["/sta ts", "/ä", "/a?b", "/a#b", "/a%20", "/..", "/a/./b", "/data", "watch/x"])
  func `is refused where it is no plain path, or one that the server has`(text: String) {
    #expect(throws: ServerError.invalidBasePath(text)) { try BasePath(text) }
  }

  @Test func `a proxy may take it off or not, and links have it`() async throws {
    var options = ServerOptions.patient
    options.basePath = try BasePath("/stats")
    let collector = StubCollector()
    let rows = (0..<3).map { QueryResult.Bucket(value: .integer(7), dimensionValue: "\($0)") }
    let data = StubAnswering { query in
      QueryResult(query: query, rows: .buckets(rows), itemsTotal: 60)
    }

    try await LiveServer.run(data: data, collector: collector, options: options) { server in
      for base in ["", "/stats", "//stats"] {
        let ping = try await server.exchange(
          "POST \(base)/watch HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
        )
        #expect(ping.hasPrefix("HTTP/1.1 204 "))
        let page = try await server.exchange(
          "GET \(base)/data/buckets/play/country HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        #expect(page.hasPrefix("HTTP/1.1 200 "))
        #expect(page.contains(#""rel":"next","uri":"/stats/data/buckets/play/country?"#))
        #expect(!page.contains(#""uri":"/data"#))
        let plays = try await server.exchange(
          "GET \(base)/analytics/videos/plays?from=2024-05-01&dimension=country HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        #expect(plays.contains("Link: </stats/data/buckets/play/country?"))
        #expect(plays.contains(#""uri":"/stats/analytics/videos/plays?"#))
        let refusal = try await server.exchange(
          "GET \(base)/no HTTP/1.1\r\nHost: localhost\r\n\r\n"
        )
        #expect(refusal.contains(#""type":"/stats/problems/unrecognized-request-url""#))
      }
    }

    #expect(collector.pings.count == 3)
  }

  @Test func `links of media pages have it too`() async throws {
    var options = ServerOptions.patient
    options.basePath = try BasePath("/stats")
    let items = [MediaItem(id: "vi1", title: "One")]

    let answer = try await server(
      source: StubSource(media: MediaList(version: 1, items: items)),
      options: options
    ).answer(.get, "/media")

    #expect(answer.text.contains(#""uri":"/stats/media?"#))
    #expect(!answer.text.contains(#""uri":"/media"#))
  }

  @Test func `no path of the server can be a base path`() throws {
    for route in server(source: StubSource(), sandboxCollector: StubCollector()).router([]).routes {
      let first = "\(route.path)".split(separator: "/").first ?? ""
      #expect(BasePath.taken.contains(first), "\(route)")
    }
  }
}
