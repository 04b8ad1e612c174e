import AnalyticsAPI
import AnalyticsSource
import PingCollector
import PlaybackFacts
import QueryCore

// What is in the bodies.
extension OpenAPIDocument {
  static let string: JSONTree = ["type": "string"]
  private static let number: JSONTree = ["type": "number"]
  private static let whole: JSONTree = ["type": "integer"]
  private static let count: JSONTree = ["type": "integer", "minimum": 0]
  private static let time: JSONTree = [
    "type": "integer", "description": "Milliseconds since 1970.",
  ]
  private static let optionalTime: JSONTree = [
    "type": ["integer", "null"], "description": "Milliseconds since 1970.",
  ]

  /// An object of members, of which some may be missing.
  private static func object(
    _ members: [(String, JSONTree)],
    optional: [(String, JSONTree)] = []
  ) -> JSONTree {
    .members([
      ("type", "object"), ("required", .strings(members.map(\.0))),
      ("properties", .members(members + optional)),
    ])
  }

  private static func list(_ items: JSONTree) -> JSONTree { ["type": "array", "items": items] }

  private static func orNull(_ schema: JSONTree) -> JSONTree {
    ["anyOf": [schema, ["type": "null"]]]
  }

  static var schemas: [(String, JSONTree)] {
    let timeframe = schema("Timeframe")
    let compared = orNull(number)
    return [
      (
        "Timeframe",
        object([
          ("from", ["type": "string", "format": "date-time"]),
          ("to", ["type": "string", "format": "date-time"]),
        ])
      ),
      (
        "Context",
        object(
          [("metric", string)],
          optional: [
            ("aggregation", choice(Aggregation.allCases.map(\.rawValue))),
            ("breakdown", choice(MetricCatalog.breakdowns.map(\.breakdownName))),
            ("interval", choice(Interval.allCases.map(\.rawValue))),
            ("timeframe", timeframe),
            (
              "compared",
              object([
                ("period", choice(ComparedPeriod.allCases.map(\.rawValue))),
                ("timeframe", orNull(timeframe)),
              ])
            ),
          ]
        )
      ),
      (
        "Number",
        object(
          [("context", schema("Context")), ("data", number)],
          optional: [("comparedData", compared)]
        )
      ),
      (
        "Buckets",
        object([
          ("context", schema("Context")),
          (
            "data",
            list(
              object(
                [("metricValue", number), ("dimensionValue", string)],
                optional: [("comparedValue", compared)]
              )
            )
          ),
          ("pagination", schema("Pagination")),
        ])
      ),
      (
        "Timeseries",
        object([
          ("context", schema("Context")),
          (
            "data",
            list(
              object(
                [
                  ("emittedAt", ["type": "string", "format": "date-time"]),
                  ("metricValue", number),
                ],
                optional: [("comparedValue", compared)]
              )
            )
          ),
          ("pagination", schema("Pagination")),
        ])
      ),
      (
        "Histogram",
        object([
          ("context", schema("Context")),
          (
            "data",
            list(
              object(
                [("from", count), ("to", count), ("metricValue", count)],
                optional: [("comparedValue", orNull(count))]
              )
            )
          ),
        ])
      ),
      (
        "Pagination",
        object([
          ("currentPage", ["type": "integer", "minimum": 1]), ("currentPageItems", count),
          ("pageSize", ["type": "integer", "minimum": 1]),
          ("pagesTotal", ["type": "integer", "minimum": 1]), ("itemsTotal", count),
          (
            "links",
            list(
              object([
                ("rel", choice(Pagination.Relation.allCases.map(\.rawValue))), ("uri", string),
              ])
            )
          ),
        ])
      ),
      (
        "Batch",
        object([
          (
            "queries",
            [
              "type": "array", "minItems": 1, "maxItems": .integer(QueryBatch.largestCount),
              "items": string,
              "description": "Paths with their parameters, as they would be asked alone.",
              "examples": [["/data/metrics/play/count?from=2024-05-28T00:00:00Z"]],
            ]
          )
        ])
      ),
      (
        "BatchAnswer",
        object([
          ("state", schema("State")),
          (
            "answers",
            list(
              object([
                ("status", whole),
                (
                  "body",
                  [
                    "anyOf": [
                      schema("Number"), schema("Buckets"), schema("Timeseries"),
                      schema("Problem"),
                    ]
                  ]
                ),
              ])
            )
          ),
        ])
      ),
      (
        "State",
        object(
          [("version", string), ("newestReceipt", optionalTime)],
          optional: [
            (
              "collected",
              orNull(
                object([
                  ("from", time), ("to", time),
                  ("gaps", list(object([("from", time), ("to", time)]))),
                ])
              )
            ),
            ("environment", choice(StoreEnvironment.allCases.map(\.rawValue))),
            ("retention", count), ("retainedSince", time),
          ]
        )
      ),
      (
        "MediaPage",
        object([
          ("version", string),
          (
            "data",
            list(
              object([
                ("mediaId", string), ("title", orNull(string)), ("tags", list(string)),
                ("duration", orNull(number)),
              ])
            )
          ),
          ("pagination", schema("Pagination")),
        ])
      ),
      (
        "RecentFacts",
        object([
          ("cursor", string), ("skipped", count),
          (
            "data",
            list(
              object([
                ("fact", choice(FactKind.allCases.map(\.name))), ("time", time),
                ("value", orNull(whole)), ("mediaId", string), ("country", string),
                ("deviceType", string), ("operatingSystem", string), ("browser", string),
                ("referrer", string), ("bot", ["type": "boolean"]),
              ])
            )
          ),
        ])
      ),
      (
        "PingHistory",
        object([
          ("since", orNull(time)), ("total", count),
          (
            "data",
            list(
              object([
                ("receivedAt", time), ("playback", string), ("viewer", orNull(string)),
                ("mediaId", string), ("verdict", choice(PingVerdict.allCases.map(\.rawValue))),
                ("accepted", count), ("outOfOrder", count), ("duplicates", count),
                ("late", count), ("refused", schema("Counts")),
                (
                  "facts",
                  list(
                    object([
                      ("fact", choice(FactKind.allCases.map(\.name))), ("time", time),
                      ("value", orNull(whole)),
                    ])
                  )
                ),
              ])
            )
          ),
        ])
      ),
      (
        "Arrival",
        object([
          ("connection", string), ("sender", string),
          ("fields", ["type": "object", "additionalProperties": string]),
        ])
      ),
      ("Counts", list(object([("name", string), ("count", count)]))),
      (
        "Health",
        object([
          (
            "ledger",
            orNull(
              object([
                ("since", optionalTime), ("acceptedPings", count),
                ("refusedPings", schema("Counts")), ("acceptedEvents", count),
                ("duplicateEvents", count), ("lateEvents", count),
                ("refusedEvents", schema("Counts")), ("otherPlaybacks", schema("Counts")),
                ("facts", count), ("refusedReads", schema("Counts")),
              ])
            )
          ),
          (
            "store",
            orNull(
              object([
                ("bytes", count), ("logBytes", orNull(count)), ("facts", count),
                ("bytesPerFact", number), ("dailyBytes", whole), ("dailyFacts", whole),
                ("forecastBytes", whole),
                ("span", orNull(object([("from", time), ("to", time)]))),
                (
                  "clockDoubt", orNull(object([("offset", whole), ("steadyFor", whole)]))
                ),
                ("freeDiskBytes", orNull(count)),
              ])
            )
          ),
        ])
      ),
      (
        "Plays",
        object([
          ("data", list(object([("value", string), ("plays", count)]))),
          ("pagination", schema("Pagination")),
        ])
      ),
      (
        "Ping",
        object(
          [("sid", id), ("pid", id), ("mid", id), ("eve", ["type": "array"])],
          optional: [
            ("sat", ["description": "When it was sent, in milliseconds since 1970."]),
            ("ref", ["description": "The address of the page."]),
            ("ver", ["description": "The version of the player."]),
          ]
        )
        .merging([
          "examples": [
            [
              "sat": 1_716_981_300_000, "sid": "session", "pid": "playback", "mid": "vi123",
              "ref": "", "ver": "1",
              "eve": [
                [
                  "eat": 1_716_981_299_000, "typ": 2, "vti": 0, "vwi": 640, "vhe": 360,
                  "pau": false,
                ]
              ],
            ]
          ]
        ])
      ),
      (
        "Tokens",
        object([
          ("token_type", choice(["Bearer"])), ("expires_in", count), ("access_token", string),
          ("refresh_token", string),
        ])
      ),
      (
        "Problem",
        object(
          [
            (
              "type",
              [
                "type": "string", "format": "uri-reference",
                "description": .string(
                  "Leads to a page about it; ends with one of "
                    + ProblemKind.allCases.map(\.rawValue).joined(separator: ", ") + "."
                ),
              ]
            ),
            ("title", choice(ProblemKind.allCases.map(\.title))),
            ("status", choiceOf(Set(ProblemKind.allCases.map(\.status)).sorted())),
          ],
          optional: [("detail", string), ("name", string)]
        )
      ),
    ]
  }

  /// An id that a player chose.
  private static let id: JSONTree = [
    "type": "string", "minLength": 1, "maxLength": .integer(PlayerPing.Limit.idBytes),
    "description": .string("At most \(PlayerPing.Limit.idBytes) bytes."),
  ]

  private static func choiceOf(_ numbers: [Int]) -> JSONTree {
    ["type": "integer", "enum": .array(numbers.map(JSONTree.integer))]
  }
}
