public import AnalyticsSource
import PlaybackFacts
import QueryCore
import TextAndBytes

extension PingSelection {
  /// What can be selected by, as paths spell it.
  public static let names = ["playback", "viewer", "media"]

  /// Reads a name of ``names`` and an id, which of playbacks and viewers may be any text; see
  /// ``PlaybackFacts/hashedID(_:)``.
  public init?(name: String, id: String) {
    guard !id.isEmpty else { return nil }
    switch name {
    case "playback": self = .playback(PlaybackID(id))
    case "viewer": self = .viewer(ViewerID(id))
    case "media": self = .media(id)
    default: return nil
    }
  }

  /// What is selected by, as paths spell it.
  public var name: String {
    switch self {
    case .playback: "playback"
    case .viewer: "viewer"
    case .media: "media"
    }
  }

  /// Of whom, in the words of a file: ids of playbacks and viewers as 16 hex digits.
  public var id: String {
    switch self {
    case .playback(let id): hexDigits(id.rawValue)
    case .viewer(let id): hexDigits(id.rawValue)
    case .media(let id): id
    }
  }
}

extension PingHistory {
  /// The path of the history of pings; `/playback`, `/viewer` or `/media` and an id follow.
  public static let path = "/pings"
  /// The most pings in one answer.
  public static let largestCount = 10_000
  /// The most pings in one answer where the request has no limit.
  public static let standardCount = 200

  /// The path that asks for a selection.
  public static func path(of selection: PingSelection, limit: Int) -> String {
    "\(path)/\(selection.name)/\(percentEncoded(selection.id))?limit=\(limit)"
  }

  /// The body of an HTTP answer.
  ///
  /// ```
  /// {"since":1716894000000,"total":1,
  ///  "data":[{"receivedAt":1716981300000,"playback":"0123456789abcdef","viewer":"fedcba9876543210",
  ///           "mediaId":"vi1","verdict":"accepted","accepted":1,"outOfOrder":0,"duplicates":0,"late":0,
  ///           "refused":[{"name":"too-old","count":1}],
  ///           "facts":[{"fact":"watch","time":1716981280000,"value":5000}]}]}
  /// ```
  /// Times are in milliseconds since 1970; a viewer who is not known is null, and so is the value of a fact that
  /// has none.
  public func json() -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.key("since")
      if let since { json.integer(since.milliseconds) } else { json.null() }
      json.key("total")
      json.integer(total)
      json.key("data")
      json.array(pings) { $0.members(of: $1) }
    }
    return json.bytes
  }

  /// Reads the body that ``json()`` writes.
  public init(json: [UInt8]) throws(AnswerError) {
    let body = try decode(HistoryBody.self, json)
    var pings: [Ping] = []
    for row in body.data {
      var facts: [MadeFact] = []
      for fact in row.facts { facts.append(try fact.madeFact()) }
      pings.append(
        Ping(
          playback: PlaybackID(row.playback),
          viewer: row.viewer.map { ViewerID($0) } ?? ViewerID(rawValue: 0),
          mediaID: row.mediaId,
          receivedAt: Timestamp(milliseconds: row.receivedAt),
          outcome: PingOutcome(
            accepted: row.accepted,
            outOfOrder: row.outOfOrder,
            duplicates: row.duplicates,
            late: row.late,
            refused: Dictionary(row.refused.map { ($0.name, $0.count) }) { $1 }
          ),
          facts: facts
        )
      )
    }
    self.init(
      pings: pings,
      total: max(body.total, pings.count),
      since: body.since.map { Timestamp(milliseconds: $0) }
    )
  }
}

extension JSONWriter {
  /// The members of an object that say what happened, and when.
  mutating func members(of fact: PingHistory.MadeFact) {
    key("fact")
    string(fact.kind.name)
    key("time")
    integer(fact.time.milliseconds)
    key("value")
    if let value = fact.value { integer(value) } else { null() }
  }

  fileprivate mutating func members(of ping: PingHistory.Ping) {
    key("receivedAt")
    integer(ping.receivedAt.milliseconds)
    key("playback")
    string(hexDigits(ping.playback.rawValue))
    key("viewer")
    if ping.viewer.rawValue == 0 { null() } else { string(hexDigits(ping.viewer.rawValue)) }
    key("mediaId")
    string(ping.mediaID)
    let outcome = ping.outcome
    key("verdict")
    string(outcome.verdict.rawValue)
    for (name, count) in [
      ("accepted", outcome.accepted), ("outOfOrder", outcome.outOfOrder),
      ("duplicates", outcome.duplicates), ("late", outcome.late),
    ] {
      key(name)
      integer(count)
    }
    key("refused")
    array(outcome.refused.sorted { $0.key < $1.key }) { json, refused in
      json.key("name")
      json.string(refused.key)
      json.key("count")
      json.integer(refused.value)
    }
    key("facts")
    array(ping.facts) { $0.members(of: $1) }
  }
}

/// What ``JSONWriter/members(of:)`` writes of a fact.
struct MadeFactBody: Decodable {
  let fact: String
  let time: Int64
  let value: Int64?

  func madeFact() throws(AnswerError) -> PingHistory.MadeFact {
    guard let kind = FactKind(name: fact) else {
      throw .malformed(reason: "there is no fact '\(fact)'")
    }
    return PingHistory.MadeFact(kind, at: Timestamp(milliseconds: time), value: value)
  }
}

private struct HistoryBody: Decodable {
  let since: Int64?
  let total: Int
  let data: [Row]

  struct Row: Decodable {
    let receivedAt: Int64
    let playback: String
    let viewer: String?
    let mediaId: String
    let accepted: Int
    let outOfOrder: Int
    let duplicates: Int
    let late: Int
    let refused: [Refused]
    let facts: [MadeFactBody]
  }

  struct Refused: Decodable {
    let name: String
    let count: Int
  }
}
