import AnalyticsAPI
import AnalyticsSource
import HTTPTypes
import Hummingbird
import PlaybackFacts
import QueryCore

/// What operators ask: whether the server lives and is ready, what it counted, and what its problems mean.
struct ServiceRoutes {
  let parts: ServerParts
  let deadline: Duration
  let gate: AccessGate
  let connections: OpenConnections

  /// Where everybody may ask how the server is, as often as they like.
  static let statePaths = ["/health/live", "/health/ready"]

  func add(to router: Router<ServerContext>) {
    router.get("healthz", use: health)
    router.get("health/live", use: life)
    router.get("health/ready", use: readiness)
    router.get(RouterPath(Arrival.path), use: arrival)
    router.get("metrics", use: metrics)
    router.get("problems/:type", use: explanation)
  }

  private func life(_ request: Request, _: ServerContext) -> Response {
    if request.headers[.isForwarded] != nil { parts.forwarding?.noteAway() }
    return .text("live\n")
  }

  /// Alive means that the data can be read; the answer also says why the server is not ready, if it is not.
  private func health(_: Request, _: ServerContext) async throws -> Response {
    _ = try await parts.environments[0].data.dataState(within: deadline)
    guard let fault = await fault() else { return .text("ok\n") }
    return .text("degraded: \(fault)\n")
  }

  /// Ready means that pings and queries may come: the stores can be read and written, and the server is not
  /// about to stop.
  private func readiness(_: Request, _: ServerContext) async throws -> Response {
    guard let fault = await fault() else { return .text("ready\n") }
    var answer = Response.text("not ready: \(fault)\n")
    answer.status = .serviceUnavailable
    return answer
  }

  /// Why the server is not ready, in words that everybody may read.
  private func fault() async -> String? {
    if connections.isDraining { return "the server is stopping" }
    for environment in parts.environments {
      let name = "the \(environment.environment.rawValue) store"
      do {
        _ = try await environment.data.dataState(within: deadline)
      } catch {
        let reason = error.publicReason.map { ": \($0)" } ?? ""
        return "\(name) can't be read\(reason)"
      }
      if let fault = environment.writeFault() { return "\(name) can't be written: \(fault)" }
    }
    return nil
  }

  /// How the request itself arrived, for whoever sets up a proxy.
  private func arrival(_ request: Request, _ context: ServerContext) async throws -> Response {
    _ = try await gate.environment(for: request, context)
    let told = Arrival.fieldNames.compactMap { name in
      HTTPField.Name(name).flatMap { request.headers[$0] }.map { (name, $0) }
    }
    let arrival = Arrival(
      connection: context.remote?.ipAddress ?? "",
      sender: context.sender.address,
      fields: Dictionary(told) { first, _ in first }
    )
    return .json(arrival.json())
  }

  private func metrics(_ request: Request, _ context: ServerContext) async throws -> Response {
    var text = PrometheusText()
    let environments = try await gate.environmentsForMetrics(request, context)
    for environment in environments {
      text.add(
        environment.collector.counts,
        environment.refusals,
        of: environment.environment
      )
      if let store = await store(of: environment) { text.add(store, of: environment.environment) }
    }
    text.add(refusedCredentials: gate.refusedCredentials)
    text.add(
      connections.count,
      to: "playhead_open_connections",
      .gauge,
      help: "Connections of players and clients that are open."
    )
    parts.metrics?.write(to: &text, environments: Set(environments.map(\.environment.rawValue)))
    return .prometheus(text.text)
  }

  /// What a store holds; nil where it can't be asked, which is no reason to keep the counts back.
  private func store(of environment: ServedEnvironment) async -> SourceHealth.Store? {
    guard let observing = environment.observing else { return nil }
    do {
      let health = try await inTime(deadline) { () async throws(QueryError) -> SourceHealth in
        try await observing.health()
      }
      return health.store
    } catch {
      return nil
    }
  }

  /// The page to which a problem's `type` leads.
  private func explanation(_ request: Request, _ context: ServerContext) throws -> Response {
    guard let kind = context.parameters.get("type").flatMap(ProblemKind.init(rawValue:)) else {
      throw HTTPError(.notFound)
    }
    return ProblemPage(kind: kind).response(to: request)
  }
}

extension Response {
  /// Numbers as Prometheus reads them.
  fileprivate static func prometheus(_ text: String) -> Response {
    var response = Response.text(text)
    response.headers[.contentType] = "text/plain; version=0.0.4; charset=utf-8"
    return response
  }
}
