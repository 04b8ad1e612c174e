import Glibc
import NIOCore
package import NIOHTTP1
import NIOPosix
import Synchronization
import TextAndBytes

#if TLS
  import NIOSSL
#endif

/// A request.
package struct HTTPRequest: Sendable {
  /// Where it goes.
  package let address: HTTPAddress
  /// How it asks.
  package var method: HTTPMethod
  /// Beside `Host` and `Content-Length`.
  package var headers: HTTPHeaders
  /// What it brings.
  package var body: [UInt8]?

  /// Makes a request.
  package init(
    address: HTTPAddress,
    method: HTTPMethod = .GET,
    headers: HTTPHeaders = HTTPHeaders(),
    body: [UInt8]? = nil
  ) {
    self.address = address
    self.method = method
    self.headers = headers
    self.body = body
  }
}

/// An answer, whose body is still to be read.
package struct HTTPResponse: Sendable {
  package let status: Int
  package let headers: HTTPHeaders
  package let body: HTTPBody

  /// Reads all of the body, and unpacks it where the server has packed it.
  ///
  /// Neither the packed nor the plain bytes may be more than the limit.
  package func collect(upTo limit: Int) async throws(HTTPFailure) -> [UInt8] {
    let bytes = try await body.collect(upTo: limit)
    let coding = headers.first(name: "Content-Encoding")?.lowercased()
    guard coding == "gzip", !bytes.isEmpty else { return bytes }
    var plain: [UInt8] = []
    var rest = bytes[...]
    do throws(MalformedBytes) {
      var gzip = try GzipInflater()
      while plain.count <= limit, let part = try gzip.inflate(&rest) { plain += part }
      guard plain.count > limit || gzip.isComplete else {
        throw MalformedBytes("it ends too early")
      }
    } catch {
      throw .malformed("gzip: \(error.description)")
    }
    guard plain.count <= limit else { throw .tooLong }
    return plain
  }
}

