import AnalyticsAPI
import HTTPTypes
import HummingbirdTesting
import NIOCore
import Testing

@testable import AnalyticsServer

@Suite("Allowed methods")
struct AllowedMethodsTests {
  static let paths: [(path: String, allowed: String)] = [
    ("/watch", "POST, OPTIONS"), ("/sandbox/watch", "POST, OPTIONS"),
    ("/auth/api-key", "POST, OPTIONS"), ("/auth/refresh", "POST, OPTIONS"),
    ("/data/metrics/play/count", "GET, HEAD, OPTIONS"), ("/data/metrics", "GET, HEAD, OPTIONS"),
    ("/data/buckets/play/country", "GET, HEAD, OPTIONS"),
    ("/data/timeseries/play", "GET, HEAD, OPTIONS"), ("/data/state", "GET, HEAD, OPTIONS"),
    ("/analytics/videos/plays", "GET, HEAD, OPTIONS"),
    ("/analytics/live-streams/plays", "GET, HEAD, OPTIONS"), ("/media", "GET, HEAD, OPTIONS"),
    ("/live", "GET, HEAD, OPTIONS"), ("/health", "GET, HEAD, OPTIONS"),
    ("/pings/media/vi1", "GET, HEAD, OPTIONS"),
    ("/healthz", "GET, HEAD, OPTIONS"), ("/metrics", "GET, HEAD, OPTIONS"),
    ("/problems/invalid-ping", "GET, HEAD, OPTIONS"), ("//data//state/", "GET, HEAD, OPTIONS"),
  ]

  private let app = server(source: StubSource(), sandboxCollector: StubCollector())

  @Test(arguments: paths)
  func `OPTIONS lists the methods of a path`(path: String, allowed: String) async throws {
    let answer = try await app.answer(.options, path)

    #expect(answer.status == .noContent)
    #expect(answer.headers[.allow] == allowed)
    #expect(answer.body.readableBytes == 0)
  }

  @Test(arguments: paths)
  func `other methods are refused with a list of those there are`(
    path: String,
    allowed: String
  ) async throws {
    let names = allowed.split(separator: ", ").map(String.init)
    let methods: [HTTPRequest.Method] = [.get, .head, .post, .put, .patch, .delete, .trace]
    for method in methods where !names.contains(method.rawValue) {
      let answer = try await app.answer(method, path)

      #expect(answer.status == .methodNotAllowed, "\(method)")
      #expect(answer.headers[.allow] == allowed)
      #expect(answer.headers[.contentLength] != nil)
      if method != .head {
        #expect(try answer.problem().type == "/problems/method-not-allowed")
      }
    }
  }

  @Test(arguments: paths.filter { $0.allowed.hasPrefix("GET") }.map(\.path))
  func `HEAD answers as GET does, without the body`(path: String) async throws {
    let get = try await app.answer(.get, path)
    let head = try await app.answer(.head, path)

    #expect(head.status == get.status)
    // Each is a read.
    #expect(head.headers.withoutCount == get.headers.withoutCount)
    #expect(head.body.readableBytes == 0)
  }

  @Test func `OPTIONS asks about the whole server with a star`() async throws {
    let answer = try await app.answer(.options, "*")

    #expect(answer.status == .noContent)
    #expect(answer.headers[.allow] == "GET, HEAD, POST, OPTIONS")
  }
}

extension HTTPFields {
  /// The fields without the number of reads that are left.
  fileprivate var withoutCount: HTTPFields {
    filter { $0.name.canonicalName != "x-ratelimit-remaining" }
  }
}
