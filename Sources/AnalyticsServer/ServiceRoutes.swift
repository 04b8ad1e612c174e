import AnalyticsAPI
import HTTPTypes
import Hummingbird
import QueryCore

/// What operators ask: whether the server lives, what it counted, and what its problems mean.
struct ServiceRoutes {
  let data: any QueryAnswering
  let deadline: Duration
  let gate: AccessGate

  func add(to router: Router<ServerContext>) {
    router.get("healthz", use: health)
    router.get("metrics", use: metrics)
    router.get("problems/:type", use: explanation)
  }

  /// Alive means that the data can be reached.
  private func health(_: Request, _: ServerContext) async throws -> Response {
    _ = try await data.dataState(within: deadline)
    return .text("ok\n")
  }

  private func metrics(_ request: Request, _ context: ServerContext) async throws -> Response {
    var ledger = LedgerText()
    for environment in try await gate.environmentsForMetrics(request, context) {
      ledger.add(
        environment.collector.counts,
        environment.refusals,
        of: environment.environment
      )
    }
    ledger.add(refusedCredentials: gate.refusedCredentials)
    return .text(ledger.text)
  }

  /// The page to which a problem's `type` leads.
  private func explanation(_: Request, _ context: ServerContext) throws -> Response {
    guard let kind = context.parameters.get("type").flatMap(ProblemKind.init(rawValue:)) else {
      throw HTTPError(.notFound)
    }
    return .text("\(kind.title) (status \(kind.status))\n\n\(kind.explanation)\n")
  }
}
