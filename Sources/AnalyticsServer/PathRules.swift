import HTTPTypes

/// What holds at some paths and below them, whatever route answers there.
struct PathRules: Sendable {
  /// What holds at some paths.
  struct Rule: Sendable {
    var paths: [String]
    /// The pages whose scripts may read answers.
    var origins: @Sendable () -> PageOrigins = { .none }
    /// The fields of answers that scripts may read beyond those that they always may; none where that is empty.
    var exposedFields = ""
    /// What is answered to a browser that asks before it sends a request; nil where a route answers that.
    var preflight: HTTPFields?
    /// The fields of every answer that has not its own of that name, refusals included.
    var fields: HTTPFields = [:]
    /// Whether every answer says how many requests its sender has left.
    var isLimited = false
  }

  /// Of several that hold at a path, the first counts.
  private let rules: [Rule]

  /// Everybody may send pings and some read the answers; data is read by pages that are listed.
  init(pings pingPaths: [String], _ options: CurrentOptions) {
    // Who may read it depends on the key, and each time the server is asked whether it is still so.
    let reads = Rule(
      paths: ["/data"] + SourceRoutes.paths,
      origins: { options.dataOrigins },
      exposedFields: "X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Retry-After, "
        + "Retry-After, ETag, Link, Deprecation, Sunset",
      preflight: [
        .accessControlAllowMethods: "GET, HEAD, POST, OPTIONS",
        .accessControlAllowHeaders: "Authorization, If-None-Match, Content-Type, Last-Event-ID",
        .accessControlMaxAge: "86400",
      ],
      fields: [.cacheControl: "private, no-cache", .vary: "Authorization"],
      isLimited: true
    )
    rules = [
      Rule(paths: pingPaths, origins: { options.pageOrigins }),
      reads.at(ServiceRoutes.statePaths) { $0.isLimited = false },
      reads.at([PlaysRoutes.path]) { $0.fields = .deprecation + $0.fields },
      reads,
      reads.at(["/auth"]) {
        $0.fields = [:]
        $0.isLimited = false
      },
    ]
  }

  /// What holds at a path; nil where nothing does.
  func rule(atPath path: String) -> Rule? {
    rules.first { $0.paths.contains { path.isPath(atOrBelow: $0) } }
  }
}

extension PathRules.Rule {
  /// The same at other paths, but for some of it.
  fileprivate func at(_ paths: [String], _ change: (inout Self) -> Void) -> Self {
    var other = self
    other.paths = paths
    change(&other)
    return other
  }

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
