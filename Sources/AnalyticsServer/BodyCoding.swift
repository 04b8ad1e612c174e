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

/// Unpacks the bodies of requests, so that routes see them plain.
struct PlainBodies: RouterMiddleware {
  typealias Context = ServerContext

  func handle(
    _ request: Request,
    context: ServerContext,
    next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    guard let coding = request.headers[.contentEncoding] else {
      return try await next(request, context)
    }
    let limit = PlayerPing.Limit.bodyBytes
    let packed = try await request.body.collect(upTo: limit)
    let plain = try BodyCoding.unpacked(packed, coding, upTo: limit)
    var head = request.head
    head.headerFields[.contentEncoding] = nil
    return try await next(Request(head: head, body: .init(buffer: plain)), context)
  }
}

/// Packs answers with gzip where the client takes that and it is worth it.
///
/// An answer whose length is not known, such as a stream, goes out as it is, and so does one that nobody may store:
/// its length could tell of secrets in it.
struct PackedAnswers: RouterMiddleware {
  typealias Context = ServerContext

  /// Shorter bodies fit into one packet.
  private static let fewestBytes = 1024
  /// More take longer than an event loop should be held up.
  private static let mostBytesOnLoop = 32 << 10

  func handle(
    _ request: Request,
    context: ServerContext,
    next: (Request, ServerContext) async throws -> Response
  ) async throws -> Response {
    var response = try await next(request, context)
    guard response.mayBePacked else { return response }
    response.headers.append(HTTPField(name: .vary, value: "Accept-Encoding"))
    guard response.status == .ok, let length = response.body.contentLength,
      length >= Self.fewestBytes, acceptsGzip(request.headers[values: .acceptEncoding])
    else { return response }
    let plain = try await Self.bytes(of: response.body)
    let packed =
      length > Self.mostBytesOnLoop ? await Self.packedElsewhere(plain) : plain.gzipped(level: 1)
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

  private static func packedElsewhere(_ bytes: [UInt8]) async -> [UInt8]? {
    await withTaskExecutorPreference(globalConcurrentExecutor) { bytes.gzipped(level: 1) }
  }

  private static func bytes(of body: ResponseBody) async throws -> [UInt8] {
    let collected = CollectedBody()
    try await body.write(CollectingWriter(collected: collected))
    return collected.bytes
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
  /// Whether another client may get the same answer in other bytes.
  fileprivate var mayBePacked: Bool {
    if status == .notModified { return true }
    guard let type = headers[.contentType], headers[.contentEncoding] == nil,
      headers[.cacheControl] != "no-store"
    else { return false }
    return ["application/json", Problem.mediaType].contains(type) || type.hasPrefix("text/")
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
