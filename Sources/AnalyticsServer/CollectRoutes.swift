import HTTPTypes
import Hummingbird
import PingCollector

/// `…/watch`: where players send their pings.
///
/// Most pings never come here: ``PingHandler`` takes them from their connection.
struct CollectRoutes {
  let intake: PingIntake

  func add(to router: Router<ServerContext>) {
    let path = RouterPath(intake.path)
    router.post(path, use: collect)
    router.on(path, method: .options, use: preflight)
  }

  /// Any content type is taken: browsers send text, so that they need not ask first.
  private func collect(_ request: Request, _ context: ServerContext) async throws -> Response {
    try intake.admit(context.sender)
    let body = try await request.body.collect(upTo: PlayerPing.Limit.bodyBytes)
    let result = await withCheckedContinuation { continuation in
      intake.take(body, headers: request.headers, sender: context.sender) {
        continuation.resume(returning: $0)
      }
    }
    _ = try result.get()
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
