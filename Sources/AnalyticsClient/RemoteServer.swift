import AnalyticsAPI
import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix

/// A server that requests are sent to.
struct RemoteServer: Sendable {
  /// An answer, whatever its status.
  struct Answer: Sendable {
    let status: Int
    let headers: HTTPHeaders
    let body: [UInt8]
  }

  /// Why there is no answer.
  struct Unreachable: Error {
    /// One sentence that names the URL.
    let reason: String
  }

  /// The address without a slash at the end.
  let url: String
  private let apiKey: String?
  /// Whether requests show a key.
  var hasKey: Bool { apiKey != nil }
  private let deadline: Duration

  /// The longest body that is read, in bytes.
  private static let longestBody = 16 << 20

  /// Makes a server; the address may end with a slash.
  init(url: String, apiKey: String? = nil, deadline: Duration) {
    self.url = url.hasSuffix("/") && !url.hasSuffix("//") ? String(url.dropLast()) : url
    self.apiKey = apiKey
    self.deadline = deadline
  }

  /// Asks for a path, which begins with a slash; `entityTag` is of what is known already.
  func get(_ path: String, entityTag: String? = nil) async throws(Unreachable) -> Answer {
    var request = HTTPClientRequest(url: url + path)
    if let entityTag { request.headers.add(name: "If-None-Match", value: entityTag) }
    if let apiKey { request.setBasicAuth(username: apiKey, password: "") }
    return try await send(request)
  }

  /// Sends a JSON body to a path.
  func post(
    _ path: String,
    body: [UInt8],
    headers: [(name: String, value: String)]
  ) async throws(Unreachable) -> Answer {
    var request = HTTPClientRequest(url: url + path)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/json")
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    request.body = .bytes(body)
    return try await send(request)
  }

  private func send(_ request: HTTPClientRequest) async throws(Unreachable) -> Answer {
    let answer: Answer?
    do {
      answer = try await withDeadline(deadline) {
        let response = try await oneTryClient.execute(request, timeout: TimeAmount(deadline))
        let body = try await response.body.collect(upTo: Self.longestBody)
        return Answer(
          status: Int(response.status.code),
          headers: response.headers,
          body: Array(body.readableBytesView)
        )
      }
    } catch let error as HTTPClientError where error == .deadlineExceeded {
      answer = nil
    } catch let error as HTTPClientError where error.isAbout(url) {
      throw Unreachable(reason: "\(url) is not a URL such as http://127.0.0.1:8080.")
    } catch {
      throw Unreachable(reason: "\(url) can't be reached: \(cause(of: error)).")
    }
    guard let answer else {
      let limit = deadline.formattedSeconds
      throw Unreachable(reason: "\(url) did not answer within \(limit).")
    }
    return answer
  }
}

/// The client behind all servers; it lives as long as the process, as connections are kept open.
///
/// It tries once: whoever asks decides when to ask again.
private let oneTryClient: HTTPClient = {
  var configuration = HTTPClient.Configuration()
  configuration.redirectConfiguration = .disallow
  configuration.timeout.connect = .seconds(5)
  configuration.connectionPool.retryConnectionEstablishment = false
  configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
  // Shorter than servers keep silent connections, so that none is used while it is being closed.
  configuration.connectionPool.idleTimeout = .seconds(20)
  return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
}()

/// What is at the bottom of an error, in words.
private func cause(of error: any Error) -> String {
  switch error {
  case let error as HTTPClientError: error.shortDescription.lowercased()
  case let error as IOError: String(cString: strerror(error.errnoCode)).lowercased()
  case let error as NIOConnectionError:
    error.connectionErrors.first.map { cause(of: $0.error) } ?? "there is no such host"
  case is NIOTooManyBytesError: "its answer is too long"
  default: "\(error)"
  }
}

extension HTTPClientError {
  /// Whether it says that `url` can't be the address of a server.
  fileprivate func isAbout(_ url: String) -> Bool {
    let scheme = String(url.prefix { $0 != ":" })
    return [.invalidURL, .emptyHost, .emptyScheme, .unsupportedScheme(scheme)].contains(self)
  }
}

extension Duration {
  /// The length in seconds, `2 seconds`, `0.25 seconds`.
  fileprivate var formattedSeconds: String {
    let (seconds, attoseconds) = components
    let length = Double(seconds) + Double(attoseconds) / 1e18
    return length == length.rounded() ? "\(seconds) seconds" : "\(length) seconds"
  }
}
