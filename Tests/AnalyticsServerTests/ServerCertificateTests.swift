#if TLS
  import Foundation
  import NIOCore
  import NIOPosix
  import NIOSSL
  import PlaybackFacts
  import Testing

  @testable import AnalyticsServer

  @Suite("Certificates")
  final class ServerCertificateTests: Sendable {
    private let folder: URL
    private var chain: String { folder.appending(path: "chain.pem").path }
    private var key: String { folder.appending(path: "key.pem").path }

    init() throws {
      folder = FileManager.default.temporaryDirectory
        .appending(path: "playhead-certificates-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit {
      try? FileManager.default.removeItem(at: folder)
    }

    private func write(_ pair: Pair) throws {
      try pair.chain.write(toFile: chain, atomically: true, encoding: .utf8)
      try pair.key.write(toFile: key, atomically: true, encoding: .utf8)
    }

    @Test func `open connections go on while new ones get a new certificate`() async throws {
      try write(.first)
      let certificate = try ServerCertificate(chain: chain, key: key)
      var options = ServerOptions.patient
      options.encryption = certificate
      let collector = StubCollector()

      try await LiveServer.run(collector: collector, options: options) { server in
        try await server.connectEncrypted(trusting: .first) { wire in
          try await wire.send(post)
          #expect(try await wire.answer().hasPrefix("HTTP/1.1 204 "))

          try write(.second)
          #expect(certificate.refresh(now: testTime) == nil)

          try await server.connectEncrypted(trusting: .second) { other in
            try await other.send(post)
            #expect(try await other.answer().hasPrefix("HTTP/1.1 204 "))
          }
          await #expect(throws: (any Error).self) {
            try await server.connectEncrypted(trusting: .first) { other in
              try await other.send(post)
              if try await other.answer().isEmpty { throw ChannelError.eof }
            }
          }
          try await wire.send(post)
          #expect(try await wire.answer().hasPrefix("HTTP/1.1 204 "))
        }
      }

      #expect(collector.pings.count == 3)
    }

    @Test func `a request ends its connection as in plain text`() async throws {
      try write(.first)
      var options = ServerOptions.patient
      options.encryption = try ServerCertificate(chain: chain, key: key)

      try await LiveServer.run(options: options) { server in
        try await server.connectEncrypted(trusting: .first) { wire in
          try await wire.send("GET /healthz HTTP/1.0\r\n\r\n")
          #expect(try await wire.answer().hasSuffix("\r\n\r\nok\n"))
          #expect(await wire.isAtEnd())
        }
      }
    }

    @Test func `new files that can't be used change nothing and are reported once`() throws {
      try write(.first)
      let certificate = try ServerCertificate(chain: chain, key: key)
      #expect(certificate.refresh(now: testTime) == nil)

      try "nonsense, and longer".write(toFile: chain, atomically: true, encoding: .utf8)

      let fault = try #require(certificate.refresh(now: testTime))
      #expect(
        fault
          == "the file '\(chain)' has no certificates in PEM; the certificate before is used further"
      )
      #expect(certificate.refresh(now: testTime) == nil)
    }

    @Test func `an expired certificate is reported once, and used`() throws {
      try write(.expired)
      let certificate = try ServerCertificate(chain: chain, key: key)

      #expect(
        certificate.refresh(now: testTime)
          == "the certificate in '\(chain)' has expired on 2020-02-01T00:00:00+00:00; "
          + "clients refuse it until there is a new one"
      )
      #expect(certificate.refresh(now: testTime) == nil)
    }

    @Test func `what is wrong with the files is one sentence`() throws {
      func fault() -> String {
        do {
          _ = try ServerCertificate(chain: chain, key: key)
          return ""
        } catch {
          return error.description
        }
      }
      #expect(fault() == "the file '\(chain)' can't be read: No such file or directory")

      try write(Pair(chain: Pair.first.chain, key: "nonsense"))
      #expect(fault() == "the file '\(key)' has no private key in PEM")

      try write(Pair(chain: Pair.first.key, key: Pair.first.key))
      #expect(fault() == "the file '\(chain)' has no certificates in PEM")

      try write(Pair(chain: Pair.first.chain, key: Pair.second.key))
      #expect(
        fault() == "the key in '\(key)' does not belong to the certificate in '\(chain)'"
      )

      try write(.first)
      try FileManager.default.removeItem(atPath: key)
      #expect(fault() == "the file '\(key)' can't be read: No such file or directory")
    }
  }

  private let post = "POST /watch HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"

  extension LiveServer {
    /// Opens an encrypted connection to a server with one certain certificate.
    fileprivate func connectEncrypted(
      trusting pair: Pair,
      _ body: @Sendable (inout Wire) async throws -> Void
    ) async throws {
      var configuration = TLSConfiguration.makeClientConfiguration()
      let certificates = try NIOSSLCertificate.fromPEMBytes(Array(pair.chain.utf8))
      configuration.trustRoots = .certificates(certificates)
      let context = try NIOSSLContext(configuration: configuration)
      let channel = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
        .connect(host: "127.0.0.1", port: port) { channel in
          channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
              NIOSSLClientHandler(context: context, serverHostname: "localhost")
            )
            return try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
              wrappingChannelSynchronously: channel
            )
          }
        }
      try await channel.executeThenClose { inbound, outbound in
        var wire = Wire(inbound: inbound.makeAsyncIterator(), outbound: outbound)
        try await body(&wire)
      }
    }
  }

  /// A certificate that signs itself, for localhost, and its key; both were made for these tests.
  private struct Pair {
    let chain: String
    let key: String

    static let first = Pair(chain: firstChain, key: firstKey)
    static let second = Pair(chain: secondChain, key: secondKey)
    static let expired = Pair(chain: expiredChain, key: firstKey)

    private static let firstChain = """
      -----BEGIN CERTIFICATE-----
      MIIBZzCCAQ2gAwIBAgIBAjAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
      c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
      CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABIk8EAUKdFyPg5xB
      k0b2q/+yfQ9pSWu8tzFywVyQSUWgs2gZ28uUwNHkhg/qECxMzt4molQvdxh9aWvS
      Bpp+VrejTjBMMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAPBgNVHRMBAf8E
      BTADAQH/MB0GA1UdDgQWBBSeRa5pqVjbhyanv6aH7pe3oweq/TAKBggqhkjOPQQD
      AgNIADBFAiB1hUHbJERLxiiE03UsWMl1cc5eOyhS6814DtNbha0HcwIhANeH6EY1
      fu9NUzyQXet7+7yaVpIo9EU+FAXXO6NIDEgN
      -----END CERTIFICATE-----
      """
    private static let firstKey = """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBS1QgwnAJHqYOz8F
      qz139/K5IASag4L417aaM+nJp8uhRANCAASJPBAFCnRcj4OcQZNG9qv/sn0PaUlr
      vLcxcsFckElFoLNoGdvLlMDR5IYP6hAsTM7eJqJUL3cYfWlr0gaafla3
      -----END PRIVATE KEY-----
      """
    private static let secondChain = """
      -----BEGIN CERTIFICATE-----
      MIIBZzCCAQ2gAwIBAgIBAzAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhv
      c3QwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBQxEjAQBgNVBAMM
      CWxvY2FsaG9zdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABG7ZhdqMrAjDmK/R
      bmHgYQyv5fynucs3a+jJSuFdocVpUNlaZMaWrM1QEGnJKR91PS4FnjYY/i9YkVKs
      2b+L6mGjTjBMMBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAAATAPBgNVHRMBAf8E
      BTADAQH/MB0GA1UdDgQWBBSk/q3gO3anDqcqwPDSZjMryi3JljAKBggqhkjOPQQD
      AgNIADBFAiAlgKDvZl7NKLolEkwS4wUEbSFYMF/RWG0GKXnKqPQ/egIhAO98nIEG
      llFPxGzwa32YCrGq+kKyd91767SjRQudaou9
      -----END CERTIFICATE-----
      """
    private static let secondKey = """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgTCGTTyYCOKahn/nG
      RWb3qEeInfUnWCGDEYB0TbZFHq+hRANCAARu2YXajKwIw5iv0W5h4GEMr+X8p7nL
      N2voyUrhXaHFaVDZWmTGlqzNUBBpySkfdT0uBZ42GP4vWJFSrNm/i+ph
      -----END PRIVATE KEY-----
      """
    private static let expiredChain = """
      -----BEGIN CERTIFICATE-----
      MIIBEDCBtgIBATAKBggqhkjOPQQDAjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwHhcN
      MjAwMTAxMDAwMDAwWhcNMjAwMjAxMDAwMDAwWjAUMRIwEAYDVQQDDAlsb2NhbGhv
      c3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAASJPBAFCnRcj4OcQZNG9qv/sn0P
      aUlrvLcxcsFckElFoLNoGdvLlMDR5IYP6hAsTM7eJqJUL3cYfWlr0gaafla3MAoG
      CCqGSM49BAMCA0kAMEYCIQD8gcnL2wAylg09BiABe8XducMhNfSt2B89NJ7x5s1S
      pQIhAKOiTJoYgOx879iZIomykc6kG9h0B9iWv7gPEYy20nEB
      -----END CERTIFICATE-----
      """
  }
#endif
