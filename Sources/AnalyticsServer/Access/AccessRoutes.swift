import AnalyticsAPI
import AnalyticsSource
import HTTPTypes
import Hummingbird
import PingCollector
import QueryCore

/// `POST /auth/…`: tokens for an API key, and new ones for a refresh token.
struct AccessRoutes {
  let gate: AccessGate

  func add(to router: Router<ServerContext>) {
    router.post(RouterPath(AccessTokens.issuePath)) { request, context in
      try await tokens(request, context, named: "apiKey", Credential.apiKey(inBody:))
    }
    router.post(RouterPath(AccessTokens.refreshPath)) { request, context in
      try await tokens(request, context, named: "refreshToken", Credential.refreshToken(inBody:))
    }
  }

  private func tokens(
    _ request: Request,
    _ context: ServerContext,
    named name: String,
    _ read: ([UInt8]) -> Credential?
  ) async throws -> Response {
    let body = try await request.body.collect(upTo: PlayerPing.Limit.bodyBytes)
    guard let credential = read(Array(body.readableBytesView)) else {
      throw QueryError.invalidAttribute(name: name, detail: Detail.notText)
    }
    var response = Response.json(try await gate.tokens(for: credential, context).json())
    response.headers[.cacheControl] = "no-store"
    return response
  }
}
