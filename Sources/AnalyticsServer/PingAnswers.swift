import HTTPTypes
import NIOCore
import PlaybackFacts
import Synchronization

/// What ``PingHandler`` answers; every page may read it.
final class PingAnswers: Sendable {
  private let mapping: ErrorMapping
  private let now: @Sendable () -> Timestamp
  /// The head of nearly all answers, which changes once a second.
  private let cached = Mutex<(second: Int64, head: HTTPResponse)?>(nil)

  init(_ mapping: ErrorMapping, now: @escaping @Sendable () -> Timestamp) {
    self.mapping = mapping
    self.now = now
  }

  /// The answer to a ping whose facts are committed.
  func taken() -> (head: HTTPResponse, body: ByteBuffer?) {
    let now = now()
    let second = now.milliseconds / Milliseconds.second
    let head = cached.withLock { cached in
      if let cached, cached.second == second { return cached.head }
      let head = HTTPResponse(
        status: .noContent,
        headerFields: HTTPFields.anyOrigin + [.date: now.httpDate]
      )
      cached = (second, head)
      return head
    }
    return (head, nil)
  }

  /// The answer to a ping that is not taken.
  func refusal(_ error: any Error) -> (head: HTTPResponse, body: ByteBuffer?) {
    var (head, body) = mapping.answer(to: error)
    head.headerFields.append(contentsOf: HTTPFields.anyOrigin)
    head.headerFields[.date] = now().httpDate
    head.headerFields[.contentLength] = String(body.readableBytes)
    return (head, body)
  }
}
