import Foundation

/// A list of videos or live streams as the hosted API answers it.
///
/// ```json
/// {"data":[{"videoId":"vi4k0jvEUuaTdRAEjQ4Jfagz","title":"The long walk","tags":["nature"]}],
///  "pagination":{"currentPage":1,"pagesTotal":1}}
/// ```
/// What else the API tells of a video is left out.
struct HostedList {
  /// Which page of the list it is.
  struct Page {
    let number: Int
    let total: Int
  }

  /// What it says of each video.
  let rows: [MediaRow]
  let page: Page?

  /// Nil where the bytes are no such list.
  init?(json bytes: ArraySlice<UInt8>) {
    guard bytes.firstRange(of: Array("\"data\"".utf8)) != nil else { return nil }
    var bytes = Array(bytes)
    replaceHalfSurrogates(&bytes)
    guard let body = try? JSONDecoder().decode(Body.self, from: Data(bytes)) else { return nil }
    rows = body.data.map { video in
      MediaRow(
        mediaId: video.videoId ?? video.liveStreamId,
        title: video.title ?? video.name,
        tags: video.tags
      )
    }
    page = body.pagination.flatMap { pagination in
      guard let number = pagination.currentPage, let total = pagination.pagesTotal else {
        return nil
      }
      return Page(number: number, total: total)
    }
  }

  private struct Body: Decodable {
    let data: [Video]
    let pagination: Pagination?
  }

  private struct Video: Decodable {
    let videoId: String?
    let liveStreamId: String?
    let title: String?
    let name: String?
    let tags: [String]?
  }

  private struct Pagination: Decodable {
    let currentPage: Int?
    let pagesTotal: Int?
  }
}
