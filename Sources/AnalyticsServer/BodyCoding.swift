import AnalyticsAPI
import HTTPTypes
import Hummingbird
import NIOCore
import PingCollector
import Synchronization
import TextAndBytes

/// What `Content-Encoding` says of the body of a request.
enum BodyCoding {
  /// Why a body can't be unpacked.
  enum Failure: Error, Hashable {
    /// It is packed in another way than gzip or deflate.
    case unknownCoding(String)
    /// The packed bytes are damaged.
    case damaged(reason: String)
  }

  /// What is understood, as `Accept-Encoding` says it.
  static let understood = "gzip, deflate, identity"

  /// A body without its coding.
  ///
  /// - Parameters:
  ///   - body: The bytes as they came.
  ///   - coding: The value of `Content-Encoding`; nil where there is none.
  ///   - limit: The most bytes that are unpacked.
  /// - Returns: The plain body.
  /// - Throws: ``Failure``; `NIOTooManyBytesError` for more bytes than the limit.
  static func unpacked(_ body: ByteBuffer, _ coding: String?, upTo limit: Int) throws -> ByteBuffer
  {
    guard let coding else { return body }
    switch coding.lowercased() {
    case "", "identity": return body
    case "gzip", "x-gzip", "deflate": break
    default: throw Failure.unknownCoding(coding)
    }
    var plain = ByteBuffer()
    do throws(MalformedBytes) {
      var inflater = try GzipInflater(partBytes: 16 << 10)
      var rest = Array(body.readableBytesView)[...]
      while plain.readableBytes <= limit, let part = try inflater.inflate(&rest) {
        plain.writeBytes(part)
      }
      guard inflater.isComplete || plain.readableBytes > limit else {
        throw MalformedBytes("it ends too early")
      }
    } catch {
      throw Failure.damaged(reason: error.description)
    }
    guard plain.readableBytes <= limit else { throw NIOTooManyBytesError(maxBytes: limit) }
    return plain
  }
}

extension Request {
  /// The same request with its body plain.
  ///
  /// - Throws: ``BodyCoding/Failure``; `NIOTooManyBytesError`.
  func unpacked() async throws -> Request {
    let limit = PlayerPing.Limit.bodyBytes
    let packed = try await body.collect(upTo: limit)
    let plain = try BodyCoding.unpacked(packed, headers[.contentEncoding], upTo: limit)
    var head = head
    head.headerFields[.contentEncoding] = nil
    return Request(head: head, body: .init(buffer: plain))
  }
}

/// The bytes of an answer, put together.
private struct CollectingWriter: ResponseBodyWriter {
  let collected: CollectedBody

  mutating func write(_ buffer: ByteBuffer) async throws { collected.append(buffer) }

  consuming func finish(_: HTTPFields?) async throws {}
}

private final class CollectedBody: Sendable {
  private let buffer = Mutex(ByteBuffer())

  var bytes: [UInt8] { buffer.withLock { Array($0.readableBytesView) } }

  func append(_ more: ByteBuffer) { buffer.withLock { _ = $0.writeImmutableBuffer(more) } }
}

extension Response {
  /// Shorter bodies fit into one packet.
  private static let fewestBytes = 1024
  /// More take longer than an event loop should be held up.
  private static let mostBytesOnLoop = 32 << 10

  /// Whether another client may get the same answer in other bytes.
  ///
  /// One that nobody may store goes out as it is: its length could tell of secrets in it.
  var mayBePacked: Bool {
    if status == .notModified { return true }
    guard let type = headers.value(.contentType), !headers.contains(.contentEncoding),
      headers.value(.cacheControl) != "no-store"
    else { return false }
    return type == "application/json" || type == Problem.mediaType || type.hasPrefix("text/")
  }

  /// Whether it is shorter when it is packed; never where its length is not known, as of a stream.
  var isWorthPacking: Bool {
    status == .ok && body.contentLength.map { $0 >= Self.fewestBytes } ?? false
  }

  /// The same answer packed with gzip; a large one on other threads than the caller's.
  func packed(on executor: (any TaskExecutor)? = nil) async throws -> Response {
    var response = self
    let collected = CollectedBody()
    try await body.write(CollectingWriter(collected: collected))
    let plain = collected.bytes
    let packed =
      plain.count > Self.mostBytesOnLoop
      ? await elsewhere(executor) { plain.gzipped(level: 1) } : plain.gzipped(level: 1)
    guard let packed, packed.count < plain.count else {
      response.body = .init(byteBuffer: ByteBuffer(bytes: plain))
      return response
    }
    response.body = .init(byteBuffer: ByteBuffer(bytes: packed))
    response.headers[.contentEncoding] = "gzip"
    // The same answer in other bytes: only what means the same is compared.
    if let tag = response.headers[.eTag], !tag.hasPrefix("W/") {
      response.headers[.eTag] = "W/\(tag)"
    }
    return response
  }

}

/// Whether a client takes gzip, from the values of its `Accept-Encoding`.
func acceptsGzip(_ values: [String]) -> Bool {
  var others = false
  for element in values.lazy.flatMap({ $0.lowercased().split(separator: ",") }) {
    let parts = element.split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
    guard let name = parts.first else { continue }
    let quality = parts.dropFirst().first { $0.hasPrefix("q=") }?.dropFirst(2)
    let isWanted = quality.map { (Double($0) ?? 0) > 0 } ?? true
    if name == "gzip" || name == "x-gzip" { return isWanted }
    if name == "*" { others = isWanted }
  }
  return others
}
