import AnalyticsAPI
import HTTPTypes
import Hummingbird
import NIOCore
import OutgoingHTTP
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@testable import AnalyticsClient

@Suite("The state of the data as a server says it", .timeLimit(.minutes(10)))
struct StateFeedTests {
  private static func remote(_ url: String) -> RemoteAnswering {
    RemoteAnswering(
      url: url,
      deadline: .seconds(300),
      followsState: true,
      now: { testTime }
    )
  }

  private static func state(_ version: UInt64) -> [UInt8] {
    DataState(version: version, newestReceipt: nil).json()
  }

  @Test func `the newest is what the stream said, and what is asked once it has ended`()
    async throws
  {
    let link = try #require(HTTPField.Name("Link"))
    let (ends, end) = AsyncStream.makeStream(of: Void.self)
    try await ForeignServer.run { request in
      guard request.uri.path == DataState.eventsPath else {
        return Response(
          status: .ok,
          headers: [link: #"<batch>; rel="batch", <events>; rel="events""#],
          body: .init(byteBuffer: ByteBuffer(bytes: Self.state(1)))
        )
      }
      let body = ResponseBody { writer in
        let text = String(decoding: Self.state(2), as: UTF8.self)
        try await writer.write(ByteBuffer(string: ":\n\nevent: state\ndata: \(text)\n\n"))
        for await _ in ends {}
        try await writer.finish(nil)
      }
      return Response(status: .ok, headers: [.contentType: "text/event-stream"], body: body)
    } _: { url in
      let remote = Self.remote(url)
      #expect(try await remote.dataState().version == 1)
      // Only the stream says so.
      while try await remote.dataState().version != 2 { await Task.yield() }
      end.finish()
      while try await remote.dataState().version != 1 { await Task.yield() }
    }
  }

  @Test func `the stream is found below the path of a server`() async throws {
    let data = QueryEngine(backend: FactModel())
    try await LiveServer.run(data: data, basePath: "/stats") { url in
      let server = RemoteServer(url: url + "/", deadline: .seconds(300))
      let response = try await server.stream(DataState.eventsPath)
      #expect(response.status == 200)
      var chunks = response.body.makeAsyncIterator()
      let first = try #require(try await chunks.next())
      #expect(String(buffer: first).contains("event: state\n"))
    }
  }

  @Test func `a server that does not offer it is only asked`() async throws {
    try await ForeignServer.run { request in
      if request.uri.path != DataState.path { Issue.record("asked for \(request.uri.path)") }
      return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(bytes: Self.state(1))))
    } _: { url in
      let remote = Self.remote(url)
      for _ in 0..<3 {
        let state = try await remote.dataState()
        #expect(state.version == 1)
      }
    }
  }

  @Test func `events come whole, wherever the stream is cut`() throws {
    let text =
      "retry: 1\r\n\r\n: hello\n\nevent: state\nid: 1\ndata: a\ndata:b\n\ndata\n\nevent: x\n\n"
    for size in [1, 2, 7, 1000] {
      var reader = EventReader()
      var events: [EventReader.Event] = []
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        events += try reader.read(rest.prefix(size))
        rest = rest.dropFirst(size)
      }
      #expect(
        events == [
          .init(name: "state", data: Array("a\nb".utf8)), .init(name: "message", data: []),
        ]
      )
    }
  }

  @Test func `a line without an end is given up`() {
    var reader = EventReader()
    let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
    #expect(throws: EventReader.TooLong.self) {
      for _ in 0..<2 { _ = try reader.read(piece) }
    }
  }
}
