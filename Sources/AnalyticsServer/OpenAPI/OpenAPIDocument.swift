import AnalyticsAPI
import HTTPTypes
import Hummingbird
import PlaybackFacts
import QueryCore

/// The description of the HTTP API in the form of OpenAPI 3.1, for tools and client generators.
///
/// It is made of the tables that the parser, the answers and the manual are made of. The file `openapi.json`
/// beside this one is the same text; a test compares them.
enum OpenAPIDocument {
  /// Where a server has it.
  static let path = "/openapi.json"

  /// The document.
  static let tree: JSONTree = [
    "openapi": "3.1.0",
    "info": [
      "title": "Playhead analytics",
      "version": "2.0",
      "summary": "Takes the pings of players and answers questions about them.",
      "description": .string(
        "Every GET may be a HEAD. A server without API keys answers everybody; from the first key on, "
          + "everything that reads needs one. A key opens its own environment, production or sandbox. "
          + "Answers come with a limit of requests per key, or per address without one. Dates are ATOM "
          + "date-times and intervals are half-open. Operations marked with x-playhead exist here only, "
          + "all others are those of the hosted API."
      ),
    ],
    "servers": [["url": "/"]],
    "security": [["apiKey": []], ["accessToken": []]],
    "tags": [
      ["name": "data", "description": "Questions about playbacks"],
      ["name": "source", "description": "Media items, passing facts, and health"],
      ["name": "collect", "description": "Where players send pings"],
      ["name": "access", "description": "Tokens for an API key"],
      ["name": "service", "description": "For operators"],
      ["name": "version 1", "description": "For clients that have not moved to /data yet"],
    ],
    "paths": .members(
      dataPaths + sourcePaths + version1Paths + collectPaths + accessPaths + servicePaths
    ),
    "components": [
      "securitySchemes": [
        "apiKey": [
          "type": "http", "scheme": "basic",
          "description": "An API key as user name, with an empty password.",
        ],
        "accessToken": [
          "type": "http", "scheme": "bearer",
          "description": "A token from /auth/api-key, valid for an hour.",
        ],
        "metricsToken": [
          "type": "http", "scheme": "bearer",
          "description": "The token that opens the counts under /metrics and nothing else.",
        ],
      ],
      "parameters": .members(parameters),
      "headers": .members(headers),
      "responses": .members(responses),
      "schemas": .members(schemas),
    ],
  ]

  /// The text that a server answers and the file holds.
  static let text = tree.text

  /// Refers to a part of the document.
  static func ref(_ kind: String, _ name: String) -> JSONTree {
    ["$ref": "#/components/\(kind)/\(name)"]
  }

  static func schema(_ name: String) -> JSONTree { ref("schemas", name) }

  // MARK: - Operations

  /// What needs a key, and is limited and known by its tag.
  enum Kind {
    /// Reads; the answer has an entity tag where it says so.
    case read(isTagged: Bool)
    /// Is open to everybody.
    case open
  }

  /// An operation under one path.
  /// - Parameters:
  ///   - id: its name in generated clients.
  ///   - tag: the group that it belongs to.
  ///   - summary: what it answers.
  ///   - kind: who may ask.
  ///   - isOurs: whether only Playhead has it.
  ///   - parameters: those that may be written.
  ///   - body: what is sent; nil for nothing.
  ///   - answer: the answer that is hoped for, with its status.
  ///   - others: further answers that are no problems, with their statuses.
  ///   - refusals: the statuses of further answers.
  /// - Returns: the operation.
  static func operation(
    _ id: String,
    _ tag: String,
    _ summary: String,
    _ kind: Kind,
    isOurs: Bool = false,
    parameters: [JSONTree] = [],
    body: JSONTree? = nil,
    answer: (status: Int, tree: JSONTree),
    others: [(status: Int, tree: JSONTree)] = [],
    refusals: [Int] = []
  ) -> JSONTree {
    var members: [(String, JSONTree)] = [
      ("operationId", .string(id)), ("tags", .strings([tag])), ("summary", .string(summary)),
    ]
    if isOurs { members.append(("x-playhead", true)) }
    var parameters = parameters
    var statuses = refusals
    switch kind {
    case .open: members.append(("security", []))
    case .read(let isTagged):
      statuses += [400, 401, 421, 429, 503]
      if isTagged {
        statuses.append(304)
        parameters.append(ref("parameters", "If-None-Match"))
      }
    }
    if !parameters.isEmpty { members.append(("parameters", .array(parameters))) }
    if let body {
      members.append(("requestBody", ["required": true, "content": ["application/json": body]]))
    }
    let refused = Set(statuses).sorted().map { status in
      ("\(status)", ref("responses", status == 429 && !kind.isRead ? "429-ping" : "\(status)"))
    }
    let own = ([answer] + others).map { ("\($0.status)", $0.tree) }
    let answers = (own + refused).sorted { $0.0 < $1.0 }
    members.append(("responses", .members(answers)))
    return .members(members)
  }

