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

  /// What it says of each video, or what is wrong with that.
  let rows: [Result<MediaRow, RowFault>]
  let page: Page?

  /// A page has a hundred items at most; what is longer is not even looked at.
  private static let longestText = 8 << 20

  /// Nil where the bytes are no such list.
  init?(json bytes: ArraySlice<UInt8>) {
    guard bytes.count <= Self.longestText,
      bytes.firstRange(of: Array("\"data\"".utf8)) != nil
    else { return nil }
    var bytes = Array(bytes)
    replaceHalfSurrogates(&bytes)
    guard let body = try? JSONDecoder().decode(Body.self, from: Data(bytes)) else { return nil }
    rows = body.data.map(\.row)
    page = body.page
  }

  private struct Body: Decodable {
    let data: [Video]
    let page: Page?

    private enum Key: String, CodingKey {
      case data, pagination, currentPage, pagesTotal
    }

    init(from decoder: any Decoder) throws {
      let body = try decoder.container(keyedBy: Key.self)
      data = try body.decode([Video].self, forKey: .data)
      do {
        let pages = try body.nestedContainer(keyedBy: Key.self, forKey: .pagination)
        page = Page(
          number: try pages.decode(Int.self, forKey: .currentPage),
          total: try pages.decode(Int.self, forKey: .pagesTotal)
        )
      } catch {
        // Without numbers of pages, none is known to be missing.
        page = nil
      }
    }
  }

  /// One video or live stream: a mistake in it is its own, and the others count.
  private struct Video: Decodable {
    let row: Result<MediaRow, RowFault>

    private enum Key: String, CodingKey {
      case videoId, liveStreamId, title, name, tags
    }

    init(from decoder: any Decoder) {
      do throws(RowFault) {
        let video = try MediaRow.object(decoder, by: Key.self)
        func text(_ keys: Key...) throws(RowFault) -> String? {
          for key in keys {
            if let text: String = try MediaRow.value(of: video, key, "text") { return text }
          }
          return nil
        }
        row = .success(
          MediaRow(
            mediaId: try text(.videoId, .liveStreamId),
            title: try text(.title, .name),
            tags: try MediaRow.value(of: video, .tags, "a list of texts")
          )
        )
      } catch .notAnObject {
        row = .failure(.notA(form: "an object", column: "the item"))
      } catch {
        row = .failure(error)
      }
    }
  }
}
