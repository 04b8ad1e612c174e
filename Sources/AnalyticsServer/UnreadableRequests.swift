import AnalyticsAPI
import NIOCore
import NIOHTTP1

/// The refusal of a request that can't be read, such as one whose head is too long.
///
/// Hummingbird writes it without a body and ends the connection, before there is a request that a route could
/// answer.
enum UnreadableRequests {
  /// Gives such a refusal a body that says what it is; nil for every other answer.
  static func body(of head: inout HTTPResponseHead, typePrefix: String) -> ByteBuffer? {
    guard head.status == .badRequest, head.headers.first(name: "content-length") == "0",
      head.headers.first(name: "connection") == "close"
    else { return nil }
    let body = ByteBuffer(bytes: Problem(.unreadableRequest).json(typePrefix: typePrefix))
    head.headers.replaceOrAdd(name: "content-length", value: String(body.readableBytes))
    head.headers.replaceOrAdd(name: "content-type", value: Problem.mediaType)
    return body
  }
}
