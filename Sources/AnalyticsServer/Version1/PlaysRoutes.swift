import AnalyticsAPI
import HTTPTypes
import Hummingbird
import HummingbirdCore
import PlaybackFacts
import QueryCore

/// `GET /analytics/…/plays`: version 1 of the API, for clients that have not moved to `/data/…` yet.
///
/// Every answer names the question of version 2 that gives the same numbers.
struct PlaysRoutes {
  let gate: AccessGate
  let deadline: Duration
  let basePath: BasePath
  let now: @Sendable () -> Timestamp

  /// Where they all are.
  static let path = "/analytics"

  func add(to router: Router<ServerContext>) {
    for media in PlaysRequest.Media.allCases {
      router.get(RouterPath(media.path)) { request, context in
        try await plays(of: media, request, context)
      }
    }
  }

  private func plays(
    of media: PlaysRequest.Media,
    _ request: Request,
    _ context: ServerContext
  ) async throws -> Response {
    let environment = try await gate.environment(for: request, context)
    let parameters = try QueryString(request.uri.query ?? "").parameters
    let asked = try PlaysRequest(media, parameters, now: now())
    let query = try environment.parser().parse(asked.successor, now: now())
    var response = try await environment.answer(to: query, for: context, within: deadline, request)
    { [basePath] in PlaysPage($0, path: basePath.text + asked.path).json() }
    response.headers[.link] = "<\(basePath.text)\(query.path)>; rel=\"successor-version\""
    return response
  }
}

extension HTTPFields {
  /// That version 1 is deprecated, since when (RFC 9745) and until when it is answered (RFC 8594): for a year after
  /// the first release that has it.
  static let deprecation: HTTPFields = [
    .deprecation: "@1795996800", .sunset: "Tue, 30 Nov 2027 00:00:00 GMT",
  ]
}

extension HTTPField.Name {
  static let deprecation = literal("Deprecation")
  static let sunset = literal("Sunset")
  static let link = literal("Link")
}
