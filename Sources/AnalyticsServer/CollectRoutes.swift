import HTTPTypes
import Hummingbird
import PingCollector
import PlaybackFacts

/// `POST …/watch`: where players send their pings.
struct CollectRoutes {
  let collector: any PingReceiving
  let limit: AddressLimit
  let now: @Sendable () -> Timestamp

  func add(to router: Router<ServerContext>, at path: RouterPath) {
    router.post(path, use: collect)
    router.on(path, method: .options, use: preflight)
  }

  /// Any content type is taken: browsers send text, so that they need not ask first.
  private func collect(_ request: Request, _ context: ServerContext) async throws -> Response {
    let address = context.remoteAddress
    try limit.admit(address, at: now())
    let body = try await request.body.collect(upTo: PlayerPing.Limit.bodyBytes)
    try await collector.collect(
      body: Array(body.readableBytesView),
      address: address,
      userAgent: request.headers[.userAgent] ?? "",
      hints: ClientHints(
        brands: request.headers[.clientBrands],
        mobile: request.headers[.clientIsMobile],
        platform: request.headers[.clientPlatform]
      ),
      country: nil,
      receivedAt: now()
    )
    return Response(status: .noContent)
  }

  /// Any headers are allowed: tools on the page add theirs, such as `baggage` or `traceparent`.
  private func preflight(_ request: Request, _: ServerContext) -> Response {
    let fields: HTTPFields = [
      .allow: "POST, OPTIONS",
      .accessControlAllowMethods: "POST, OPTIONS",
      .accessControlAllowHeaders: request.headers[.accessControlRequestHeaders] ?? "*",
      .accessControlMaxAge: "86400",
    ]
    return Response(status: .noContent, headers: fields)
  }
}

extension HTTPField.Name {
  fileprivate static let clientBrands = literal("Sec-CH-UA")
  fileprivate static let clientIsMobile = literal("Sec-CH-UA-Mobile")
  fileprivate static let clientPlatform = literal("Sec-CH-UA-Platform")
}
