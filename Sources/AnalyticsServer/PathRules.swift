import HTTPTypes

/// What holds at some paths and below them, whatever route answers there.
struct PathRules: Sendable {
  /// What holds at some paths.
  final class Rule: Sendable {
    let paths: [String]
    /// The pages whose scripts may read answers.
    let origins: @Sendable () -> PageOrigins
    /// The fields of answers that scripts may read beyond those that they always may; none where that is empty.
    let exposedFields: String
    /// What is answered to a browser that asks before it sends a request; nil where a route answers that.
    let preflight: HTTPFields?
    /// The fields of every answer that has not its own of that name, refusals included.
    let fields: HTTPFields
    /// Whether every answer says how many requests its sender has left.
    let isLimited: Bool

    init(
      _ paths: [String],
      _ origins: @escaping @Sendable () -> PageOrigins,
      exposing exposedFields: String = "",
      preflight: HTTPFields? = nil,
      fields: HTTPFields = [:],
      isLimited: Bool = false
    ) {
      self.paths = paths
      self.origins = origins
      self.exposedFields = exposedFields
      self.preflight = preflight
      self.fields = fields
      self.isLimited = isLimited
    }
  }

  /// Of several that hold at a path, the first counts.
  private let rules: [Rule]

  /// Everybody may send pings and some read the answers; data is read by pages that are listed.
  init(pings pingPaths: [String], _ options: CurrentOptions) {
    func reading(_ paths: [String], _ fields: HTTPFields, isLimited: Bool = true) -> Rule {
      Rule(
        paths,
        { options.dataOrigins },
        exposing: "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Retry-After, "
          + "Retry-After, ETag, Link, Deprecation, Sunset",
        preflight: [
          .accessControlAllowMethods: "GET, HEAD, POST, OPTIONS",
          .accessControlAllowHeaders: "Authorization, If-None-Match, Content-Type, Last-Event-ID",
          .accessControlMaxAge: "86400",
        ],
        fields: fields,
        isLimited: isLimited
      )
    }
    // Who may read it depends on the key, and each time the server is asked whether it is still so.
    let own: HTTPFields = [.cacheControl: "private, no-cache", .vary: "Authorization"]
    rules = [
      Rule(pingPaths, { options.pageOrigins }),
      reading(ServiceRoutes.statePaths, own, isLimited: false),
      reading(["/data"] + SourceRoutes.paths, own),
      reading([PlaysRoutes.path], .deprecation + own),
      reading(["/auth"], [:], isLimited: false),
    ]
  }

  /// What holds at a path; nil where nothing does.
  func rule(atPath path: String) -> Rule? {
    rules.first { $0.paths.contains { path.isPath(atOrBelow: $0) } }
  }
}

extension PathRules.Rule {
  /// The fields that let the page that sends a request read the answer.
  func pageFields(for request: HTTPRequest) -> HTTPFields {
    let origins = origins()
    var fields = origins.fields(for: origins.origin(of: request))
    if !exposedFields.isEmpty, fields.contains(.accessControlAllowOrigin) {
      fields[.accessControlExposeHeaders] = exposedFields
    }
    return fields
  }

  /// What a browser is told that asks whether a page may send a request; nil where a route says that, or the
  /// page may not.
  func preflight(_ request: HTTPRequest, _ pageFields: HTTPFields) -> HTTPFields? {
    guard request.method == .options, request.headerFields.contains(.accessControlRequestMethod),
      let preflight, pageFields.contains(.accessControlAllowOrigin)
    else { return nil }
    return pageFields + preflight
  }
}
