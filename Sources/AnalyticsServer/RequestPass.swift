import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import QueryCore

/// What happens to every request before its route, and to every answer behind it.
///
/// ```
/// request ─▶ sender ─▶ preflight, OPTIONS * ─▶ body unpacked ─▶ route
/// answer  ◀─ packed ◀─ fields of pages ◀─ fields of the path ◀─ limit ◀─ problem for an error ◀─┘
/// ```
/// It is one pass, because each middleware of its own is an asynchronous call, which takes longer than most of
/// these steps.
struct RequestPass: RouterMiddleware {
  typealias Context = ServerContext

  let rules: PathRules
  let proxies: TrustedProxies
  let gate: AccessGate
  let mapping: ErrorMapping
  let methods: AllowedMethods
  let connections: OpenConnections
  /// The threads that pack large answers; nil for those of the shared pool.
  let executor: (any TaskExecutor)?

  func handle(
    _ request: Request,
    context: ServerContext,
    next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    let rule = rules.rule(atPath: request.uri.path)
    let pageFields = rule?.pageFields(for: request.head) ?? [:]
    // A browser asks without a key: who may ask is found out with the request itself.
    if let preflight = rule?.preflight(request.head, pageFields) {
      return Response(status: .noContent, headers: preflight)
    }
    var context = context
    // Limits count whoever sent a request, not the proxy that passed it on.
    let peer = proxies.peer(at: context.remote)
    context.sender = proxies.sender(of: request.headers, from: peer)
    context.isThroughProxy = peer.isTrusted
    var response: Response
    do {
      if rule?.isLimited ?? false, connections.isFull {
        throw QueryError.unavailable(reason: "Too many answers wait for clients to read them.")
      }
      if request.asksAboutServer {
        response = Response(status: .noContent, headers: [.allow: "GET, HEAD, POST, OPTIONS"])
      } else if request.headers.contains(.contentEncoding) {
        response = try await next(request.unpacked(), context)
      } else {
        response = try await next(request, context)
      }
    } catch let error as HTTPParserError {
      // What follows on the connection can't be understood: only Hummingbird can end it.
      throw error
    } catch {
      response = refusal(error, request, context)
    }
    if let rule {
      if rule.isLimited {
        response.headers.add(context.note.standing ?? gate.standing(of: context))
      }
      for field in rule.fields where !response.headers.contains(field.name) {
        response.headers.append(field)
      }
      response.headers.append(contentsOf: pageFields)
    }
    guard response.mayBePacked else { return response }
    response.headers.append(HTTPField(name: .vary, value: "Accept-Encoding"))
    guard response.isWorthPacking, acceptsGzip(request.headers[values: .acceptEncoding]) else {
      return response
    }
    return try await response.packed(on: executor)
  }

  /// What an error is answered with; a method that a path does not have is refused with those it has.
  private func refusal(
    _ error: any Error,
    _ request: Request,
    _ context: ServerContext
  ) -> Response {
    let isMissing = (error as? HTTPError)?.status == .notFound
    let path = request.uri.path
    let refusal = isMissing ? methods.refusal(of: request.method, at: path) : nil
    let response = mapping.response(for: refusal ?? error)
    if response.status == .internalServerError {
      let isConnectionLost = error is IOError || error is ChannelError
      context.logger.log(
        level: isConnectionLost ? .debug : .error,
        "\(request.method) \(path) failed: \(error)"
      )
    }
    // Whoever asks for the head alone would take a body for the next answer.
    return request.method == .head ? response.createHeadResponse() : response
  }
}

extension Request {
  /// Whether it is `OPTIONS *`, which asks about the server as a whole.
  fileprivate var asksAboutServer: Bool { method == .options && uri.string == "*" }
}
