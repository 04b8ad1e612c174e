import AnalyticsAPI
import AnalyticsSource
import PingCollector
import PlaybackFacts
import QueryCore

// What is asked beside the three queries.
extension OpenAPIDocument {
  static var sourcePaths: [(String, JSONTree)] {
    [
      (
        MediaPage.path,
        [
          "get": operation(
            "media",
            "source",
            "Titles, tags and durations of media items",
            .read(isTagged: true),
            isOurs: true,
            parameters: [
              inQuery("currentPage", integer(1, Int(Int32.max), standard: 1)),
              inQuery(
                "pageSize",
                integer(1, MediaPage.largestSize, standard: Query.Page().size)
              ),
            ],
            answer: (
              200, json("A page.", schema("MediaPage"), headers: limitHeaders + ["ETag"])
            ),
            refusals: [404]
          )
        ]
      ),
      (
        RecentFacts.path,
        [
          "get": operation(
            "live",
            "source",
            "The facts that were committed last",
            .read(isTagged: false),
            isOurs: true,
            parameters: [
              inQuery("after", ["type": "integer", "minimum": 0, "maximum": .integer(Int.max)]),
              inQuery(
                "limit",
                integer(1, RecentFacts.largestCount, standard: RecentFacts.standardCount)
              ),
            ],
            answer: (200, json("The facts.", schema("RecentFacts"), headers: limitHeaders)),
            refusals: [404]
          )
        ]
      ),
      (
        SourceHealth.path,
        [
          "get": operation(
            "health",
            "source",
            "How collector and store fare",
            .read(isTagged: false),
            isOurs: true,
            answer: (200, json("The figures.", schema("Health"), headers: limitHeaders)),
            refusals: [404]
          )
        ]
      ),
      (
        "\(PingHistory.path)/{by}/{id}",
        [
          "get": operation(
            "pings",
            "source",
            "What became of the pings of a playback, viewer or media item in the last 48 hours",
            .read(isTagged: false),
            isOurs: true,
            parameters: [
              [
                "name": "by", "in": "path", "required": true,
                "schema": choice(PingSelection.names),
              ],
              [
                "name": "id", "in": "path", "required": true,
                "schema": ["type": "string", "minLength": 1, "examples": ["p1"]],
              ],
              inQuery(
                "limit",
                integer(1, PingHistory.largestCount, standard: PingHistory.standardCount)
              ),
            ],
            answer: (200, json("The pings.", schema("PingHistory"), headers: limitHeaders)),
            refusals: [404]
          )
        ]
      ),
    ]
  }

  static var version1Paths: [(String, JSONTree)] {
    PlaysRequest.Media.allCases.map { media in
      let day: JSONTree = [
        "type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
        "examples": ["2024-02-05"],
      ]
      return (
        media.path,
        [
          "get": operation(
            media == .videos ? "videoPlays" : "liveStreamPlays",
            "version 1",
            "Plays by one dimension; deprecated",
            .read(isTagged: true),
            parameters: [
              inQuery("from", day, isRequired: true), inQuery("to", day),
              inQuery("dimension", choice(PlaysRequest.dimensions(of: media)), isRequired: true),
              inQuery(
                "filter",
                ["type": "string", "pattern": "^\(PlaysRequest.idName(of: media)):[^\\n\\r]+$"]
              ),
              inQuery("currentPage", integer(1, Int(Int32.max), standard: 1)),
              inQuery(
                "pageSize",
                integer(1, Query.Page.largestSize, standard: Query.Page().size)
              ),
            ],
            answer: (
              200,
              json(
                "A page.",
                schema("Plays"),
                headers: limitHeaders + ["ETag", "Deprecation", "Sunset", "Link"]
              )
            )
          )
          .merging(["deprecated": true])
        ]
      )
    }
  }

