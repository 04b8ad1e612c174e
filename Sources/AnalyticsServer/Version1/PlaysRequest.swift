import AnalyticsAPI
import PlaybackFacts
import QueryCore

/// A question of version 1 of the API: plays of videos, or of live streams, by one dimension and day by day.
struct PlaysRequest {
  /// What was played, which each has its own path.
  enum Media: CaseIterable {
    case videos, liveStreams

    /// Where plays of it are asked for.
    var path: String {
      switch self {
      case .videos: "/analytics/videos/plays"
      case .liveStreams: "/analytics/live-streams/plays"
      }
    }

    /// What its ids are called, as a dimension and in a filter.
    fileprivate var idName: String {
      switch self {
      case .videos: "videoId"
      case .liveStreams: "liveStreamId"
      }
    }

    fileprivate var mediaType: MediaType {
      switch self {
      case .videos: .video
      case .liveStreams: .liveStream
      }
    }
  }

  /// The names of the parameters.
  private enum Name: String, CaseIterable {
    case from, to, dimension, filter, currentPage, pageSize
  }

  /// The same question in version 2.
  let successor: QueryRequest
  /// The path of the question with all parameters but those of the page.
  let path: String

  /// Reads a question that is asked at an instant.
  ///
  /// - Throws: `QueryError.invalidParameter` for the first parameter that is missing or wrong; what both versions
  ///   share, such as the page, is left to the parser of the successor.
  init(
    _ media: Media,
    _ parameters: [QueryRequest.Parameter],
    now: Timestamp
  ) throws(QueryError) {
    var given: [Name: String] = [:]
    for parameter in parameters {
      guard let name = Name(rawValue: parameter.name) else {
        throw .invalidParameter(name: parameter.name, detail: Detail.notExpected)
      }
      given[name] = parameter.value
    }
    let from = try Self.day(given[.from], named: .from)
    let to = try given[.to] == nil ? CivilTime(now).date : Self.day(given[.to], named: .to)
    var request = QueryRequest(
      try Self.endpoint(given[.dimension], media),
      [
        .init(.from, Self.start(of: from).atom), .init(.to, Self.start(of: to).atom),
        .init("filterBy[mediaType]", media.mediaType.rawValue),
      ]
    )
    if let filter = given[.filter] {
      let id = try Self.id(filter, media)
      request.parameters.append(.init("filterBy[mediaId]", id))
    }
    for (name, own) in [(ParameterName.currentPage, Name.currentPage), (.pageSize, .pageSize)] {
      if let value = given[own] { request.parameters.append(.init(name, value)) }
    }
    successor = request
    let shown: [(Name, String?)] = [
      (.from, "\(from)"), (.to, "\(to)"), (.dimension, given[.dimension]),
      (.filter, given[.filter]),
    ]
    path =
      media.path + "?"
      + shown.compactMap { name, value in
        value.map { "\(name.rawValue)=\(percentEncoded($0, sparing: ":"))" }
      }
      .joined(separator: "&")
  }

  private static func endpoint(
    _ dimension: String?,
    _ media: Media
  ) throws(QueryError) -> QueryRequest.Endpoint {
    if dimension == "emittedAt" { return .timeseries(metric: "play") }
    guard let breakdown = breakdowns(of: media).first(where: { $0.name == dimension }) else {
      throw refusal(of: .dimension, Detail.notPart(of: dimensions(of: media)))
    }
    return .buckets(metric: "play", breakdown: breakdown.dimension.breakdownName)
  }

  private static func breakdowns(of media: Media) -> [(name: String, dimension: Dimension)] {
    [
      (media.idName, .mediaID), ("country", .country), ("deviceType", .deviceType),
      ("operatingSystem", .operatingSystem), ("browser", .browser),
    ]
  }

  /// The values of `dimension`.
  static func dimensions(of media: Media) -> [String] {
    var names = breakdowns(of: media).map(\.name)
    names.insert("emittedAt", at: 1)
    return names
  }

  /// What the ids of a medium are called, as a dimension and in a filter.
  static func idName(of media: Media) -> String { media.idName }

  private static func id(_ filter: String, _ media: Media) throws(QueryError) -> String {
    let prefix = media.idName + ":"
    guard filter.hasPrefix(prefix), filter.count > prefix.count else {
      throw refusal(of: .filter, "This value must begin with \"\(prefix)\", followed by an id.")
    }
    return String(filter.dropFirst(prefix.count))
  }

  /// Reads `2024-02-05`.
  private static func day(_ text: String?, named name: Name) throws(QueryError) -> CivilDate {
    let parts = (text ?? "").split(separator: "-", omittingEmptySubsequences: false)
    guard parts.map(\.utf8.count) == [4, 2, 2],
      let year = wholeNumber(String(parts[0]), in: 0...9999),
      let month = wholeNumber(String(parts[1]), in: 1...12),
      let day = wholeNumber(String(parts[2]), in: 1...31),
      let date = CivilDate(year: year, month: month, day: day)
    else { throw refusal(of: name, "This value must be a date such as 2024-02-05.") }
    return date
  }

  private static func start(of day: CivilDate) -> Timestamp {
    Timestamp(milliseconds: Int64(day.daysSince1970) * Milliseconds.day)
  }

  private static func refusal(of name: Name, _ detail: String) -> QueryError {
    .invalidParameter(name: name.rawValue, detail: detail)
  }
}
