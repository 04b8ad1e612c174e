import HTTPTypes
import NIOCore
import PlaybackFacts
import Synchronization

/// What ``PingHandler`` answers; pages may read it.
final class PingAnswers: Sendable {
  private let mapping: ErrorMapping
  private let origins: @Sendable () -> PageOrigins
  private let now: @Sendable () -> Timestamp
  /// The head of nearly all answers, which changes once a second.
  private let cached = Mutex<(second: Int64, origins: PageOrigins, head: HTTPResponse)?>(nil)

  init(
    _ mapping: ErrorMapping,
    _ origins: @escaping @autoclosure @Sendable () -> PageOrigins = .all,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.mapping = mapping
    self.origins = origins
    self.now = now
  }

  /// The origin of the page that sends a ping; nil where it has none, or all pages or none may read.
  func origin(of request: HTTPRequest) -> String? { origins().origin(of: request) }

  /// The answer to a ping whose facts are committed.
  func taken(origin: String?) -> (head: HTTPResponse, body: ByteBuffer?) {
    let now = now()
    let origins = origins()
    let second = now.milliseconds / Milliseconds.second
    let head = cached.withLock { cached in
      if let cached, cached.second == second, cached.origins == origins { return cached.head }
      let head = HTTPResponse(
        status: .noContent,
        headerFields: origins.fields(for: nil) + [.date: now.httpDate]
      )
      cached = (second, origins, head)
      return head
    }
    guard let origin else { return (head, nil) }
    var own = head
    own.headerFields = origins.fields(for: origin) + [.date: now.httpDate]
    return (own, nil)
  }

  /// The answer to a ping that is not taken.
  func refusal(
    _ error: any Error,
    origin: String?
  ) -> (head: HTTPResponse, body: ByteBuffer?) {
    var (head, body) = mapping.answer(to: error)
    head.headerFields.append(contentsOf: origins().fields(for: origin))
    head.headerFields[.date] = now().httpDate
    head.headerFields[.contentLength] = String(body.readableBytes)
    return (head, body)
  }
}
