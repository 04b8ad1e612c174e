import AnalyticsClient
import HTTPTypes
import Hummingbird
import PlaybackFacts
import QueryCore
import Synchronization
import Testing

@Suite("Foreign servers", .timeLimit(.minutes(10)))
struct ForeignServerTests {
  @Test func `where no state is told, the version changes with time`() async throws {
    let requests = Mutex(0)
    let time = Mutex(testTime)

    try await ForeignServer.run { _ in
      requests.withLock { $0 += 1 }
      return Response(status: .notFound)
    } _: { url in
      let remote = RemoteAnswering(
        url: url,
        deadline: .seconds(300),
        versionStep: .seconds(10),
        now: { time.withLock(\.self) }
      )
      let first = try await remote.dataState()
      time.withLock { $0 = $0 + 2000 }
      let second = try await remote.dataState()
      time.withLock { $0 = $0 + 1000 }
      let third = try await remote.dataState()

      #expect(first == second)
      #expect(second.version + 1 == third.version)
      #expect(first.newestReceipt == nil)
    }

    #expect(requests.withLock(\.self) == 1)
  }

  @Test func `a server that told its state and says 404 is not there for a moment`() async throws {
    let requests = Mutex(0)
    try await ForeignServer.run { _ in
      let number = requests.withLock { count in
        count += 1
        return count
      }
      let state = #"{"version":"7","newestReceipt":null}"#
      return number == 2
        ? Response(status: .notFound)
        : Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: state)))
    } _: { url in
      let remote = RemoteAnswering(url: url, deadline: .seconds(300), now: { testTime })
      try await #expect(remote.dataState().version == 7)
      await #expect {
        _ = try await remote.dataState()
      } throws: { error in
        "\(error)" == "\(url) has no /data/state at the moment."
      }
      try await #expect(remote.dataState().version == 7)
    }
  }

  @Test func `a server that tells no state any more is asked as one that never did`() async throws {
    let requests = Mutex(0)
    let time = Mutex(testTime)
    try await ForeignServer.run { _ in
      let number = requests.withLock { count in
        count += 1
        return count
      }
      let state = #"{"version":"7","newestReceipt":null}"#
      return number > 1
        ? Response(status: .notFound)
        : Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: state)))
    } _: { url in
      let remote = RemoteAnswering(
        url: url,
        deadline: .seconds(300),
        now: { time.withLock(\.self) }
      )
      _ = try await remote.dataState()
      await #expect(throws: QueryError.self) { try await remote.dataState() }
      time.withLock { $0 = $0 + 61_000 }
      try await #expect(remote.dataState().version != 7)
    }
  }

  @Test func `the key is sent as user name with an empty password`() async throws {
    let authorization = Mutex(String?.none)

    try await ForeignServer.run { request in
      authorization.withLock { $0 = request.headers[.authorization] }
      return Response(status: .notFound)
    } _: { url in
      let remote = RemoteAnswering(
        url: url,
        apiKey: "open sesame",
        deadline: .seconds(300),
        now: { testTime }
      )
      _ = try await remote.dataState()
    }

    #expect(authorization.withLock(\.self) == "Basic b3BlbiBzZXNhbWU6")
  }

  @Test func `a key that is refused is told with what to set`() async throws {
    try await ForeignServer.run { _ in
      Response(status: .unauthorized)
    } _: { url in
      let remote = RemoteAnswering(
        url: url,
        apiKey: "wrong",
        deadline: .seconds(300),
        now: { testTime }
      )
      await #expect {
        _ = try await remote.dataState()
      } throws: { error in
        let remedy = "set the right one with --api-key or PLAYHEAD_API_KEY"
        return "\(error)" == "\(url) refuses the API key; \(remedy)"
      }
    }
  }

  static let answers: [(HTTPResponse.Status, String, String)] = [
    (
      .unauthorized, #"{"title":"Wrong key."}"#,
      "URL asks for an API key; set it with --api-key or PLAYHEAD_API_KEY"
    ),
    (.badGateway, "<html>", "URL answered with status 502."),
    (.movedPermanently, "", "URL answered with status 301."),
    (.ok, "<html>", "URL did not answer as expected: the answer can't be read: it is not JSON."),
    (
      .badRequest, #"{"type":"https://example.org/invalid-attribute","detail":"No.","name":"m"}"#,
      "m: No."
    ),
  ]

  @Test(arguments: answers)
  func `answers that are none are told in one sentence`(
    status: HTTPResponse.Status,
    body: String,
    sentence: String
  ) async throws {
    try await ForeignServer.run { _ in
      Response(status: status, body: .init(byteBuffer: ByteBuffer(string: body)))
    } _: { url in
      await #expect {
        _ = try await RemoteAnswering(url: url, deadline: .seconds(300), now: { testTime })
          .dataState()
      } throws: { error in
        "\(error)" == sentence.replacing("URL", with: url)
      }
    }
  }

  @Test func `a server that is not there is named`() async throws {
    // The port was free a moment ago, and is not given to anyone else so soon.
    let ended = Mutex("")
    try await ForeignServer.run { _ in
      Response(status: .ok)
    } _: { url in
      ended.withLock { $0 = url }
    }
    let url = ended.withLock(\.self)

    await #expect(
      throws: QueryError.unavailable(reason: "\(url) can't be reached: connection refused.")
    ) {
      try await RemoteAnswering(url: url, deadline: .seconds(300), now: { testTime }).dataState()
    }
  }

  @Test(arguments: [
    ("nowhere.invalid", "nowhere.invalid is not a URL such as http://127.0.0.1:8080."),
    ("http://", "http:// is not a URL such as http://127.0.0.1:8080."),
    ("ftp://nowhere.invalid", "ftp://nowhere.invalid is not a URL such as http://127.0.0.1:8080."),
    ("http://a b/", "http://a b is not a URL such as http://127.0.0.1:8080."),
    ("http://nowhere.invalid/", "http://nowhere.invalid can't be reached: there is no such host."),
  ])
  func `a URL that leads nowhere is named`(url: String, sentence: String) async throws {
    await #expect(throws: QueryError.unavailable(reason: sentence)) {
      try await RemoteAnswering(url: url, deadline: .seconds(300), now: { testTime }).dataState()
    }
  }

  @Test func `an answer that does not come in time is given up`() async throws {
    let (gate, open) = AsyncStream.makeStream(of: Void.self)

    try await ForeignServer.run { _ in
      // The head comes at once, the body when it is too late.
      Response(
        status: .ok,
        body: .init(contentLength: 10) { writer in
          try await writer.write(ByteBuffer(string: "{"))
          await gate.first { _ in true }
        }
      )
    } _: { url in
      let remote = RemoteAnswering(url: url, deadline: .milliseconds(250), now: { testTime })

      await #expect(
        throws: QueryError.unavailable(reason: "\(url) did not answer within 0.25 seconds.")
      ) {
        try await remote.dataState()
      }
      open.yield()
    }
  }
}
