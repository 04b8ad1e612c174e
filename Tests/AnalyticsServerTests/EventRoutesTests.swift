import AnalyticsAPI
import HTTPTypes
import HummingbirdTesting
import NIOCore
import PlaybackFacts
import QueryCore
import Synchronization
import Testing
import TextAndBytes

@testable import AnalyticsServer

@Suite("Streams of events", .timeLimit(.minutes(5)))
struct EventRoutesTests {
  /// Data whose version a test sets.
  private final class Versions: QueryAnswering {
    let version = Mutex<UInt64>(1)

    func dataState() async throws(QueryError) -> DataState {
      DataState(version: version.withLock(\.self), newestReceipt: nil)
    }

    func answer(_ queries: [Query]) async throws(QueryError) -> QueryAnswer {
      throw .notProvided
    }
  }

  private static var quick: ServerOptions {
    var options = ServerOptions.patient
    options.eventStep = .milliseconds(1)
    options.stepsPerHeartbeat = 3
    return options
  }

  private let request = "GET /data/events HTTP/1.1\r\nHost: localhost\r\n\r\n"

  /// Reads until all of some texts have come, in their order.
  private static func read(_ wire: inout Wire, _ texts: [String]) async throws {
    var all = ""
    while let bytes = try await wire.inbound.next() {
      all += String(buffer: bytes)
      var rest = all[...]
      let isThere = texts.allSatisfy { text in
        guard let range = rest.firstRange(of: text) else { return false }
        rest = rest[range.upperBound...]
        return true
      }
      if isThere { return }
    }
    Issue.record("ended with \(all)")
  }

  @Test func `the state comes at once, and with each change, and silence has a heartbeat`()
    async throws
  {
    let data = Versions()
    try await LiveServer.run(data: data, options: Self.quick) { server in
      try await server.connect { wire in
        try await wire.send(request)
        try await Self.read(
          &wire,
          [
            "HTTP/1.1 200 OK", "Content-Type: text/event-stream", "retry: 1000\n\n",
            "event: state\nid: 1\ndata: {\"version\":\"1\",\"newestReceipt\":null}\n\n", ":\n\n",
          ]
        )
        data.version.withLock { $0 = 2 }
        try await Self.read(
          &wire,
          ["event: state\nid: 2\ndata: {\"version\":\"2\",", "\n\n", ":\n\n"]
        )
      }
    }
  }

  @Test func `a stream ends with the server`() async throws {
    try await LiveServer.run(data: Versions(), options: Self.quick) { server in
      try await server.connect { wire in
        try await wire.send(request)
        try await Self.read(&wire, ["id: 1\n"])
        await server.stop()
        while try await wire.inbound.next() != nil {}
      }
    }
  }

  @Test func `a stream ends with its key`() async throws {
    let access = StubAccess(keys: ["key"])
    try await LiveServer.run(data: Versions(), access: access, options: Self.quick) { server in
      let refused = try await server.exchange(request)
      #expect(refused.hasPrefix("HTTP/1.1 401 "))
      try await server.connect { wire in
        let field = "Authorization: Basic \(Base64.text(of: "key:".utf8))"
        try await wire.send("GET /data/events HTTP/1.1\r\nHost: localhost\r\n\(field)\r\n\r\n")
        try await Self.read(&wire, ["id: 1\n", ":\n\n"])
        access.revoke("key")
        try await Self.read(&wire, ["0\r\n\r\n"])
      }
    }
  }

  @Test func `data that can't be reached has no stream`() async throws {
    let lost = StubAnswering { _ throws(QueryError) in throw .unavailable(reason: "No disk.") }
    #expect(try await server(data: lost).answer(.get, "/data/events").status == .serviceUnavailable)
    #expect(try await server().answer(.get, "/data/events?x=1").status == .badRequest)
  }
}
