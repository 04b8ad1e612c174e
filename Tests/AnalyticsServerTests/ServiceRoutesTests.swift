import AnalyticsAPI
import HTTPTypes
import HummingbirdTesting
import QueryCore
import Testing

@testable import AnalyticsServer

@Suite("Service routes")
struct ServiceRoutesTests {
  @Test func `the server is healthy while its data can be reached`() async throws {
    let lost = StubAnswering { _ throws(QueryError) in throw .unavailable(reason: "No disk.") }

    let healthy = try await server().answer(.get, "/healthz")
    let ill = try await server(data: lost).answer(.get, "/healthz")

    #expect(healthy.status == .ok)
    #expect(healthy.text == "ok\n")
    #expect(ill.status == .serviceUnavailable)
  }

  @Test func `a server that refuses pings is alive, and says why it is degraded`() async throws {
    let answer = try await server(writeFault: "disk full").answer(.get, "/healthz")

    #expect(answer.status == .ok)
    #expect(answer.text == "degraded: the production store can't be written: disk full\n")
  }

  @Test func `a server is ready while its stores can be read and written, and it does not stop`()
    async throws
  {
    let lost = StubAnswering { _ throws(QueryError) in
      throw .unavailable(reason: "/var/lib/x is gone.")
    }
    let gone = StubAnswering { _ throws(QueryError) in
      throw .unavailable(reason: "/var/lib/x is gone.", publicReason: "The store was deleted.")
    }
    let stopping = server()
    stopping.connections.drain()

    for (app, text) in [
      (server(), "ready\n"),
      (server(data: lost), "not ready: the production store can't be read\n"),
      (
        server(data: gone),
        "not ready: the production store can't be read: The store was deleted.\n"
      ),
      (
        server(writeFault: "disk full"),
        "not ready: the production store can't be written: disk full\n"
      ),
      (
        server(sandboxCollector: StubCollector(), sandboxData: lost),
        "not ready: the sandbox store can't be read\n"
      ),
      (stopping, "not ready: the server is stopping\n"),
    ] {
      let ready = try await app.answer(.get, "/health/ready")
      let live = try await app.answer(.get, "/health/live")

      #expect(ready.text == text)
      #expect(ready.status == (text == "ready\n" ? .ok : .serviceUnavailable))
      #expect(live.status == .ok)
      #expect(live.text == "live\n")
    }
  }

  @Test func `the ledgers of both environments are told in lines`() async throws {
    let app = server(collector: StubCollector(), sandboxCollector: StubCollector())

    _ = try await app.answer(.post, "/watch", body: "{}")
    let text = try await app.answer(.get, "/metrics").text

    let lines = text.split(separator: "\n")
    #expect(lines.filter { $0 == "# TYPE playhead_pings_total counter" }.count == 1)
    #expect(
      lines.contains(#"playhead_pings_total{environment="production",outcome="accepted"} 1"#)
    )
    #expect(lines.contains(#"playhead_pings_total{environment="sandbox",outcome="accepted"} 0"#))
    #expect(lines.contains(#"playhead_pings_total{environment="sandbox",outcome="not-json"} 3"#))
    let other = #"playhead_other_playbacks_total{environment="production",dimension="referrer"} 0"#
    #expect(lines.contains { $0 == other })
    #expect(Set(lines).count == lines.count)
  }

  @Test(arguments: ProblemKind.allCases)
  func `every problem type leads to a page`(kind: ProblemKind) async throws {
    let answer = try await server().answer(.get, Problem.defaultTypePrefix + kind.rawValue)

    #expect(answer.status == .ok)
    #expect(answer.text.contains(kind.title))
    #expect(answer.text.contains(kind.explanation))
  }

  @Test(arguments: [
    ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true),
    ("Text/HTML; charset=utf-8", true), ("application/json, text/html;q=0.1", true),
    ("*/*", false), ("", false), ("text/plain", false), ("text/html;q=0", false),
    ("text/html; q=0.000", false), ("text/htmlx", false), ("application/json", false),
  ])
  func `the page of a problem is HTML in a browser, and text elsewhere`(
    accept: String,
    isHTML: Bool
  ) async throws {
    for kind in ProblemKind.allCases {
      let answer = try await server(options: .patient)
        .answer(.get, "/problems/\(kind.rawValue)", headers: [.accept: accept])

      #expect(answer.status == .ok)
      #expect(answer.headers[.vary]?.split(separator: ", ").contains("Accept") == true)
      let type = answer.headers[.contentType]
      #expect(type == (isHTML ? "text/html; charset=utf-8" : "text/plain; charset=utf-8"))
      #expect(answer.text.hasPrefix("<!doctype html>") == isHTML)
      #expect(answer.text.contains("\(kind.status)"))
      if isHTML {
        #expect(answer.text.contains("<h1>\(kind.title.replacing("\"", with: "&quot;"))</h1>"))
        #expect(answer.headers[.contentSecurityPolicy]?.hasPrefix("default-src 'none'") == true)
      } else {
        #expect(answer.text.contains(kind.explanation))
      }
    }
  }

  @Test func `there is no page about a problem that does not exist`() async throws {
    #expect(try await server().answer(.get, "/problems/none").status == .notFound)
  }
}
