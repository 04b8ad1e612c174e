import Glibc
import NIOCore
import NIOHTTP1
import Synchronization
import TextAndBytes
import Testing

@testable import OutgoingHTTP

@Suite("HTTP client", .timeLimit(.minutes(10)))
struct HTTPClientTests {
  private let client = HTTPClient()

  private func request(_ port: Int, _ path: String = "/", post body: String? = nil) throws
    -> HTTPRequest
  {
    let address = try #require(HTTPAddress("http://127.0.0.1:\(port)\(path)"))
    return HTTPRequest(
      address: address,
      method: body == nil ? .GET : .POST,
      body: body.map { Array($0.utf8) }
    )
  }

  private func text(_ request: HTTPRequest) async throws -> String {
    let body = try await client.send(request).body.collect(upTo: 1000)
    return String(decoding: body, as: UTF8.self)
  }

  private static let hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

  @Test func `a request has all that is asked for`() async throws {
    try await ScriptedServer.run { _ in
      .bytes(Self.hello)
    } _: { server, port in
      var post = try request(port, "/a?b=c", post: "some")
      post.headers = ["X-Name": "value"]
      let response = try await client.send(post)
      let body = try await response.body.collect(upTo: 5)

      #expect(response.status == 200)
      #expect(response.headers["content-length"] == ["5"])
      #expect(body == Array("hello".utf8))
      let lines = server.heard.first?.request.split(separator: "\r\n").map(String.init) ?? []
      #expect(lines.first == "POST /a?b=c HTTP/1.1")
      #expect(
        Set(lines.dropFirst())
          == ["X-Name: value", "Host: 127.0.0.1:\(port)", "Content-Length: 4", "some"]
      )
    }
  }

  @Test func `a connection is used for the next request`() async throws {
    try await ScriptedServer.run { _ in
      .bytes(Self.hello)
    } _: { server, port in
      for _ in 0..<3 { try await #expect(text(request(port)) == "hello") }

      #expect(server.heard.map(\.connection) == [0, 0, 0])
      #expect(client.freeConnections == 1)
    }
  }

  @Test(arguments: [
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello",
    "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello",
  ])
  func `a connection that the server wants to close is not used again`(answer: String) async throws
  {
    try await ScriptedServer.run { _ in
      .bytes(answer)
    } _: { server, port in
      for _ in 0..<2 { try await #expect(text(request(port)) == "hello") }
      await server.ended(2)

      #expect(server.heard.map(\.connection) == [0, 1])
      #expect(client.freeConnections == 0)
    }
  }

  @Test(arguments: [
    ("HTTP/1.1 200 OK\r\n\r\nhello", "hello"),
    (
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
      "hello"
    ),
    ("HTTP/1.1 204 No Content\r\n\r\n", ""),
    ("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", ""),
    ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "hi"),
  ])
  func `a body ends where HTTP says so`(answer: String, body: String) async throws {
    try await ScriptedServer.run { _ in
      .last(answer)
    } _: { _, port in
      try await #expect(text(request(port)) == body)
    }
  }

  static let faults: [(ScriptedServer.Reply, HTTPFailure)] = [
    (.last(""), .closedBeforeAnswer),
    (.last("HTTP/1.1 200 OK\r\nContent-Le"), .closedBeforeAnswer),
    (.last("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"), .closedInAnswer),
    (.last("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n"), .closedInAnswer),
    (
      .bytes(
        "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + String(repeating: "a", count: 1001)
      ),
      .tooLong
    ),
    (.bytes("SSH-2.0-OpenSSH_9.2p1\r\n"), .malformed("invalid constant string")),
  ]

  @Test(arguments: faults)
  func `an answer that is none fails, and so do not the next`(
    reply: ScriptedServer.Reply,
    failure: HTTPFailure
  ) async throws {
    try await ScriptedServer.run {
      $0.connection == 0 ? reply : .bytes(Self.hello)
    } _: {
      server,
      port in
      await #expect(throws: failure) { try await text(request(port)) }
      try await #expect(text(request(port)) == "hello")
      #expect(server.heard.map(\.connection) == [0, 1])
    }
  }

  @Test func `a packed body is unpacked, within its limit`() async throws {
    let text = Array(String(repeating: "hello ", count: 100).utf8)
    let packed = try #require(text.gzipped())
    let head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
    try await ScriptedServer.run { heard in
      let body = heard.request.hasPrefix("GET /short") ? packed.dropLast(9) : packed[...]
      return .packed("\(head)\(body.count)\r\n\r\n", Array(body))
    } _: { _, port in
      try await #expect(client.send(request(port)).collect(upTo: 600) == text)
      await #expect(throws: HTTPFailure.tooLong) {
        try await client.send(request(port)).collect(upTo: 599)
      }
      await #expect(throws: HTTPFailure.malformed("gzip: it ends too early")) {
        try await client.send(request(port, "/short")).collect(upTo: 600)
      }
    }
  }

  @Test func `a question is asked again where a kept connection was being closed`() async throws {
    // As a server does that closes silent connections at the very moment.
    let replies = Mutex([ScriptedServer.Reply.bytes(Self.hello), .last(""), .bytes(Self.hello)])
    try await ScriptedServer.run { _ in
      replies.withLock { $0.removeFirst() }
    } _: { server, port in
      try await #expect(text(request(port)) == "hello")
      try await #expect(text(request(port)) == "hello")
      #expect(server.heard.map(\.connection) == [0, 0, 1])
    }
  }

  @Test func `what may have been done is not asked for twice`() async throws {
    try await ScriptedServer.run { heard in
      heard.request.hasPrefix("POST") ? .last("") : .bytes(Self.hello)
    } _: { server, port in
      try await #expect(text(request(port)) == "hello")
      await #expect(throws: HTTPFailure.closedBeforeAnswer) {
        try await text(request(port, post: "a"))
      }
      #expect(server.heard.count == 2)
    }
  }

  @Test func `bytes that nobody asked for end a connection`() async throws {
    try await ScriptedServer.run { heard in
      .bytes(heard.connection == 0 ? Self.hello + Self.hello : Self.hello)
    } _: { server, port in
      try await #expect(text(request(port)) == "hello")
      await server.ended(1)
      try await #expect(text(request(port)) == "hello")
      #expect(server.heard.map(\.connection) == [0, 1])
    }
  }

  @Test func `a cancelled request closes its connection`() async throws {
    let (asked, ask) = AsyncStream.makeStream(of: Void.self)
    try await ScriptedServer.run { _ in
      ask.yield()
      return .nothing
    } _: { server, port in
      let request = try request(port)
      let task = Task { [client] in try await client.send(request).status }
      await asked.first { _ in true }
      task.cancel()

      await #expect(throws: HTTPFailure.cancelled) { try await task.value }
      await server.ended(1)
      #expect(client.freeConnections == 0)
    }
  }

  @Test func `what was not sent when a request is given up never gets to the server`() async throws
  {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 1) == 0
          && getsockname(listener, address, &length) == 0
      }
    }
    try #require(isListening)
    let request = try request(
      Int(UInt16(bigEndian: address.sin_port)),
      post: String(repeating: "x", count: 32 << 20)
    )
    let task = Task { [client] in try await client.send(request).status }
    let connection = accept(listener, nil, nil)
    defer { close(connection) }
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    // It has begun, and waits for a server that reads no further.
    #expect(recv(connection, &bytes, 1, Int32(MSG_PEEK)) == 1)

    task.cancel()
    await #expect(throws: HTTPFailure.cancelled) { try await task.value }

    while recv(connection, &bytes, bytes.count, 0) > 0 {}
    #expect(errno == ECONNRESET)
  }

  @Test func `a reader that stops before the end closes the connection`() async throws {
    let endless = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n"
    try await ScriptedServer.run { _ in
      .bytes(endless)
    } _: { server, port in
      for try await chunk in try await client.send(request(port)).body {
        #expect(String(buffer: chunk) == "he")
        break
      }
      await server.ended(1)
      // Neither does one that never begins leave anything behind.
      _ = try await client.send(request(port)).status
      await server.ended(2)
      #expect(client.freeConnections == 0)
    }
  }

  @Test func `a header that would be two is not sent`() async throws {
    try await ScriptedServer.run { _ in
      .bytes(Self.hello)
    } _: { server, port in
      var request = try request(port)
      request.headers = ["X-Name": "a\r\nX-Other: b"]
      let unsent = request
      await #expect(throws: HTTPFailure.self) { try await text(unsent) }
      await server.ended(1)
      #expect(server.heard.isEmpty)
    }
  }
}