  static var collectPaths: [(String, JSONTree)] {
    StoreEnvironment.allCases.map { environment in
      (
        environment.pingPath,
        [
          "post": operation(
            environment == .production ? "watch" : "watchSandbox",
            "collect",
            "Takes a ping of a player; any content type will do",
            .open,
            body: ["schema": schema("Ping")],
            answer: (204, ["description": "All facts of the ping are on disk."]),
            refusals: [400, 408, 413, 429, 503]
          )
        ]
      )
    }
  }

  static var accessPaths: [(String, JSONTree)] {
    func path(_ id: String, _ summary: String, _ member: String) -> JSONTree {
      [
        "post": operation(
          id,
          "access",
          summary,
          .open,
          body: [
            "schema": [
              "type": "object", "required": .strings([member]),
              "properties": .members([(member, string)]),
            ]
          ],
          answer: (200, json("Tokens.", schema("Tokens"))),
          refusals: [400, 413, 429, 503]
        )
      ]
    }
    return [
      (AccessTokens.issuePath, path("issueTokens", "Issues tokens for an API key", "apiKey")),
      (
        AccessTokens.refreshPath,
        path("refreshTokens", "Issues new tokens for a refresh token", "refreshToken")
      ),
    ]
  }

  static var servicePaths: [(String, JSONTree)] {
    let text: JSONTree = ["schema": ["type": "string"]]
    return [
      (
        "/healthz",
        [
          "get": operation(
            "healthz",
            "service",
            "ok while the data can be reached",
            .open,
            isOurs: true,
            answer: (200, answer("It can.", ["text/plain"], text)),
            refusals: [503]
          )
        ]
      ),
      (
        "/health/live",
        [
          "get": operation(
            "alive",
            "service",
            "live while the process answers",
            .open,
            isOurs: true,
            answer: (200, answer("It does.", ["text/plain"], text))
          )
        ]
      ),
      (
        "/health/ready",
        [
          "get": operation(
            "ready",
            "service",
            "ready while pings and queries may come",
            .open,
            isOurs: true,
            answer: (200, answer("They may.", ["text/plain"], text)),
            others: [(503, answer("They may not, and why.", ["text/plain"], text))]
          )
        ]
      ),
      (
        Arrival.path,
        [
          "get": operation(
            "arrival",
            "service",
            "How this request arrived, for whoever sets up a proxy",
            .read(isTagged: false),
            isOurs: true,
            answer: (200, json("Addresses and fields.", schema("Arrival"), headers: limitHeaders))
          )
        ]
      ),
      (
        "/metrics",
        [
          "get": operation(
            "metrics",
            "service",
            "What was counted, in the text format of Prometheus",
            .open,
            isOurs: true,
            answer: (200, answer("The counts.", ["text/plain"], text)),
            refusals: [401, 421, 429, 503]
          )
          .replacing("security", [["metricsToken": []], ["apiKey": []], ["accessToken": []]])
        ]
      ),
      (
        "/problems/{type}",
        [
          "get": operation(
            "problem",
            "service",
            "What a refusal means: the page to which its type leads",
            .open,
            isOurs: true,
            parameters: [
              [
                "name": "type", "in": "path", "required": true,
                "schema": choice(ProblemKind.allCases.map(\.rawValue)),
              ]
            ],
            answer: (200, answer("An explanation.", ["text/plain", "text/html"], text)),
            refusals: [404]
          )
        ]
      ),
      (
        OpenAPIDocument.path,
        [
          "get": operation(
            "openapi",
            "service",
            "This document",
            .open,
            isOurs: true,
            answer: (200, json("The document.", ["type": "object"]))
          )
        ]
      ),
    ]
  }

  private static func inQuery(
    _ name: String,
    _ schema: JSONTree,
    isRequired: Bool = false
  ) -> JSONTree {
    .members(
      [("name", .string(name)), ("in", "query")] + (isRequired ? [("required", true)] : [])
        + [("schema", schema)]
    )
  }
}

extension JSONTree {
  /// The same object with another value of a member.
  fileprivate func replacing(_ name: String, _ value: JSONTree) -> JSONTree {
    guard case .object(let members) = self else { return self }
    return .object(members.map { $0.name == name ? Member(name: name, value: value) : $0 })
  }
}
