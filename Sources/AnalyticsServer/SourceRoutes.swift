import AnalyticsAPI
import AnalyticsSource
import HTTPTypes
import Hummingbird
import HummingbirdCore
import QueryCore

/// What a source tells beside answers: its media items, the facts that pass by, how it fares, and what became of
/// pings.
///
/// What the source does not tell is not found.
struct SourceRoutes {
  let gate: AccessGate
  let deadline: Duration
  let basePath: BasePath

  /// As how many reads the history of pings counts.
  private static let readsOfPings = 10

  /// Where they are, also where there are none.
  static let paths = [MediaPage.path, RecentFacts.path, SourceHealth.path, PingHistory.path]

  func add(to router: Router<ServerContext>) {
    router.get(RouterPath(MediaPage.path)) { request, context in
      try await page(of: gate.environment(for: request, context), request, context)
    }
    router.get(RouterPath(RecentFacts.path)) { request, context in
      try await recentFacts(of: gate.environment(for: request, context), request)
    }
    router.get(RouterPath(SourceHealth.path)) { request, context in
      try await health(of: gate.environment(for: request, context).observing.found, request)
    }
    router.get(RouterPath("\(PingHistory.path)/{by}/{id}")) { request, context in
      let environment = try await gate.environment(for: request, context)
      // It reads all of the history, which no question does with the facts.
      try gate.count(context, in: environment, weight: Self.readsOfPings)
      return try await pings(of: environment, request, context)
    }
  }

  private func pings(
    of environment: ServedEnvironment,
    _ request: Request,
    _ context: ServerContext
  ) async throws -> Response {
    let reader = try environment.pings.found
    let parts = request.uri.path.utf8.split(separator: UInt8(ascii: "/"))
    guard parts.count == 3, let name = percentDecoded(parts[1]), let id = percentDecoded(parts[2]),
      let selection = PingSelection(name: name, id: id)
    else { throw HTTPError(.notFound) }
    let given = try WholeNumbers(request.uri, ["limit": 1...PingHistory.largestCount])
    let limit = given["limit"] ?? PingHistory.standardCount
    let client = context.client(of: environment.environment)
    return try await environment.answerInTurn(of: client, within: deadline) {
      () async throws(QueryError) in
      .json(try await reader.pingHistory(of: selection, limit: limit).json())
    }
  }

  private func health(
    of observing: any SourceObserving,
    _ request: Request
  ) async throws -> Response {
    _ = try WholeNumbers(request.uri, [:])
    let health = try await inTime(deadline) { () async throws(QueryError) -> SourceHealth in
      try await observing.health()
    }
    return Response.json(health.json())
  }

  private func page(
    of environment: ServedEnvironment,
    _ request: Request,
    _ context: ServerContext
  ) async throws -> Response {
    let media = try environment.media.found
    let given = try WholeNumbers(
      request.uri,
      ["currentPage": 1...Int(Int32.max), "pageSize": 1...MediaPage.largestSize]
    )
    let standard = Query.Page()
    let page = Query.Page(
      number: given["currentPage"] ?? standard.number,
      size: given["pageSize"] ?? standard.size
    )
    let known = MediaPage.versions(inEntityTags: request.headers[.ifNoneMatch] ?? "")
    // Whether the list is another takes no turn to find out.
    if let version = known.first, try await isUnchanged(media, since: version) {
      return .notModified(MediaPage.entityTag(ofVersion: version))
    }
    let client = context.client(of: environment.environment)
    return try await environment.answerInTurn(of: client, within: deadline) {
      [basePath] () async throws(QueryError) in
      guard let answer = try await media.media(page, unless: nil) else { throw .notProvided }
      guard !known.contains(answer.list.version) else {
        return .notModified(MediaPage.entityTag(ofVersion: answer.list.version))
      }
      var response = Response.json(answer.json(basePath: basePath.text))
      response.headers[.eTag] = MediaPage.entityTag(ofVersion: answer.list.version)
      return response
    }
  }

  private func isUnchanged(
    _ media: any MediaListing,
    since version: UInt64
  ) async throws(QueryError) -> Bool {
    try await inTime(deadline) { () async throws(QueryError) -> Bool in
      try await media.media(Query.Page(size: 1), unless: version) == nil
    }
  }

  private func recentFacts(
    of environment: ServedEnvironment,
    _ request: Request
  ) async throws -> Response {
    let observing = try environment.observing.found
    let given = try WholeNumbers(
      request.uri,
      ["after": 0...Int.max, "limit": 1...RecentFacts.largestCount]
    )
    let cursor = given["after"].map { UInt64($0) }
    let limit = given["limit"] ?? RecentFacts.standardCount
    let recent = try await inTime(deadline) { () async throws(QueryError) -> RecentFacts in
      try await observing.recentFacts(after: cursor, limit: limit)
    }
    return await environment.made(ofRows: recent.facts.count) { .json(recent.json()) }
  }
}

extension Optional {
  /// The value, or that there is nothing under this path.
  fileprivate var found: Wrapped {
    get throws {
      guard let self else { throw HTTPError(.notFound) }
      return self
    }
  }
}

/// The parameters of a request that are whole numbers, where all of them are.
private struct WholeNumbers {
  private var values: [String: Int] = [:]

  /// Reads the parameters of a URL, of which each must be one that `ranges` names.
  init(_ uri: URI, _ ranges: [String: ClosedRange<Int>]) throws {
    for parameter in try QueryString(uri.query ?? "").parameters {
      let name = parameter.name
      guard let range = ranges[name] else {
        throw QueryError.invalidParameter(name: name, detail: Detail.notExpected)
      }
      guard let number = wholeNumber(parameter.value, in: range) else {
        throw QueryError.invalidParameter(name: name, detail: Detail.notInteger(in: range))
      }
      values[name] = number
    }
  }

  subscript(name: String) -> Int? { values[name] }
}
