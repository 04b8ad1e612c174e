import AnalyticsClient
import NIOCore
import PlaybackFacts
import QueryCore
import TestSupport
import Testing

@testable import OutgoingHTTP

#if TLS
  import NIOSSL

  @Suite("HTTPS", .timeLimit(.minutes(10)))
  struct HTTPSTests {
    private static let hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"

    /// Speaks first, and not TLS.
    private final class Greeter: ChannelInboundHandler {
      typealias InboundIn = ByteBuffer
      typealias OutboundOut = ByteBuffer

      func channelActive(context: ChannelHandlerContext) {
        let greeting = ByteBuffer(string: "SSH-2.0-OpenSSH_9.2p1\r\n")
        context.writeAndFlush(wrapOutboundOut(greeting), promise: nil)
        context.fireChannelActive()
      }
    }

    private func run(
      _ body: @Sendable (_ server: ScriptedServer, _ port: Int) async throws -> Void
    ) async throws {
      let certificate = try NIOSSLCertificate(
        bytes: Array(TestCertificate.chain.utf8),
        format: .pem
      )
      let key = try NIOSSLPrivateKey(bytes: Array(TestCertificate.key.utf8), format: .pem)
      let context = try NIOSSLContext(
        configuration: .makeServerConfiguration(
          certificateChain: [.certificate(certificate)],
          privateKey: .privateKey(key)
        )
      )
      try await ScriptedServer.run { channel in
        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: context))
      } reply: { _ in
        .bytes(Self.hello)
      } _: { server, port in
        try await body(server, port)
      }
    }

    private func trusting() throws -> HTTPClient {
      try HTTPClient(
        trusting: .certificates([
          NIOSSLCertificate(bytes: Array(TestCertificate.chain.utf8), format: .pem)
        ])
      )
    }

    private func text(_ client: HTTPClient, _ url: String) async throws -> String {
      let request = HTTPRequest(address: try #require(HTTPAddress(url)))
      let body = try await client.send(request).body.collect(upTo: 1000)
      return String(decoding: body, as: UTF8.self)
    }

    @Test func `a trusted server is asked, over one connection`() async throws {
      try await run { server, port in
        let client = try trusting()
        for _ in 0..<2 {
          try await #expect(text(client, "https://localhost:\(port)/a") == "hello")
        }
        #expect(server.heard.map(\.connection) == [0, 0])
        #expect(server.heard.first?.request.hasPrefix("GET /a HTTP/1.1\r\n") == true)
      }
    }

    @Test func `a server that is not trusted gets no request`() async throws {
      try await run { server, port in
        let url = "https://localhost:\(port)"
        await #expect(
          throws: QueryError.unavailable(
            reason: "\(url) can't be reached: its certificate is not trusted by this machine."
          )
        ) {
          try await RemoteAnswering(url: url, apiKey: "secret", deadline: .seconds(300)) {
            Timestamp(seconds: 1_700_000_000)
          }
          .dataState()
        }
        #expect(server.heard.isEmpty)
      }
    }

    @Test func `a certificate for another name is refused`() async throws {
      try await run { server, port in
        let client = try trusting()
        await #expect(throws: HTTPFailure.self) {
          try await text(client, "https://127.0.0.1:\(port)")
        }
        #expect(server.heard.isEmpty)
      }
    }

    @Test
    func `a request that is cancelled before the encryption is agreed upon ends its connection`()
      async throws
    {
      let (opened, open) = AsyncStream.makeStream(of: Void.self)
      try await ScriptedServer.run { channel in
        channel.closeFuture.whenComplete { _ in open.finish() }
        open.yield()
      } reply: { _ in
        .nothing
      } _: { server, port in
        let client = try trusting()
        let task = Task { try await text(client, "https://localhost:\(port)") }
        await opened.first { _ in true }
        task.cancel()
        await #expect(throws: HTTPFailure.cancelled) { try await task.value }
        await server.ended(1)
      }
    }

    @Test func `a server without encryption is named as such`() async throws {
      try await ScriptedServer.run { channel in
        try channel.pipeline.syncOperations.addHandler(Greeter())
      } reply: { _ in
        .nothing
      } _: { _, port in
        let client = try trusting()
        await #expect {
          _ = try await text(client, "https://localhost:\(port)")
        } throws: { error in
          "\(error)".hasPrefix("no encrypted connection (")
        }
      }
    }
  }
#else
  @Suite("HTTPS")
  struct HTTPSTests {
    @Test func `a build without TLS says so, and how to get it`() async throws {
      let reason =
        "https://nowhere.invalid can't be reached: this build has no TLS; build it with "
        + "`swift build -c release --traits TLS`, or install the Debian package."
      await #expect(throws: QueryError.unavailable(reason: reason)) {
        try await RemoteAnswering(url: "https://nowhere.invalid", deadline: .seconds(300)) {
          Timestamp(seconds: 1_700_000_000)
        }
        .dataState()
      }
    }
  }
#endif
