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
      country: nil,
      receivedAt: now()
    )
    return Response(status: .noContent)
  }

  private func preflight(_: Request, _: ServerContext) -> Response {
    let fields: HTTPFields = [
      .allow: "POST, OPTIONS",
      .accessControlAllowMethods: "POST, OPTIONS",
      .accessControlAllowHeaders: "Content-Type",
      .accessControlMaxAge: "86400",
    ]
    return Response(status: .noContent, headers: fields)
  }
}
