public import AnalyticsSource
import TextAndBytes
import PlaybackFacts
public import QueryCore

/// A page of what is known of media items, as HTTP answers have it.
///
/// ```
/// {"version":"17",
///  "data":[{"mediaId":"vi1","title":"The long walk","tags":["nature"],"duration":192.5}],
///  "pagination":{"currentPage":1,…,"links":[{"rel":"self","uri":"/media?currentPage=1&…"},…]}}
/// ```
extension MediaPage {
  /// Where a server lists what is known of media items.
  public static let path = "/media"
  /// The most items on a page.
  public static let largestSize = 1000

  /// The path that asks for a page.
  public static func path(of page: Query.Page) -> String {
    "\(path)?currentPage=\(page.number)&pageSize=\(page.size)"
  }

  /// The entity tag of all pages of a version, with its quotes.
  public static func entityTag(ofVersion version: UInt64) -> String { "\"\(version)\"" }

  /// The versions that a field such as `If-None-Match: "17", W/"18"` names, as far as it names any.
  public static func versions(inEntityTags field: String) -> [UInt64] {
    field.split(separator: ",").compactMap { part in
      let tag = part.drop { $0 == " " }
      return UInt64((tag.hasPrefix("W/") ? tag.dropFirst(2) : tag).filter { !"\" ".contains($0) })
    }
  }

  /// The body of an HTTP answer; durations are in seconds, titles and durations may be null.
  ///
  /// - Parameter basePath: What stands before the paths of all links.
  /// - Returns: JSON.
  public func json(basePath: String = "") -> [UInt8] {
    var json = JSONWriter()
    json.object { json in
      json.key("version")
      json.string(String(list.version))
      json.key("data")
      json.array(list.items) { json, item in
        json.key("mediaId")
        json.string(item.id)
        json.key("title")
        if let title = item.title { json.string(title) } else { json.null() }
        json.key("tags")
        json.strings(item.tags)
        json.key("duration")
        if let duration = item.duration {
          json.decimal(Double(duration) / 1000)
        } else {
          json.null()
        }
      }
      json.key("pagination")
      json.pagination(
        Pagination(page, items: list.items.count, itemsTotal: itemsTotal) { number in
          Self.path(of: Query.Page(number: number, size: page.size))
        },
        basePath: basePath
      )
    }
    return json.bytes
  }

  /// Reads the body that ``json()`` writes.
  public init(json: [UInt8]) throws(AnswerError) {
    let body = try decode(MediaBody.self, json)
    guard let version = UInt64(body.version) else {
      throw .malformed(reason: "the version '\(body.version)' is not a number")
    }
    var items: [MediaItem] = []
    for row in body.data {
      let duration = row.duration.map { ($0 * 1000).rounded() }
      if let duration, !(1..<9e15).contains(duration) {
        throw .malformed(reason: "the duration of '\(row.mediaId)' is not a duration")
      }
      items.append(
        MediaItem(
          id: row.mediaId,
          title: row.title,
          tags: row.tags,
          duration: duration.map { Int64($0) }
        )
      )
    }
    guard body.pagination.currentPage >= 1, body.pagination.pageSize >= 1 else {
      throw .malformed(reason: "'pagination' names no page")
    }
    self.init(
      MediaList(version: version, items: items),
      page: Query.Page(number: body.pagination.currentPage, size: body.pagination.pageSize),
      itemsTotal: body.pagination.itemsTotal
    )
  }
}

private struct MediaBody: Decodable {
  let version: String
  let data: [Row]
  let pagination: Pagination

  struct Row: Decodable {
    let mediaId: String
    let title: String?
    let tags: [String]
    let duration: Double?
  }

  struct Pagination: Decodable {
    let currentPage: Int
    let pageSize: Int
    let itemsTotal: Int
  }
}
