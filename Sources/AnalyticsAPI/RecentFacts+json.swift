public import AnalyticsSource
import TextAndBytes
import PlaybackFacts

extension RecentFacts {
  /// Where a server tells the facts that pass by.
  public static let path = "/live"
  /// The most facts that one answer tells.
  public static let largestCount = 1000
  /// How many facts one answer tells at most, unless told otherwise.
  public static let standardCount = 50

  /// The path that asks for facts after a cursor, nil for the newest there are.
  public static func path(after cursor: UInt64?, limit: Int) -> String {
    "\(path)?" + (cursor.map { "after=\($0)&" } ?? "") + "limit=\(limit)"
  }

  /// The body of an HTTP answer.
  ///
  /// ```
  /// {"cursor":"18","skipped":0,
  ///  "data":[{"fact":"watch","time":1716981300000,"value":20000,"mediaId":"vi1","country":"FR",
  ///           "deviceType":"phone","operatingSystem":"ios","browser":"safari","referrer":"",
  ///           "bot":false}]}
  /// ```
  /// Times are in milliseconds since 1970; a fact that has no value has null. Neither playbacks nor
  /// viewers are named.
  public func json() -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.key("cursor")
      json.string(String(cursor))
      json.key("skipped")
      json.integer(skipped)
      json.key("data")
      json.array(facts) { json, fact in
        json.members(of: PingHistory.MadeFact(fact.kind, at: fact.time, value: fact.value))
        json.key("mediaId")
        json.string(fact.playback.mediaID)
        json.key("country")
        json.string(fact.playback.country)
        json.key("deviceType")
        json.string(fact.playback.deviceType)
        json.key("operatingSystem")
        json.string(fact.playback.operatingSystem)
        json.key("browser")
        json.string(fact.playback.browser)
        json.key("referrer")
        json.string(fact.playback.referrer)
        json.key("bot")
        json.bool(fact.playback.isBot)
      }
    }
    return json.bytes
  }

  /// Reads the body that ``json()`` writes; ids of playbacks and viewers, which it does not have, are 0.
  public init(json: [UInt8]) throws(AnswerError) {
    let answer = try decode(LiveBody.self, json)
    guard let cursor = UInt64(answer.cursor) else {
      throw .malformed(reason: "the cursor '\(answer.cursor)' is not a number")
    }
    var facts: [Fact] = []
    for row in answer.data {
      let fact = try row.made.madeFact()
      let body = row.playback
      let playback = Playback(
        id: PlaybackID(rawValue: 0),
        viewer: ViewerID(rawValue: 0),
        mediaID: body.mediaId,
        country: body.country,
        deviceType: body.deviceType,
        operatingSystem: body.operatingSystem,
        browser: body.browser,
        referrer: body.referrer,
        isBot: body.bot ?? false
      )
      facts.append(Fact(fact.kind, at: fact.time, value: fact.value, of: playback))
    }
    self.init(cursor: cursor, facts: facts, skipped: max(0, answer.skipped))
  }
}

private struct LiveBody: Decodable {
  let cursor: String
  let skipped: Int
  let data: [Row]

  /// The members of what happened and of its playback, side by side in one object.
  struct Row: Decodable {
    let made: MadeFactBody
    let playback: PlaybackBody

    init(from decoder: any Decoder) throws {
      made = try MadeFactBody(from: decoder)
      playback = try PlaybackBody(from: decoder)
    }
  }

  struct PlaybackBody: Decodable {
    let mediaId: String
    let country: String
    let deviceType: String
    let operatingSystem: String
    let browser: String
    let referrer: String
    /// Older servers do not tell.
    let bot: Bool?
  }
}