/// Sends requests over connections that stay open for the next ones (HTTP/1.1).
///
/// It follows no redirects, uses no proxies, and tries once: whoever asks decides when to ask again. Only
/// where a connection that was used before turns out to be closed is the request sent on another one.
package final class HTTPClient: Sendable {
  /// The client of the process; its connections live as long as that.
  package static let shared = HTTPClient()

  private let connections = Mutex(HTTPConnections())
  private let group = MultiThreadedEventLoopGroup.singleton

  private static let connectTimeout = TimeAmount.seconds(5)

  /// A client that takes any certificate: for a server of this machine, whose certificate has its public name.
  package static let uncritical: HTTPClient = {
    #if TLS
      HTTPClient(verifying: .none)
    #else
      HTTPClient()
    #endif
  }()

  #if TLS
    private let tls: Result<NIOSSLContext, any Error>

    /// Makes a client that trusts the certificates which the system trusts, or others.
    init(
      trusting roots: NIOSSLTrustRoots = .default,
      verifying verification: CertificateVerification = .fullVerification
    ) {
      var configuration = TLSConfiguration.makeClientConfiguration()
      configuration.trustRoots = roots
      configuration.certificateVerification = verification
      tls = Result { try NIOSSLContext(configuration: configuration) }
    }
  #else
    init() {}
  #endif

  /// Whether this build speaks TLS.
  package static var hasTLS: Bool {
    #if TLS
      true
    #else
      false
    #endif
  }

  /// How many connections wait to be used.
  var freeConnections: Int { connections.withLock(\.count) }

  /// Sends a request; the answer is there as soon as its head is.
  ///
  /// It sets no deadline: cancelling the task closes the connection, also while the body is
  /// read.
  package func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
    let origin = request.address.origin
    if let channel = connections.withLock({ $0.take(origin, at: .now) }) {
      do throws(HTTPFailure) {
        return try await exchange(request, on: channel)
      } catch .notSent {
        // It was closed meanwhile.
      } catch .closedBeforeAnswer where request.method == .GET {
        // It was being closed while the request was on its way; nothing is done twice by asking.
      }
    }
    return try await exchange(request, on: try await connect(to: origin))
  }

  private func exchange(
    _ request: HTTPRequest,
    on channel: any Channel
  ) async throws(HTTPFailure) -> HTTPResponse {
    var head = HTTPRequestHead(
      version: .http1_1,
      method: request.method,
      uri: request.address.target,
      headers: request.headers
    )
    head.headers.replaceOrAdd(name: "Host", value: request.address.hostField)
    let body = request.body.map { channel.allocator.buffer(bytes: $0) }
    if let body {
      head.headers.replaceOrAdd(name: "Content-Length", value: "\(body.readableBytes)")
    }
    let response = channel.eventLoop.makePromise(of: HTTPResponse.self)
    let exchange = HTTPExchange(head: head, body: body, response: response)
    do {
      return try await withTaskCancellationHandler {
        channel.writeAndFlush(exchange).whenFailure { _ in response.fail(HTTPFailure.notSent) }
        return try await response.futureResult.get()
      } onCancel: {
        response.fail(HTTPFailure.cancelled)
        Self.abort(channel)
      }
    } catch {
      throw HTTPFailure(error)
    }
  }

  /// Closes a connection so that what has not got to the server never does.
  ///
  /// A system goes on sending what a closed connection has left, for minutes where the network is cut: a server
  /// would get a request that was given up long ago.
  private static func abort(_ channel: any Channel) {
    guard let socket = channel as? any SocketOptionProvider else {
      return channel.close(promise: nil)
    }
    socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in
      channel.close(promise: nil)
    }
  }

  // MARK: - Connections

  private func connect(to origin: HTTPAddress.Origin) async throws(HTTPFailure) -> any Channel {
    guard !origin.isSecure || Self.hasTLS else { throw .noTLS }
    let handshakes = Handshakes()
    let opened = ClientBootstrap(group: group)
      .channelOption(.socketOption(.so_keepalive), value: 1)
      .channelOption(.tcpOption(.tcp_nodelay), value: 1)
      .connectTimeout(Self.connectTimeout)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try self.addHandlers(to: channel, of: origin, handshakes)
        }
      }
      .connect(host: origin.host, port: origin.port)
    let connected = opened.flatMap { channel in
      handshakes.end(on: channel).map { channel }
    }
    // A connection that nobody waits for any more is closed as soon as it is there.
    let waiting = connected.eventLoop.makePromise(of: (any Channel).self)
    connected.cascade(to: waiting)
    do {
      return try await withTaskCancellationHandler {
        try await waiting.futureResult.get()
      } onCancel: {
        waiting.fail(HTTPFailure.cancelled)
        opened.whenSuccess { $0.close(promise: nil) }
      }
    } catch {
      throw HTTPFailure(error)
    }
  }

  private func addHandlers(
    to channel: any Channel,
    of origin: HTTPAddress.Origin,
    _ handshakes: Handshakes
  ) throws {
    let pipeline = channel.pipeline.syncOperations
    #if TLS
      if origin.isSecure {
        let context: NIOSSLContext
        do { context = try tls.get() } catch {
          throw HTTPFailure.handshake("the system's certificates can't be read: \(error)")
        }
        let isName = (try? SocketAddress(ipAddress: origin.host, port: 0)) == nil
        let name = isName ? origin.host : nil
        try pipeline.addHandler(NIOSSLClientHandler(context: context, serverHostname: name))
        let handshake = HandshakeHandler(on: channel.eventLoop)
        try pipeline.addHandler(handshake)
        handshakes.note(handshake.isDone, on: channel)
      }
    #endif
    try pipeline.addHTTPClientHandlers()
    try pipeline.addHandler(
      HTTPExchangeHandler { [self] channel in
        connections.withLock { $0.put(channel, of: origin, at: .now) }
      }
    )
    channel.closeFuture.whenComplete { [self] _ in
      connections.withLock { $0.remove(channel, of: origin) }
    }
  }
}
