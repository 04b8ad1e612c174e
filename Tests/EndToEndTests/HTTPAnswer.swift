import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1

/// What a server answered.
struct HTTPAnswer {
  let status: UInt
  let body: String

  /// Sends a ping as a browser does: as text, whatever it is.
  static func post(
    _ body: String,
    to url: String,
    userAgent: String = "test"
  ) async throws -> HTTPAnswer {
    var request = HTTPClientRequest(url: url)
    request.method = .POST
    request.headers = ["Content-Type": "text/plain;charset=UTF-8", "User-Agent": userAgent]
    request.body = .bytes(ByteBuffer(string: body))
    return try await answer(to: request)
  }

  static func get(_ url: String) async throws -> HTTPAnswer {
    try await answer(to: HTTPClientRequest(url: url))
  }

  private static func answer(to request: HTTPClientRequest) async throws -> HTTPAnswer {
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(300))
    let body = try await response.body.collect(upTo: 1 << 20)
    return HTTPAnswer(status: response.status.code, body: String(buffer: body))
  }
}