  /// An answer with a JSON body.
  static func json(
    _ description: String,
    _ schema: JSONTree,
    headers: [String] = []
  ) -> JSONTree {
    answer(description, ["application/json"], ["schema": schema], headers: headers)
  }

  /// An answer with a body, in one of some media types.
  static func answer(
    _ description: String,
    _ types: [String],
    _ body: JSONTree,
    headers: [String] = []
  ) -> JSONTree {
    var members: [(String, JSONTree)] = [("description", .string(description))]
    if !headers.isEmpty {
      members.append(("headers", .members(headers.map { ($0, ref("headers", $0)) })))
    }
    members.append(("content", .members(types.map { ($0, body) })))
    return .members(members)
  }

  /// The fields of all answers under limited paths.
  static let limitHeaders = [
    "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Retry-After",
  ]

  // MARK: - Refusals

  /// The refusals by status, each with the types that it may have.
  private static var responses: [(String, JSONTree)] {
    let kinds = Dictionary(grouping: ProblemKind.allCases, by: \.status)
    let problems = kinds.keys.sorted().map { status -> (String, JSONTree) in
      let titles = (kinds[status] ?? []).map { "`\($0.rawValue)`: \($0.title)" }
      var headers: [String] = []
      switch status {
      case 401: headers = ["WWW-Authenticate"]
      case 405: headers = ["Allow"]
      case 429: headers = limitHeaders + ["Retry-After"]
      case 503: headers = ["Retry-After"]
      default: break
      }
      return (
        "\(status)",
        answer(
          titles.joined(separator: " "),
          [Problem.mediaType],
          ["schema": schema("Problem")],
          headers: headers
        )
      )
    }
    return [
      (
        "304",
        [
          "description": "The answer is the one whose tag was sent.",
          "headers": ["ETag": ref("headers", "ETag")],
        ]
      )
    ] + problems + [
      (
        "429-ping",
        answer(
          "`too-many-requests`: \(ProblemKind.tooManyRequests.title)",
          [Problem.mediaType],
          ["schema": schema("Problem")],
          headers: ["X-RateLimit-Retry-After", "Retry-After"]
        )
      )
    ]
  }

  private static var headers: [(String, JSONTree)] {
    func header(_ name: String, _ description: String, _ schema: JSONTree) -> (String, JSONTree) {
      (name, ["description": .string(description), "required": true, "schema": schema])
    }
    let count: JSONTree = ["type": "integer", "minimum": 0]
    return [
      header("X-RateLimit-Limit", "How many reads the sender may send in a minute.", count),
      header("X-RateLimit-Remaining", "How many it may still send in this minute.", count),
      header(
        "X-RateLimit-Retry-After",
        "In how many seconds the next minute begins; 0 for a sender without a limit.",
        count
      ),
      header("Retry-After", "In how many seconds to try again.", count),
      header("ETag", "What identifies the answer.", ["type": "string"]),
      header("WWW-Authenticate", "How to show a key or token.", ["type": "string"]),
      header("Allow", "The methods of the path.", ["type": "string"]),
      header("Deprecation", "Since when the path is deprecated.", ["type": "string"]),
      header("Sunset", "Until when the path is answered.", ["type": "string"]),
      header("Link", "The question of version 2 that gives the same numbers.", ["type": "string"]),
    ]
  }
}

extension OpenAPIDocument.Kind {
  fileprivate var isRead: Bool {
    switch self {
    case .read: true
    case .open: false
    }
  }
}

/// `GET /openapi.json`: the description of the API.
struct OpenAPIRoutes {
  func add(to router: Router<ServerContext>) {
    router.get(RouterPath(OpenAPIDocument.path)) { _, _ in
      Response.json(Array(OpenAPIDocument.text.utf8))
    }
  }
}
